"""What time it is, asked of an object so that a test can say."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


class SystemClock:
    """The machine's clock, in aware UTC."""

    def __call__(self) -> datetime:
        """Now."""
        return datetime.now(UTC)
