"""Who held a case, for how long, and why it moved: read from its events alone.

A stretch ends when the case changes hands or its state; nothing is left out between filing and the end, so the stretches
together are the case's life.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.cases.lifecycle import ENDED, Act, Event, State


@dataclass(frozen=True, slots=True)
class Holding:
    """One stretch. `owner_id` is the unit that answered for the case then, `handler_id` who had accepted it (None before).

    `role` is the role in which they accepted, "" before. `act` is what began the stretch and `why` its words.
    """

    owner_id: int
    handler_id: int | None
    role: str
    state: State
    since: datetime
    until: datetime
    act: Act
    why: str = ""

    @property
    def span(self) -> timedelta:
        """How long it lasted."""
        return self.until - self.since


def holdings(events: Sequence[Event], now: datetime) -> tuple[Holding, ...]:
    """The stretches of a case's life in order, the last one until `now` where the case has not ended.

    `events` are those of one case in their order. Stretches without length are left out: two acts in one moment.
    """
    found: list[Holding] = []
    begun: Event | None = None
    handler: int | None = None
    role = ""
    for event in events:
        if begun is not None and not _moves(begun, event):
            continue
        if begun is not None and event.at > begun.at:
            found.append(_stretch(begun, handler, role, event.at))
        if event.act is Act.ACCEPT:
            handler, role = event.actor_id, event.actor_role
        elif event.to_state == State.OPEN:
            handler, role = None, ""
        begun = event
    if begun is not None and State(begun.to_state) not in ENDED and now > begun.at:
        found.append(_stretch(begun, handler, role, now))
    return tuple(found)


def _moves(begun: Event, event: Event) -> bool:
    """Whether the case changes hands or state with this event, as it stood since the one before."""
    return event.to_state != begun.to_state or event.to_owner_id != begun.to_owner_id or event.act is Act.ACCEPT


def _stretch(begun: Event, handler: int | None, role: str, until: datetime) -> Holding:
    return Holding(
        begun.to_owner_id or 0, handler, role, State(begun.to_state), begun.at, until, begun.act, begun.words
    )
