"""What a command is."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass


def _nothing(_parser: argparse.ArgumentParser) -> None:
    """Most commands that take no arguments."""


@dataclass(frozen=True, slots=True)
class Command:
    """One thing `python bot.py` can do: its name, one line of help, what it does, and the arguments it takes.

    `do` raises YingshaoError with words for the operator; everything heavy is imported inside it, so that `--help`
    does not wait.
    """

    name: str
    help: str
    do: Callable[[argparse.Namespace], None]
    arguments: Callable[[argparse.ArgumentParser], None] = _nothing
