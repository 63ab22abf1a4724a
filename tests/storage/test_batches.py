"""What a batch of messages reads beforehand, on both databases."""

from datetime import UTC, datetime

from bot.chat.messages import Address, Incoming
from storage.records import DatabaseStorage

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
WANG, LI = Address("net", "wang"), Address("net", "li")


def said(who: Address, message_id: str) -> Incoming:
    return Incoming(who, who, message_id, NOW, "你好")


async def test_people_who_are_known_are_read_and_locked_together(storage: DatabaseStorage) -> None:
    async with storage.writing() as records:
        known = [(await records.people.at(who, "", NOW)).id for who in (WANG, LI)]
    async with storage.writing() as records:
        await records.expect([said(WANG, "m1"), said(LI, "m2")], NOW)
        assert [(await records.people.at(who, "", NOW)).id for who in (WANG, LI)] == known
