"""So much of a core for a process and no more, as if it stood on a slower machine: Linux's control groups, as root.

What several processes carry cannot be seen where one alone fills the cores. Where each has a quarter of one, it can.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_PERIOD = 10_000  # µs; short, so that nobody waits long for the next helping
_FIRST, _SECOND = Path("/sys/fs/cgroup/cpu"), Path("/sys/fs/cgroup")  # the two versions of control groups


@contextmanager
def rations(share: float) -> Iterator[Callable[[int], None]]:
    """What is given puts a process, by its id, on `share` of a core of its own. They must have ended when the block does."""
    first = _FIRST.exists()
    groups: list[Path] = []

    def ration(pid: int) -> None:
        group = (_FIRST if first else _SECOND) / f"yingshao-bench-{pid}"
        group.mkdir()
        groups.append(group)
        quota = round(share * _PERIOD)
        limits = (
            {"cpu.cfs_period_us": _PERIOD, "cpu.cfs_quota_us": quota} if first else {"cpu.max": f"{quota} {_PERIOD}"}
        )
        for name, value in (limits | {"cgroup.procs": pid}).items():
            group.joinpath(name).write_text(str(value), "ascii")

    try:
        yield ration
    finally:
        for group in groups:
            group.rmdir()
