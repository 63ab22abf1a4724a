"""Letting a staff member's browser in: a link from the chat, good once and for ten minutes, then a session.

A session ends after half an hour without use, after twelve hours in any case, and at once when its person says so. What
the browser and the chat hold are random words; only their hashes are kept.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from bot.records import Records

LINK = timedelta(minutes=10)
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)


async def issue(records: Records, person_id: int, now: datetime) -> str:
    """A new word for a link; it cannot be read again later."""
    word = secrets.token_urlsafe(24)
    await records.sessions.add_link(_digest(word), person_id, now, now + LINK)
    return word


async def redeem(records: Records, word: str, now: datetime) -> str | None:
    """Use a link up: the session's secret, or None where the link is unknown, used or too old."""
    person_id = await records.sessions.use_link(_digest(word), now)
    if person_id is None:
        return None
    secret = secrets.token_urlsafe(32)
    await records.sessions.open(_digest(secret), person_id, now, now + LONGEST)
    return secret


async def whose(records: Records, secret: str, now: datetime, *, used: bool) -> int | None:
    """The person whose browser holds this secret, None where it is let in no more. `used` keeps it in for longer."""
    if not secret:
        return None
    person_id = await records.sessions.whose(_digest(secret), now, now - IDLE)
    if person_id is not None and used:
        await records.sessions.seen(_digest(secret), now)
    return person_id


async def leave(records: Records, secret: str, now: datetime) -> None:
    """Shut this browser out."""
    await records.sessions.revoke(_digest(secret), now)


async def leave_all(records: Records, person_id: int, now: datetime) -> int:
    """Shut all browsers of a person out; how many there were."""
    return await records.sessions.revoke_all(person_id, now)


def _digest(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()
