"""What all tables share: how a moment and an id are stored, and the naming of indexes."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import JSON, BigInteger, DateTime, Integer, LargeBinary, MetaData, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        message = f"a time without a zone: {value!r}"
        raise ValueError(message)
    return value.astimezone(UTC)


@lru_cache(maxsize=256)  # All that one transaction writes happened at one moment.
def _written(value: datetime) -> str:
    return _in_utc(value).replace(tzinfo=None).isoformat(" ", "microseconds")


def _read(value: str) -> datetime:
    return datetime.fromisoformat(value).replace(tzinfo=UTC)


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC. SQLite drops time zones, so naive values are refused here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """Refuse a naive time and store UTC.

        For SQLite it is written as SQLAlchemy writes it, in one step: each letter, event and timer has some.
        """
        spell = _written if dialect.name == "sqlite" else _in_utc
        return lambda value: None if value is None else spell(value)

    def result_processor(self, dialect: Dialect, _coltype: object) -> Callable[[Any], datetime | None]:
        """Give an aware time back."""
        read = _read if dialect.name == "sqlite" else _in_utc
        return lambda value: None if value is None else read(value)


class Sealed(TypeDecorator[str]):
    """A text of at most `length` characters, if that is set, that only the service can read, with the seal its database was opened with.

    A database that was opened without one (a test's) stores it as it is. It cannot be searched for. `often` is for what
    is read with every word of a person, or of a neighbour: it is not opened anew each time.
    """

    impl = Text
    cache_ok = True

    def __init__(self, length: int | None = None, *, often: bool = False) -> None:
        super().__init__()
        self.length = length
        self.often = often

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:
        """Cut it to its length and seal it."""
        seal = getattr(dialect, "seal", None)

        def written(value: str | None) -> str | None:
            if value is None:
                return None
            plain = value.replace("\0", "")[: self.length]
            return plain if seal is None else str(seal.seal(plain))

        return written

    def result_processor(self, dialect: Dialect, _coltype: object) -> Callable[[str | None], str | None] | None:
        """Open it. Raises BadSettings without the right key."""
        seal = getattr(dialect, "seal", None)
        if seal is None:
            return None
        opened: Callable[[str], str] = seal.open_often if self.often else seal.open
        return lambda value: None if value is None else opened(value)


class SealedBytes(TypeDecorator[bytes]):
    """Bytes that only the service can read: what was learnt from people's words holds these words."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Seal them."""
        seal = getattr(dialect, "seal", None)
        return value if value is None or seal is None else bytes(seal.seal_bytes(value))

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Open them. Raises BadSettings without the right key."""
        seal = getattr(dialect, "seal", None)
        return value if value is None or seal is None else bytes(seal.open_bytes(value))


class SealedJson(TypeDecorator[Any]):
    """A JSON object that only the service can read: what people say and are told may hold codes, phones and names.

    Without a seal, and where it was stored before there was one, it is plain JSON.
    """

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Seal it."""
        seal = getattr(dialect, "seal", None)
        return value if value is None or seal is None else {_SEALED: seal.seal(orjson.dumps(value).decode())}

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Open it. Raises BadSettings without the right key."""
        seal = getattr(dialect, "seal", None)
        if seal is None or not isinstance(value, dict) or value.keys() != {_SEALED}:
            return value
        return orjson.loads(seal.open(value[_SEALED]))


SEALED = (Sealed, SealedBytes, SealedJson)
_SEALED = "sealed"  # the one key of an object that holds a sealed one
Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only plain INTEGER keys.

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
