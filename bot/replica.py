"""The name of this process among the replicas, and whether another of this machine has ended."""

import os
import secrets
import socket


def name() -> str:
    """A name that no other process has: host, process, and something random."""
    return f"{_host()}/{os.getpid()}/{secrets.token_hex(6)}"


def is_gone(other: str) -> bool:
    """Whether the process of this name was on this machine and is no more; of other machines nobody here can know."""
    host, _, rest = other.partition("/")
    process = rest.partition("/")[0]
    if host != _host() or not process.isdecimal():
        return False
    if int(process) == os.getpid():  # In a container every one of them is the first.
        return True
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _host() -> str:
    return socket.gethostname()[:40].replace("/", "-")
