"""What a person may do to a case from its page, as forms of plain strings: the same acts and words as in the chat. Pure.

A phone number is shown once, in the answer to a look that gave its reason.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.cases.cards import FIRST, OUTCOMES, petition_detail
from bot.cases.casework import WORDY
from bot.cases.clocks import HOURS_A_DAY
from bot.cases.lifecycle import Act, Case, Petition
from bot.chat.dialogue import AT_ONCE
from bot.chat.forms.acts import MAX_WORDS, ready_words
from bot.chat.forms.desk import DAYS, DOORS, SHELF_DAYS
from bot.grid.directory import Unit
from bot.grid.offices import departments, near, others
from bot.town import Town
from bot.triage.kinds import Service

HERE = (
    Act.GRANT, Act.DENY, Act.REPORT_IN, Act.ASSIST, Act.ACCEPT, Act.FINISH, Act.LOOK, Act.REOPEN, Act.UPHOLD, Act.CALL_BACK, Act.ANSWER, Act.DISPATCH,
    Act.RETURN, Act.RAISE, Act.WHISTLE, Act.SUPERVISE, Act.RESUME, Act.PROGRESS, Act.RELAY, Act.ASK, Act.EXTEND,
    Act.SHELVE, Act.RETYPE, Act.REFUSE, Act.VOID, Act.EXCLUDE, Act.MERGE, Act.UNMERGE,
)  # fmt: skip
_ALWAYS_FIRST = frozenset({Act.GRANT, Act.DENY, Act.ANSWER, Act.CALL_BACK, Act.REPORT_IN, Act.ASSIST})
PICTURED = frozenset({Act.FINISH, Act.ASSIST})  # are shown to others with what was done

_WORDLESS = frozenset({Act.RETYPE, Act.MERGE})
_GIVING = {Act.DISPATCH: "unit", Act.RETURN: "whose", Act.WHISTLE: "helpers"}

Picks = tuple[tuple[str, str], ...]  # (value, what it is called)
Groups = tuple[tuple[str, Picks], ...]  # (heading, what is under it)


@dataclass(frozen=True, slots=True)
class Offer:
    """One act with its form.

    `first` are those a card shows before 更多. `picks` are groups to choose from (each with its heading, "" for none),
    with `several` more than one; `day` bounds a date to choose (first, last), "" where none is; with `number` the number
    of another case is asked for, with `pictures` (how they are asked for) some may go along. `words` is "" where
    there is nothing to say, else may or must; `ready` are words to tap. `note` is what to know before.
    """

    act: Act
    label: str
    first: bool
    choose: str = ""
    picks: Groups = ()
    several: bool = False
    may_be_empty: bool = False
    day: tuple[str, str] = ("", "")
    ask: str = ""
    words: str = ""
    ready: tuple[str, ...] = ()
    note: str = ""
    longest: int = MAX_WORDS
    number: bool = False
    pictures: str = ""

    @property
    def plain(self) -> bool:
        """Whether one press is all it takes."""
        return not (self.picks or self.day[0] or self.words or self.number)


def offers(town: Town, case: Case, acts: Iterable[Act], asked: Petition | None, today: date) -> tuple[Offer, ...]:
    """The forms of those acts that can be done from the page, the card's own first. `asked` waits for a decision."""
    may = frozenset(acts)
    units = _units(town, case) if may & _GIVING.keys() else ()
    found = [_offer(town, case, act, units, asked, today) for act in HERE if act in may]
    return tuple(sorted(found, key=lambda offer: not offer.first))


def _offer(town: Town, case: Case, act: Act, units: Groups, asked: Petition | None, today: date) -> Offer:
    t = town.texts
    words = "must" if act in WORDY else "" if act.value in AT_ONCE or act in _WORDLESS else "may"
    ask = t(f"acts.ask_{act}") if words and f"acts.ask_{act}" in t else t("board.ask_words")
    choose, picks = (_GIVING[act], units) if act in _GIVING else _choice(town, case, act)
    days = (today + timedelta(days=1), today + timedelta(days=max(SHELF_DAYS.values())))
    return Offer(
        act,
        t(f"case.more_{act}" if f"case.more_{act}" in t else f"board.act_{act}"),
        act in FIRST.get(case.state, ()) or act in _ALWAYS_FIRST,
        t(f"board.choose_{choose}") if choose else "",
        picks,
        act is Act.WHISTLE,
        act is Act.RETURN,
        (days[0].isoformat(), days[1].isoformat()) if act is Act.SHELVE else ("", ""),
        ask if words else "",
        words,
        ready_words(act, t) if words else (),
        _asked(town, asked) if asked is not None and act is Act.GRANT else "",
        number=act is Act.MERGE,
        pictures=_pictures(town, case, act),
    )


def _pictures(town: Town, case: Case, act: Act) -> str:
    """How the form asks for pictures, "" where it takes none."""
    if act not in PICTURED:
        return ""
    wanted = act is Act.FINISH and town.kind(case.kind).photo
    return town.texts("board.pictures_wanted" if wanted else "board.pictures")


def _choice(town: Town, case: Case, act: Act) -> tuple[str, Groups]:
    """What is to be chosen (its name in the catalogue), and from what."""
    t = town.texts
    match act:
        case Act.EXTEND:
            return "days", (("", tuple((str(n * HOURS_A_DAY), t(f"acts.days_{n}")) for n in DAYS)),)
        case Act.SHELVE:
            return "day", ()
        case Act.MERGE:
            return "lead", ()
        case Act.REFUSE:
            return "door", (("", tuple((t(f"acts.door_{name}"),) * 2 for name in DOORS)),)
        case Act.CALL_BACK:
            return "outcome", (("", tuple((name, t(f"case.outcome_{name}")) for name in OUTCOMES)),)
        case Act.RETYPE:
            kinds = town.kinds.of_service(Service(town.kind(case.kind).service))
            groups: dict[str, list[tuple[str, str]]] = {}
            for kind in kinds:
                if kind.code != case.kind:
                    groups.setdefault(kind.group, []).append((kind.code, f"{kind.icon}{kind.name}"))
            return "kind", tuple((group, tuple(picks)) for group, picks in groups.items())
        case _:
            return "", ()


def _units(town: Town, case: Case) -> Groups:
    directory, t = town.directory, town.texts
    close = near(directory, case.unit_id, case.owner_id)
    offices = [unit for unit in departments(directory) if unit.id != case.owner_id]
    rest = others(directory, case.unit_id, [*close, *offices])
    rest = [unit for unit in rest if unit.id != case.owner_id]
    groups: Sequence[tuple[str, list[Unit]]] = (
        (t("board.units_near"), close),
        (t("board.units_departments"), offices),
        (t("board.units_others"), rest),
    )
    return tuple(
        (name, tuple((str(u.id), directory.full_name(u.id)) for u in units)) for name, units in groups if units
    )


def _asked(town: Town, asked: Petition) -> str:
    """Who asks for what, and why."""
    t = town.texts
    what = t("case.asked", name=town.staff_name(asked.asked_by), what=t(f"case.petition_{asked.act}"))
    return f"{what} {t('case.asked_why', detail=petition_detail(town, asked), words=asked.words)}"
