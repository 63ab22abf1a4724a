"""Residents and staff as people: who they are, how a name or a phone is shown to others."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.chat.messages import Address


@dataclass(frozen=True, slots=True)
class Person:
    """Anybody who has written to us, or whom an import named. `code` is set for staff that an import knows."""

    id: int
    name: str = ""
    phone: str = ""
    home_unit_id: int | None = None
    home_room: str = ""
    code: str | None = None


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


class PeopleRecords(Protocol):
    """What the service asks storage about people."""

    async def at(self, address: Address, name: str, now: datetime) -> Person:
        """Who writes from this address; a first word from a new address makes a new person."""

    async def get(self, person_id: int) -> Person:
        """One person. Raises KeyError."""

    async def by_code(self, code: str) -> Person | None:
        """The staff member an import knows by this code."""

    async def addresses(self, person_id: int) -> tuple[Address, ...]:
        """Where this person can be reached now, the latest joined first."""

    async def reachable(self, person_ids: tuple[int, ...]) -> frozenset[int]:
        """Those of them who have an address where messages arrive."""

    async def unreachable(self, address: Address) -> None:
        """Note that nothing arrives at this address until its person writes."""

    async def save_phone(self, person_id: int, phone: str) -> None:
        """Remember the phone a person gave."""

    async def save_home(self, person_id: int, unit_id: int, room: str) -> None:
        """Remember where a person lives."""

    async def take_leave(self, person_id: int, first: date, last: date) -> None:
        """Note leave days, both included."""

    async def end_leave(self, person_id: int, day: date) -> bool:
        """Cancel leave from this day on; whether there was any."""

    async def groups(self, unit_id: int) -> tuple[Address, ...]:
        """Group chats bound to a unit."""

    async def bind_group(self, address: Address, unit_id: int, bound_by: int, now: datetime) -> None:
        """Let a group chat get the cards of a unit."""


class InviteRecords(Protocol):
    """One-time codes that make an address belong to a staff member; only hashes are kept."""

    async def add(
        self, digest: str, person_id: int, made_by: int | None, made_at: datetime, expires_at: datetime
    ) -> None:
        """Keep a new invite."""

    async def use(self, digest: str, now: datetime) -> int | None:
        """Use it up: the staff member it is for, or None where it is unknown, used or expired."""

    async def join(self, address: Address, person_id: int) -> None:
        """From now on this address is that person's; what its person had filed goes with it."""

    async def hire(self, name: str, unit_id: int, role: str, now: datetime) -> int:
        """A new staff member with a new post, or the vacant post of that role; bumps the directory."""
