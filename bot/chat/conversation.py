"""A conversation as a stored value: the draft in work, drafts put aside, and the buttons last offered.

The missing field is the state. A `Form` is a declaration of its questions; `dialogue.step` asks for the first that is
still wanted, and nothing here knows which network the words come from.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Self

from bot.chat.messages import Button, Incoming, Outgoing
from bot.chat.wishes import Wish
from bot.grid.numerals import plain
from bot.people.people import Person
from bot.texts import Texts
from bot.town import Town


@dataclass(frozen=True, slots=True)
class Draft:
    """What has been said so far. `no` tells its buttons from those of other drafts; `subject` is a case, 0 for none."""

    no: int
    form: str
    subject: int = 0
    fields: Mapping[str, Any] = field(default_factory=dict)

    def having(self, **values: object) -> "Draft":
        """The draft with these fields set."""
        return Draft(self.no, self.form, self.subject, {**self.fields, **values})

    def lacking(self, *names: str) -> "Draft":
        """The draft without these fields: they will be asked again."""
        left = {name: value for name, value in self.fields.items() if name not in names}
        return Draft(self.no, self.form, self.subject, left)

    def get(self, name: str, default: Any = None) -> Any:
        """A field, or `default`."""
        return self.fields.get(name, default)

    def choice(self, name: str, value: object) -> str:
        """Button data that answers the question `name` of this draft."""
        return f"f:{self.no}:{name}:{value}"


@dataclass(frozen=True, slots=True)
class Conversation:
    """One person's. `here` is the staircase whose code they scanned last."""

    count: int = 0
    draft: Draft | None = None
    parked: tuple[Draft, ...] = ()
    offered: tuple[tuple[str, str], ...] = ()
    here: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Shape for storage."""
        return {
            "count": self.count,
            "draft": _to_json(self.draft) if self.draft else None,
            "parked": [_to_json(draft) for draft in self.parked],
            "offered": [list(pair) for pair in self.offered],
            "here": self.here,
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any] | None) -> Self:
        """Read back what `to_json` wrote; nothing stored is an empty conversation."""
        if not body:
            return cls()
        return cls(
            count=body["count"],
            draft=Draft(**body["draft"]) if body["draft"] else None,
            parked=tuple(Draft(**draft) for draft in body["parked"]),
            offered=tuple((label, choice) for label, choice in body["offered"]),
            here=body.get("here"),
        )

    def begin(self, form: str, subject: int = 0, **fields: object) -> "Conversation":
        """Start a draft. One in work is put aside and comes back afterwards."""
        parked = (*self.parked, self.draft)[-3:] if self.draft else self.parked
        return replace(self, count=self.count + 1, draft=Draft(self.count + 1, form, subject, fields), parked=parked)

    def end(self) -> "Conversation":
        """The draft is done or dropped; the one put aside last comes back."""
        draft = self.parked[-1] if self.parked else None
        return replace(self, draft=draft, parked=self.parked[:-1])

    def remember(self, message: Outgoing) -> "Conversation":
        """Note the buttons a message offers, for those who type instead of tapping."""
        pairs = tuple((button.label, button.choice) for button in message.buttons if button.choice)
        return replace(self, offered=pairs) if pairs and pairs != self.offered else self


def _to_json(draft: Draft) -> dict[str, Any]:
    return {"no": draft.no, "form": draft.form, "subject": draft.subject, "fields": dict(draft.fields)}


@dataclass(frozen=True, slots=True)
class Scene:
    """What a turn may look at besides the words: nothing here changes while it is taken."""

    town: Town
    person: Person
    now: datetime
    today: date
    network_is_private: bool = True

    @property
    def texts(self) -> Texts:
        """The catalogue."""
        return self.town.texts

    @property
    def is_staff(self) -> bool:
        """Whether this person does any post's work today."""
        return bool(self.town.posts(self.person.id, self.today))


@dataclass(frozen=True, slots=True)
class Turn:
    """What a message leads to: the conversation afterwards, what is said at once, and what is to be done."""

    conversation: Conversation
    replies: tuple[Outgoing, ...] = ()
    wishes: tuple[Wish, ...] = ()


Ask = Callable[[Draft, Scene], Outgoing]
Hear = Callable[[Draft, Incoming, Scene], Draft | None]


@dataclass(frozen=True, slots=True)
class Question:
    """One thing a form wants to know. `hear` gives None for words that do not answer it."""

    field: str
    ask: Ask
    hear: Hear
    wanted: Callable[[Draft, Scene], bool]


@dataclass(frozen=True, slots=True)
class Form:
    """A conversation as a declaration: its questions in order, a check screen if it has one, and what it leads to.

    `absorb` takes what was said beyond the question. `hear_check` takes what is pressed or said at the check screen.
    `following` makes the draft that is to come after this one, if there is more to do. `add` keeps pictures and recordings
    that came where a question wanted something else.
    """

    name: str
    questions: tuple[Question, ...]
    finish: Callable[[Draft, Scene], Wish]
    check: Ask | None = None
    hear_check: Hear | None = None
    absorb: Callable[[Draft, Incoming, Scene], Draft] | None = None
    following: Callable[[Draft, Scene], Draft | None] | None = None
    add: Callable[[Draft, Incoming, Scene], Draft] | None = None


def missing(name: str) -> Callable[[Draft, Scene], bool]:
    """A question is wanted until its field is there."""
    return lambda draft, _scene: name not in draft.fields


def numbered(*buttons: tuple[str, str]) -> tuple[Button, ...]:
    """Buttons with a number before each word, so that a typed 2 and a read-aloud 二 mean the same."""
    return tuple(Button(f"{index} {label}", choice) for index, (label, choice) in enumerate(buttons, 1))


_LEAD = re.compile(r"^\s*(\d+)\s*[.、,,))号栋楼]*\s*$")
_BARE = re.compile(r"[\W_]+")


def _bare(label: str) -> str:
    """A label without its number, signs and emoji."""
    return _BARE.sub("", re.sub(r"^\d+ ", "", label))


def chosen(text: str, offered: tuple[tuple[str, str], ...]) -> str:
    """The choice that typed words mean, or "": the number before a label, or the label itself."""
    text = unicodedata.normalize("NFKC", text.strip())
    for said in (text, text.removeprefix("第").removesuffix("个").removeprefix("选")):
        number = _LEAD.match(
            said if "两" in said else plain(said)
        )  # 两个 counts, and says of none that it is the second
        if number:
            for label, choice in offered:
                lead = re.match(r"^(\d+)(?!\d)", label)
                if lead and lead[1] == number[1].lstrip("0"):
                    return choice
    bare = _bare(text)
    return next((choice for label, choice in offered if bare and _bare(label) == bare), "")
