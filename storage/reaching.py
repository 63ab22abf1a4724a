"""What keeps a database from being opened, in words: away for now, or never so with these settings."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from bot.errors import BadSettings, DatabaseAway
from storage.database import Database

# The first two characters of what PostgreSQL answers: https://www.postgresql.org/docs/current/errcodes-appendix.html
# No connection; no disk, memory or room for one more; starting up or shutting down; a disk that fails.
_AWAY = frozenset({"08", "53", "57", "58"})
_IN_EACH_OTHERS_WAY = "40"  # two transactions that wait for each other; whoever comes again gets through
_REFUSED = {"28": "refused", "3D": "missing"}  # wrong name or password; no such database
_SQLITE = {"locked": "locked", "busy": "locked", "readonly": "unwritable", "not a database": "damaged"}
_GIVEN_UP = "no such savepoint"  # A full or failing disk may end the whole transaction and not the statement alone.
_SQLITE |= {"malformed": "damaged", "unable to open": "unwritable", "disk is full": "full", "disk I/O": "unwritable"}


def spent(error: DBAPIError) -> bool:
    """Whether a statement failed for what the machine lacks (disk, memory, connections), not for what it was given."""
    state, said = str(getattr(error.orig, "sqlstate", None) or "")[:2], str(error.orig)
    lacking = state in _AWAY or state == _IN_EACH_OTHERS_WAY or any(part in said for part in (*_SQLITE, _GIVEN_UP))
    return error.connection_invalidated or lacking


@contextmanager
def opening(database: Database) -> Iterator[None]:
    """What fails within the block raises DatabaseAway where waiting helps and BadSettings where somebody must act.

    Whatever has nothing to do with reaching the database is raised as it is.
    """
    try:
        yield
    except (OSError, DBAPIError) as error:
        raised = _sqlite(database, error) if database.is_sqlite else _postgresql(database, error)
        if raised is None:
            raise
        raise raised from error
    except Exception as error:  # asyncpg's own while connecting, which SQLAlchemy does not wrap
        raised = None if database.is_sqlite or not hasattr(error, "sqlstate") else _postgresql(database, error)
        if raised is None:
            raise
        raise raised from error


def _sqlite(database: Database, error: Exception) -> BadSettings | None:
    found = str(getattr(error, "orig", error))
    path = database.url.database
    if isinstance(error, OSError):
        return BadSettings("settings.database_unwritable", path=path)
    return next(
        (BadSettings(f"settings.database_{why}", path=path) for part, why in _SQLITE.items() if part in found),
        None,
    )


def _postgresql(database: Database, error: Exception) -> BadSettings | DatabaseAway | None:
    url = database.url
    state = str(getattr(getattr(error, "orig", error), "sqlstate", None) or "")[:2]
    where = f"{url.host or url.query.get('host', '')}/{url.database}"
    if state in _REFUSED:
        return BadSettings(f"settings.database_{_REFUSED[state]}", place=where)
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    if isinstance(error, OSError) or lost or state in _AWAY:
        return DatabaseAway("settings.database_away", place=where)
    return None
