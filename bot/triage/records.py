"""What lessons ask of storage: corrections made by desks, past tickets, and the models learnt from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bot.triage.kinds import Kind
from bot.triage.learning import Model


@dataclass(frozen=True, slots=True)
class Correction:
    """A desk says that a ticket was of another kind. Kinds are codes; `by` is a person's id; `at` is UTC."""

    case_id: int
    text: str
    kind_before: str
    kind_after: str
    by: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Taught:
    """A model with all that is needed to use it and to teach it further.

    `added` are the kinds that the catalogue lacked; `alone`: its labels take the catalogue's place. `source` is the name
    of the file, "" for a nightly one. `figures` are accuracy, macro_f1 and how many were tried. `examples` are the
    (text, code) pairs it has learnt. `version` is 0 until it is stored.
    """

    model: Model
    added: tuple[Kind, ...]
    alone: bool
    trained_at: datetime
    source: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)
    examples: Sequence[tuple[str, str]] = ()
    version: int = 0


class LessonRecords(Protocol):
    """Corrections and models, inside one transaction."""

    async def correct(self, correction: Correction) -> None:
        """Keep what a desk corrected, for the next nightly lesson."""

    async def since(self, moment: datetime | None) -> tuple[Correction, ...]:
        """Corrections after a moment, or all, oldest first."""

    async def in_use(self) -> Taught | None:
        """The model in use with its examples, or None while only the catalogue's words are.

        Raises ValueError when the stored model is damaged.
        """

    async def history(self, limit: int) -> tuple[tuple[str, str], ...]:
        """Words and kinds (codes) of the latest tickets that are closed, newest first."""

    async def keep(self, taught: Taught) -> int:
        """Put a model in use; the number of its version. Running services follow within seconds."""

    async def undo(self) -> tuple[int, int] | None:
        """Put the model before in use again: (version dropped, version in use, 0 for none); None when none is in use."""
