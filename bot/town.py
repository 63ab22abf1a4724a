"""What the service knows of the place today, taken together: replaced whole when the directory changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from bot.cases.clocks import Clocks
from bot.grid.directory import Directory, Post, Role, Unit
from bot.grid.gazetteer import Gazetteer
from bot.grid.outlines import PinFinder
from bot.grid.routing import Routing
from bot.texts import Texts
from bot.triage.kinds import Kind, Kinds
from bot.triage.reading import Triage


@dataclass(frozen=True)
class Town:
    """The directory, the kinds, and what is built from them."""

    directory: Directory
    kinds: Kinds
    texts: Texts
    clocks: Clocks
    gazetteer: Gazetteer
    pins: PinFinder
    routing: Routing
    triage: Triage

    @cached_property
    def _deputy_posts(self) -> dict[int, tuple[Post, ...]]:
        found: dict[int, tuple[Post, ...]] = {}
        for post in self.directory.posts.values():
            if post.deputy_id is not None:
                found[post.deputy_id] = (*found.get(post.deputy_id, ()), post)
        return found

    def kind(self, code: str) -> Kind:
        """A kind by code; one that the catalogue no longer has is shown as the last appeal kind, 其他."""
        found = self.kinds.by_code.get(code)
        return found if found is not None else self.kinds.all[-1]

    def posts(self, person_id: int, day: date) -> tuple[Post, ...]:
        """Posts whose work this person does that day: their own, and those they stand in for."""
        standing_in = (
            post
            for post in self._deputy_posts.get(person_id, ())
            if (duty := self.directory.on_duty(post, day)) is not None and duty.id == person_id
        )
        return (*self.directory.posts_of(person_id), *standing_in)

    def named(self, person_id: int) -> tuple[Post, ...]:
        """Posts that name this person, as holder or deputy, whoever does their work today."""
        return (*self.directory.posts_of(person_id), *self._deputy_posts.get(person_id, ()))

    def roles_over(self, person_id: int, unit_id: int | None, day: date) -> frozenset[Role]:
        """The roles this person has at a unit or above it."""
        return frozenset(
            post.role
            for post in self.posts(person_id, day)
            if unit_id is not None and self.directory.covers(post.unit_id, unit_id)
        )

    def unit(self, unit_id: int | None) -> Unit | None:
        """A unit, or None."""
        return None if unit_id is None else self.directory.units.get(unit_id)

    def address(self, unit_id: int | None, room: str) -> str:
        """Where somebody lives: 金康苑3号楼2单元501室; a unit that is no more leaves the room alone."""
        unit = self.unit(unit_id)
        return self.with_room(self.directory.full_name(unit.id) if unit is not None else "", room)

    def with_room(self, place: str, room: str) -> str:
        """A place in words with the room in it, if there is one."""
        return place + self.texts("report.room", room=room) if room else place

    def role_name(self, role: str) -> str:
        """网格员 for grid_worker."""
        return self.texts(f"roles.{role}")

    def post_name(self, unit_id: int | None, role: str, *, whole: bool = False) -> str:
        """荷林社区坐席, 第一网格网格员: a unit, by its `whole` name or its own, and its role; 社区, 街道, 区 are said once."""
        unit = self.unit(unit_id)
        name = "" if unit is None else self.directory.full_name(unit.id) if whole else unit.name
        if not role or not name:
            return name
        said = self.role_name(role)
        doubled = next((n for n in (2, 1) if role in DESKS and name[-n:] == said[:n]), 0)
        return self.texts("roles.of_unit", unit=name, role=said[doubled:])

    def staff_name(self, person_id: int | None) -> str:
        """A staff member's name as colleagues see it."""
        person = self.directory.staff.get(person_id) if person_id is not None else None
        return person.name if person is not None else ""


DESKS = (Role.COMMUNITY_DESK, Role.STREET_DESK, Role.DISTRICT_DESK)
ANSWERING = frozenset({Role.GRID_WORKER, Role.GRID_HEAD, Role.COMMUNITY_DESK})  # for homes and who lives there


def desks(roles: Iterable[Role]) -> bool:
    """Whether one of the roles is a desk's or an administrator's."""
    return any(role in (*DESKS, Role.ADMINISTRATOR) for role in roles)


_WEEKDAYS = 7
_NEAR = timedelta(minutes=30)  # a moment so near is told to the minute


def say_time(texts: Texts, clocks: Clocks, moment: datetime, now: datetime) -> str:
    """A moment as people say it: 今天17:30, 明天上午9点, 周三下午5点, 12月3日上午9点."""
    local, today = moment.astimezone(clocks.zone), clocks.today(now)
    if abs(moment - now) > _NEAR:
        local -= timedelta(minutes=local.minute % 5)  # 今天晚上10点, not 10点02分: nobody lives by that minute
    days = (local.date() - today).days
    if days in {-1, 0, 1, 2}:
        day = texts(f"times.day_{days}".replace("-", "minus_"))
    elif 0 < days < _WEEKDAYS:
        day = texts(f"times.weekday_{local.weekday()}")
    else:
        day = texts("times.date", month=local.month, day=local.day)
    half = "am" if local.hour < 12 else "pm"  # noqa: PLR2004 - noon
    if texts.locale.startswith("zh"):
        hour = local.hour if local.hour <= 12 else local.hour - 12  # noqa: PLR2004 - a twelve-hour clock
        minute = texts("times.minute", minute=f"{local.minute:02d}") if local.minute else ""
        if local.hour < 6:  # noqa: PLR2004 - before six people say 凌晨
            half = "night"
        elif local.hour == 12:  # noqa: PLR2004 - 下午12点 is said by nobody
            half = "noon"
        elif local.hour >= 18:  # noqa: PLR2004 - and from six on 晚上
            half = "evening"
        return texts(f"times.clock_{half}", day=day, hour=hour, minute=minute)
    return texts(f"times.clock_{half}", day=day, hour=local.hour, minute=f"{local.minute:02d}")


def say_span(texts: Texts, span: timedelta) -> str:
    """A length of time as people say it: 30分钟, 5小时, 3天."""
    hours = span / timedelta(hours=1)
    if hours < 1:
        return texts("times.minutes", count=max(1, round(hours * 60)))
    if hours < 48:  # noqa: PLR2004 - two days
        return texts("times.hours", count=round(hours))
    return texts("times.days", count=round(hours / 24))
