"""Invites: a one-time code makes an address belong to a staff member. Only the code's hash is kept."""

import hashlib
import secrets
from datetime import datetime, timedelta

from bot.chat.messages import Address
from bot.records import Records


async def issue(records: Records, person_id: int, made_by: int | None, now: datetime, days: int = 7) -> str:
    """A new code for this staff member, good once and for `days`; it cannot be read again later."""
    code = secrets.token_urlsafe(12)
    await records.invites.add(_digest(code), person_id, made_by, now, now + timedelta(days=days))
    return code


async def redeem(records: Records, code: str, address: Address, now: datetime) -> int | None:
    """Let the address join by a code: the staff member's id, or None where the code is unknown, used or too old."""
    person_id = await records.invites.use(_digest(code), now)
    if person_id is not None:
        await records.invites.join(address, person_id, now)
    return person_id


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
