"""Which processes have ended, as far as this machine can tell."""

import os
import subprocess
import sys

from bot import replica


def other(process: int) -> str:
    host, _, _ = replica.name().partition("/")
    return f"{host}/{process}/abc"


def test_no_two_names_are_one() -> None:
    assert replica.name() != replica.name()


def test_a_name_fits_its_column() -> None:
    assert len(replica.name()) <= 64


def test_a_process_that_ended_is_gone() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert replica.is_gone(other(ended.pid))


def test_one_that_runs_is_not() -> None:
    assert not replica.is_gone(other(os.getppid()))


def test_who_had_our_number_before_us_is_gone() -> None:
    assert replica.is_gone(other(os.getpid()))


def test_of_another_machine_nobody_can_tell() -> None:
    assert not replica.is_gone("elsewhere/1/abc")


def test_names_of_earlier_releases_are_left_alone() -> None:
    assert not replica.is_gone("elsewhere-a1b2c3")
