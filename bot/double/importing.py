"""Service lists from a file's rows: what units may claim."""

from collections.abc import Callable

from bot.double.claim import MOST
from bot.registers.rows import Faults, Row, Sheet

SHEETS = {"services": Sheet(("community", "service", "takes"), frozenset({"community", "service"}))}


class Reader:
    """Reads rows; what is wrong goes to `faults`. `found` are community, what, and how many units a month."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self.found: list[tuple[int, str, int]] = []

    def readers(self) -> dict[str, Callable[[Row], None]]:
        """What reads a row of each sheet."""
        return {"services": self._service}

    def _service(self, row: Row) -> None:
        """With nothing said one unit a month does it."""
        community, takes = self._faults.community(row), row["takes"] or "1"
        if not takes.isdecimal() or not 1 <= int(takes) <= MOST:
            self._faults.note(row, "takes", "number")
        elif community is not None:
            self.found.append((community.id, row["service"], int(takes)))
