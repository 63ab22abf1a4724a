"""A digest as people read it: five to eight short lines, every share with both its numbers, and nobody's name."""

from dataclasses import dataclass

from bot.chat.messages import Outgoing
from bot.digests.figures import Figures, Late
from bot.town import Town, say_span

_SHOWN = 2  # Owners named as late: the longest waiting. The count above them has all.


@dataclass(frozen=True, slots=True)
class Today:
    """What came and was finished since midnight, for who asks during the day."""

    filed: int
    finished: int


def digest(town: Town, units: tuple[int, ...], yesterday: Figures, today: Today | None = None) -> Outgoing:
    """The digest of these units; with `today`, the day so far stands before yesterday."""
    say = town.texts
    where = town.directory.units[units[0]].name
    if len(units) > 1:
        where = say("digest.places", unit=where, count=len(units))
    if today is None:
        lines = [say("digest.morning", unit=where)]
    else:
        lines = [say("digest.today", unit=where, filed=today.filed, finished=today.finished)]
    f = yesterday
    lines.append(say("digest.filed", count=f.filed) if f.filed else say("digest.filed_none"))
    if f.finished:
        share = 100 * f.on_time // f.finished  # Rounded down: 199 of 200 is not all of them.
        lines.append(say("digest.finished", count=f.finished, on_time=f.on_time, share=share))
    else:
        lines.append(say("digest.finished_none"))
    lines.append(say("digest.overdue", count=f.overdue) if f.late else say("digest.overdue_none"))
    lines += [_late(town, late) for late in f.late[:_SHOWN]]
    if f.rated:
        lines.append(say("digest.rated", count=f.rated, satisfied=f.satisfied, unhappy=f.unhappy))
    else:
        lines.append(say("digest.rated_none"))
    if f.most_kind:
        lines.append(_most(town, f))
    return Outgoing("\n".join(lines), menu=True)


def _late(town: Town, late: Late) -> str:
    unit = town.unit(late.unit_id)
    span = say_span(town.texts, late.longest.total_seconds() / 3600)
    return town.texts(
        "digest.late",
        unit=unit.name if unit is not None else "",
        role=town.role_name(late.role),
        count=late.count,
        span=span,
    )


def _most(town: Town, figures: Figures) -> str:
    kind = town.kind(figures.most_kind).name
    place = town.unit(figures.most_place)
    if place is None:
        return town.texts("digest.most", kind=kind, count=figures.most_count)
    name = town.directory.full_name(place.id)
    return town.texts("digest.most_at", kind=kind, count=figures.most_count, place=name, there=figures.most_there)
