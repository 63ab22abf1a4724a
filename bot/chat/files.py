"""Where photos and recordings are kept, as those who use them see it."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is safely on disk, named by the SHA-256 of what was kept (hex). `size` is in bytes."""

    sha256: str
    mime: str
    size: int


class Files(Protocol):
    """Photos, recordings and papers by their content."""

    async def keep(self, content: bytes, claimed_mime: str) -> Kept:
        """Put it away for good; when this returns it survives a power cut. The same content is kept once.

        Photos lose where and with what they were taken, stand upright and have at most 2,560 pixels on the long side.
        Raises errors.BadFile when it is too large, broken, or of a kind that we do not take.
        """

    async def read(self, sha256: str) -> bytes:
        """The kept bytes. Raises FileNotFoundError."""
