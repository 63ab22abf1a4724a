"""Names, phones, rooms, codes, words and pictures are unreadable in the database, the files and the backups without the key.

A sealed text begins with a mark, so that what was stored before there was a key is still read, and sealed when it is next
written or by `keys rotate`. What was sealed by Fernet, as all was until November 2026, is read too.
"""

import os
from base64 import urlsafe_b64decode
from binascii import a2b_base64, b2a_base64
from collections.abc import Sequence
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import BadSettings

MARK = "~2~"  # Nobody's name, number, room or sentence begins so.
_MARK = MARK.encode()
_BY_FERNET = b"~1~"
_OF_FILE = b"~3~"  # for a file, which needs no detour by letters and is a quarter smaller so
_MARKS = (_MARK, _BY_FERNET, _OF_FILE)
# Who writes is read with every word of theirs, and what a house reports when its water fails with every report.
_REMEMBERED, _SHORT = 2048, 256  # texts, and characters of a sealed one: names, phones, rooms, a sentence or two
_NONCE = 12  # bytes, random: up to 2³² texts a key by NIST SP 800-38D, and `keys rotate` begins anew


class Seal:
    """Seals with the first of the keys and opens with any. A key is 32 random bytes in URL-safe base64.

    AES-256-GCM, a fifth of Fernet's time: every turn seals and opens a dozen texts.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            self._fernets = MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise BadSettings("care.malformed_key") from error
        self._ring = [AESGCM(_derived(key)) for key in keys]
        self._first = self._ring[0]
        self._remembered = lru_cache(_REMEMBERED)(self.open)

    def seal(self, text: str) -> str:
        """The text made unreadable; nothing stays nothing."""
        return self.seal_bytes(text.encode()).decode() if text else text

    def seal_bytes(self, plain: bytes) -> bytes:
        """The bytes made unreadable, to stand where a text stands."""
        return _MARK + b2a_base64(self._encrypt(plain), newline=False)

    def seal_file(self, plain: bytes) -> bytes:
        """The content of a file made unreadable."""
        return _OF_FILE + self._encrypt(plain)

    def fresh(self, stored: bytes) -> bool:
        """Whether the content of a file is sealed already, and with the first key."""
        if not stored.startswith(_OF_FILE):
            return False
        try:
            _decrypt([self._first], stored[len(_OF_FILE) :])
        except (InvalidTag, ValueError):
            return False
        return True

    def open(self, stored: str) -> str:
        """The text again; one that was never sealed comes back as it is. Raises BadSettings without the right key."""
        return self.open_bytes(stored.encode()).decode() if stored.startswith("~") else stored

    def open_often(self, stored: str) -> str:
        """The same, for what is read again and again: a short text stays open in memory until others take its place."""
        return self._remembered(stored) if len(stored) <= _SHORT else self.open(stored)

    def open_bytes(self, stored: bytes) -> bytes:
        """The bytes again, as `open` does it."""
        if not stored.startswith(_MARKS):
            return stored
        sealed = stored[len(_MARK) :]
        try:
            if stored.startswith(_BY_FERNET):
                return self._fernets.decrypt(sealed)
            return _decrypt(self._ring, sealed if stored.startswith(_OF_FILE) else a2b_base64(sealed))
        except (InvalidToken, InvalidTag, ValueError) as error:
            raise BadSettings("care.wrong_key") from error

    def _encrypt(self, plain: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._first.encrypt(nonce, plain, None)


def _decrypt(ring: Sequence[AESGCM], sealed: bytes) -> bytes:
    """By the first of these keys that opens it. Raises InvalidTag where none does."""
    nonce, rest = sealed[:_NONCE], sealed[_NONCE:]
    for key in ring[:-1]:
        try:
            return key.decrypt(nonce, rest, None)
        except InvalidTag:
            continue
    return ring[-1].decrypt(nonce, rest, None)


def _derived(key: str) -> bytes:
    """The key of this way of sealing, so that no two ways share one."""
    return HKDF(SHA256(), 32, salt=None, info=b"yingshao AES-256-GCM").derive(urlsafe_b64decode(key))
