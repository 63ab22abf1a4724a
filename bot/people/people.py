"""Residents and staff as people: who they are, how a name or a phone is shown to others."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.chat.messages import Address
from bot.grid.shifts import Shift


@dataclass(frozen=True, slots=True)
class Person:
    """Anybody who has written to us, or whom an import named. `code` is set for staff that an import knows.

    `elder_id` is set for an elder of the register: their word for help calls people at once. `other_homes` are of those
    whom they order for: unit and room by what they call them (妈妈).
    """

    id: int
    name: str = ""
    phone: str = ""
    home_unit_id: int | None = None
    home_room: str = ""
    code: str | None = None
    elder_id: int | None = None
    muted_until: datetime | None = None
    other_homes: Mapping[str, tuple[int, str]] | None = None

    def home_of(self, whom: str) -> tuple[int | None, str]:
        """Unit and room where somebody lives whom they order for; their own home for "". (None, "") where unknown."""
        if not whom:
            return self.home_unit_id, self.home_room
        unit_id, room = (self.other_homes or {}).get(whom, (None, ""))
        return unit_id, room


def mask_name(name: str) -> str:
    """王** for 王小明: the family name alone."""
    return name[:1] + "**" if name else ""


def mask_phone(phone: str) -> str:
    """138****1234."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= len("1381234") else "****" * bool(phone)


_PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]?\d{7,8})(?!\d)")


def find_phone(text: str) -> str:
    """The first mainland phone number in a text, digits only; "" where there is none."""
    found = _PHONE.search(text)
    return re.sub(r"\D", "", found[1]) if found else ""


_OWN = re.compile(
    r"(?:我的?|本人|俺)(?:名?(?:叫|姓)[\u4e00-\u9fff]{1,4}?[,，、 ]*(?:我的?)?)?"
    r"(?:联系)?(?:电话|手机|号码)(?:号码?)?[是为:： ]*" + _PHONE.pattern.removeprefix(r"(?<!\d)")
)


def own_phone(text: str) -> str:
    """The number that somebody says is their own (我电话…, 我叫…手机…), digits only; "" where there is none."""
    found = _OWN.search(text) if "电话" in text or "手机" in text or "号码" in text else None
    return re.sub(r"\D", "", found[1]) if found else ""


def hide_phones(text: str) -> str:
    """The text with every phone number in it masked."""
    return _PHONE.sub(lambda found: mask_phone(re.sub(r"\D", "", found[1])), text)


def veiled(text: str, person: Person) -> str:
    """The text without the person's own name and phone, as they write them; other people's numbers may be evidence."""
    text = text.replace(person.name, "***") if len(person.name) > 1 else text
    return _PHONE.sub(lambda found: "***" if re.sub(r"\D", "", found[1]) == person.phone else found[0], text)


class PeopleRecords(Protocol):
    """What the service asks storage about people."""

    async def at(self, address: Address, name: str, now: datetime) -> Person:
        """Who writes from this address; a first word from a new address makes a new person."""

    async def get(self, person_id: int) -> Person:
        """One person. Raises KeyError."""

    async def by_code(self, code: str) -> Person | None:
        """The staff member an import knows by this code."""

    async def addresses(self, person_id: int) -> tuple[Address, ...]:
        """Where this person can be reached now, the one they spoke from or joined at last first."""

    async def reach(self, person_ids: Collection[int]) -> Mapping[int, Address]:
        """Where each of them is written to: the address they spoke from or joined at last; only those who have one."""

    async def unreachable(self, address: Address) -> None:
        """Note that nothing arrives at this address until its person writes."""

    async def save_phone(self, person_id: int, phone: str) -> None:
        """Remember the phone a person gave."""

    async def save_home(self, person_id: int, unit_id: int | None, room: str, whom: str = "") -> None:
        """Remember where a person lives; None forgets it.

        With `whom`, where somebody lives whom this person orders for; the last five of those are kept.
        """

    async def take_leave(self, person_id: int, first: date, last: date) -> None:
        """Note leave days, both included."""

    async def save_shifts(self, whose: int, shifts: Sequence[Shift], *, unit: bool = False) -> None:
        """Put these in the place of a person's shifts, or a unit's."""

    async def end_leave(self, person_id: int, day: date) -> bool:
        """Cancel leave from this day on; whether there was any."""


class ChatRecords(Protocol):
    """What becomes of the chats themselves: groups that we are put out of or that move, people who come back."""

    async def person(self, address: Address) -> Person | None:
        """Who speaks from this address, without making anybody up."""

    async def came_back(self, address: Address) -> None:
        """Messages arrive at this address again."""

    async def groups(self, unit_id: int) -> tuple[Address, ...]:
        """Group chats bound to a unit."""

    async def expect(self, person_ids: Collection[int], unit_id: int) -> None:
        """Read in one look what `PeopleRecords.reach` and `groups` are about to be asked."""

    async def bind_group(self, address: Address, unit_id: int, bound_by: int, now: datetime) -> None:
        """Let a group chat get the cards of a unit."""

    async def unbind(self, group: Address) -> int | None:
        """Send no more cards to this group: who had bound it, None where nobody had."""

    async def move(self, old: Address, new: Address) -> None:
        """The network gave a group another id: its binding goes along, its old cards stay behind."""

    async def spoken_by(self, channel: str, account: str) -> None:
        """From now on this account of ours speaks on a network: another's messages had the same numbers as its own."""


class InviteRecords(Protocol):
    """One-time codes that make an address belong to a staff member; only hashes are kept."""

    async def add(
        self, digest: str, person_id: int, made_by: int | None, made_at: datetime, expires_at: datetime
    ) -> None:
        """Keep a new invite."""

    async def use(self, digest: str, now: datetime) -> int | None:
        """Use it up: the staff member it is for, or None where it is unknown, used or expired."""

    async def join(self, address: Address, person_id: int, now: datetime) -> None:
        """From now on this address is that person's; what its person had filed goes with it."""

    async def hire(self, name: str, unit_id: int, role: str, now: datetime) -> int:
        """A new staff member with a new post, or the vacant post of that role; bumps the directory."""
