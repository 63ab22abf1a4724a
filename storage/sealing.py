"""Names, phone numbers, rooms, codes and what people say are unreadable in the database file and in its backups without the key.

A sealed text begins with a mark, so that what was stored before there was a key is still read, and sealed when it is next
written or by `keys rotate`.
"""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.errors import BadSettings
from bot.texts import texts

MARK = "~1~"  # Nobody's name, number, room or sentence begins so.
_MARK = MARK.encode()


class Seal:
    """Seals with the first of the keys and opens with any. A key is 32 random bytes in URL-safe base64."""

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            self._ring = MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise BadSettings(texts()("care.malformed_key")) from error

    def seal(self, text: str) -> str:
        """The text made unreadable; nothing stays nothing."""
        return self.seal_bytes(text.encode()).decode() if text else text

    def seal_bytes(self, plain: bytes) -> bytes:
        """The bytes made unreadable."""
        return _MARK + self._ring.encrypt(plain)

    def open(self, stored: str) -> str:
        """The text again; one that was never sealed comes back as it is. Raises BadSettings without the right key."""
        return self.open_bytes(stored.encode()).decode() if stored.startswith(MARK) else stored

    def open_bytes(self, stored: bytes) -> bytes:
        """The bytes again, as `open` does it."""
        if not stored.startswith(_MARK):
            return stored
        try:
            return self._ring.decrypt(stored.removeprefix(_MARK))
        except InvalidToken as error:
            raise BadSettings(texts()("care.wrong_key")) from error
