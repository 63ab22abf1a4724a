"""How long each of the three clocks of a case may run, by kind × urgency × level. Data: `limits.toml` beside this file."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.triage.kinds import Kind, Urgency

_FILE = Path(__file__).with_name("limits.toml")


@dataclass(frozen=True, slots=True)
class Limits:
    """Hours until a case must be accepted (签收), its reporter heard from (先行联系) and it be finished (办结).

    `decide` are those a desk has for a dispute. Working hours, or hours on the wall clock where `wall`.
    """

    accept: float
    contact: float
    finish: float
    wall: bool
    decide: float


def limits(kind: Kind, urgency: Urgency, level: str) -> Limits:
    """The limits of a case whose owner stands at `level`: grid, firm, community, street, department or district."""
    caps, floors = _table()["urgency"][urgency], _table()["level"].get(level, {})
    wall = kind.around_the_clock or urgency is Urgency.EMERGENCY
    accept = kind.accept_hours if wall else max(kind.accept_hours, floors.get("accept", 0))
    finish = min(kind.finish_hours, caps.get("finish", kind.finish_hours))
    return Limits(
        accept=min(accept, finish, caps.get("accept", accept)),
        contact=min(kind.contact_hours, finish, caps.get("contact", finish)),
        finish=finish,
        wall=wall,
        decide=caps["decide"],
    )


@cache
def _table() -> dict[str, dict[str, dict[str, float]]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
