"""Coverage-guided fuzzing, by hand: `make fuzz`, or one target for as long as one likes.

    python -m tests.fuzz places --seconds 180
    python -m tests.fuzz places crash-…           what a run left behind, again

It stops at the first input that breaks something and leaves it as crash-… in the working folder: shrink it, make it a
plain test beside the code it broke, mend that. atheris is not among the pinned development libraries (35 MB, Linux only).
"""

import argparse
import logging
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["bot", "handlers"]):
    from tests.fuzz.targets import TARGETS


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("inputs", nargs="*", type=Path)
    parser.add_argument("--seconds", type=int, default=180)
    args = parser.parse_args()
    logging.disable(logging.CRITICAL)  # an update that cannot be read is logged, as it should be
    target = TARGETS[args.target]()
    if args.inputs:
        for path in args.inputs:
            target(path.read_bytes())
        return
    options = [
        f"-max_total_time={args.seconds}",
        "-max_len=400",
        "-rss_limit_mb=2048",
        "-timeout=20",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *options], target)
    atheris.Fuzz()


main()
