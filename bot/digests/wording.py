"""A report as people read it: a few short lines, every share with both its numbers, and nobody's name."""

from dataclasses import dataclass

from bot.digests import helping
from bot.digests.figures import Late, Report
from bot.digests.measures import Measure
from bot.digests.rates import THREE, Rate, rates
from bot.town import Town, say_span


@dataclass(frozen=True, slots=True)
class Today:
    """What came and was finished since midnight, for who asks during the day."""

    filed: int
    finished: int


def digest(town: Town, report: Report, today: Today | None = None, *, reminded: int = 0) -> str:
    """A digest for the morning; with `today`, the day so far stands first. `reminded` is the most one person was."""
    say = town.texts
    if today is None:
        first = say(f"digest.morning_{report.span.name}", unit=where(town, report))
    else:
        first = say("digest.today", unit=where(town, report), filed=today.filed, finished=today.finished)
    lines = [first, *_lines(town, report, say(f"digest.span_{report.span.name}"), "digest.overdue")]
    return "\n".join([*lines, say("digest.reminded", count=reminded)] if reminded else lines)


def past(town: Town, report: Report) -> str:
    """The same of any past stretch, with its day for a title."""
    lines = _lines(town, report, town.texts(f"digest.on_{report.span.name}"), "digest.overdue_then")
    return "\n".join([title(town, report), *lines])


def title(town: Town, report: Report) -> str:
    """Which part of the district, and when."""
    first, last = report.span.first, report.span.last
    return town.texts(
        f"digest.title_{report.span.name}",
        unit=where(town, report),
        year=first.year,
        month=first.month,
        date=first.day,
        to_month=last.month,
        to_date=last.day,
    )


def where(town: Town, report: Report) -> str:
    """The part of the district that it is of."""
    name = town.directory.full_name(report.units[0])
    return name if len(report.units) == 1 else town.texts("digest.places", unit=name, count=len(report.units))


def say_rate(town: Town, rate: Rate) -> str:
    """响应率92%（46/50，剔除2件）."""
    key = "rate_none" if rate.percent is None else "rate"
    if rate.left_out:
        key += "_left"
    return town.texts(
        f"digest.{key}",
        name=town.texts(f"digest.rate_{rate.name}"),
        percent=rate.percent,
        above=rate.numerator,
        below=rate.denominator,
        left=rate.left_out,
    )


def _lines(town: Town, report: Report, span: str, overdue: str) -> list[str]:
    """What changed, what is stuck and with whom, what comes up again and where."""
    say, all_rates = town.texts, {rate.name: rate for rate in rates(report.totals)}
    lines = [
        _counted(town, report, span),
        _finished(town, report, span, all_rates["on_time"]),
        say("digest.rates", rates=say("digest.rate_join").join(say_rate(town, all_rates[name]) for name in THREE)),
        say(overdue, count=report.overdue) if report.late else say("digest.overdue_none"),
    ]
    lines += [_late(town, late) for late in _worst(report)]
    return [*lines, *helping.said(town, report.totals), _again(town, report)]


def _counted(town: Town, report: Report, span: str) -> str:
    filed = report.totals.get(Measure.FILED, 0)
    change = _changed(town, report, filed)
    return town.texts("digest.filed" if filed else "digest.filed_none", span=span, count=filed, change=change)


def _changed(town: Town, report: Report, filed: int) -> str:
    """Against the stretch before; nothing where there is none."""
    if report.before is None:
        return ""
    before = report.before.get(Measure.FILED, 0)
    key = "same" if filed == before else "more" if filed > before else "fewer"
    earlier = town.texts(f"digest.before_{report.span.name}")
    return town.texts(f"digest.{key}", before=earlier, count=abs(filed - before))


def _finished(town: Town, report: Report, span: str, on_time: Rate) -> str:
    count = report.totals.get(Measure.FINISHED, 0)
    key = "digest.finished" if count else "digest.finished_none"
    return town.texts(key, span=span, count=count, rate=say_rate(town, on_time))


def _worst(report: Report) -> tuple[Late, ...]:
    """The owner whose case waits the longest, and of the others the one with the most. The count above has all."""
    longest, others = report.late[:1], report.late[1:]
    return (*longest, max(others, key=lambda late: late.count)) if others else longest


def _late(town: Town, late: Late) -> str:
    return town.texts(
        "digest.late",
        owner=town.post_name(late.unit_id, late.role),
        count=late.count,
        span=say_span(town.texts, late.longest),
    )


def _again(town: Town, report: Report) -> str:
    if report.again is None:
        return town.texts("digest.again_none")
    place, kind = town.directory.full_name(report.again.unit_id), town.kind(report.again.kind).name
    return town.texts("digest.again", place=place, kind=kind, count=report.again.count)
