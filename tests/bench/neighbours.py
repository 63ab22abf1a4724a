"""The people of a simulated community: who orders, helps, visits, cooks, cares and claims; quick, slow, away or wrong.

Each is driven by what they hear, as in `townsfolk`. What is said at a door (a hand-over code, six digits for a daughter)
goes through `Doorstep`, for the service never carries it.
"""

import re
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from tests.bench.arrivals import ZONE
from tests.bench.townsfolk import Heard, Job, Resident, Said, Somebody, Staff

Talk = Generator[Said, list[Heard], list[Heard]]
_STEP = re.compile(r"([eks]):(\d+):([a-z_]+)(?::(.+))?")
_CODE = re.compile(r"交接码：(\d{4})")
_DIGITS = re.compile(r"(?<!\d)\d{6}(?!\d)")
_DUE = re.compile(r"您要探访 (\d+) 位")
_DAY = re.compile(r"(?:今天|(\d{1,2})月(\d{1,2})日（[^）]*）)(上午|中午|下午|晚上|白天)?")
_OPENS = {"上午": 8, "中午": 11, "下午": 14, "晚上": 18, "白天": 8}
_SHEET = re.compile(r"堂食 (\d+) 份，送餐 (\d+) 份")
_A_LIST = 3  # visits in one go, before the list is asked for again


def can(heard: Heard, area: str) -> dict[int, dict[str, str]]:
    """Subject → what its buttons of one area do → their data."""
    found: dict[int, dict[str, str]] = {}
    for choice in heard.buttons:
        if (match := _STEP.fullmatch(choice)) is not None and match[1] == area:
            found.setdefault(int(match[2]), {}).setdefault(match[3], choice)
    return found


def talk(first: Said, replies: Sequence[Said] = (), *, photo: bool = False, **answers: str) -> Talk:
    """Say something and answer what is asked: a field by the button in `answers`, the rest by `replies` in turn, or the first."""
    waiting = list(replies)
    heard = yield first
    for _ in range(14):
        asked = [choice for each in heard for choice in each.buttons if choice.startswith("f:")]
        if not asked:
            return heard
        fields = {choice.split(":", 3)[2]: choice for choice in reversed(asked)}
        wanted = next((name for name in answers if name in fields), "")
        options = [choice for choice in asked if not choice.endswith((":_:cancel", ":_:edit", ":_:photo"))]
        ok = [choice for choice in asked if choice.endswith(":_:ok")]
        if ok:
            heard = yield Said(choice=ok[0])
        elif photo and "photo" in fields:
            heard = yield Said(photo=True)
        elif wanted:
            exact = [choice for choice in asked if choice.endswith(f":{wanted}:{answers[wanted]}")]
            heard = yield Said(choice=exact[0]) if exact else Said(answers[wanted])
        elif waiting and ("words" in fields or not options):
            heard = yield waiting.pop(0)
        elif options:
            heard = yield Said(choice=options[0])
        else:
            heard = yield waiting.pop(0) if waiting else Said("好的")
    return heard


def done(talking: Talk) -> Job:
    """A talk whose end nobody waits for."""
    yield from talking


@dataclass
class Doorstep:
    """What people tell each other without the service, and the moment it is."""

    clock: Callable[[], datetime]
    at: Callable[[datetime, str, Callable[[], Job]], None]
    codes: dict[int, str] = field(default_factory=dict)  # case → what the resident was told

    def later(self, minutes: float, chat: str, job: Callable[[], Job]) -> None:
        """Do it so many minutes from now, at any hour."""
        self.at(self.clock() + timedelta(minutes=minutes), chat, job)


@dataclass
class Orderer(Resident):
    """Orders errands, says whether an amount is right, rates; goes where somebody of theirs calls for help."""

    doorstep: Doorstep = field(kw_only=True)
    numbers: list[int] = field(default_factory=list, kw_only=True)
    goes: float = field(default=0.6, kw_only=True)

    def order(self, words: str, **answers: str) -> Job:
        """Order something with one message, and the taps that it needs."""
        heard = yield from talk(Said(words), (), photo=False, **answers)
        self.numbers += [int(n) for each in heard for n in re.findall(r"编号是(\d+)", each.text)]

    def hears(self, heard: Heard) -> None:
        """A code, a receipt, a call for help, and what every resident hears."""
        if heard.case is not None and (code := _CODE.search(heard.text)) is not None:
            self.doorstep.codes[heard.case] = code[1]
        for steps in can(heard, "e").values():
            if "paid_ok" in steps:
                right = "paid_ok" if self.chance.random() < 0.96 else "paid_no"
                self.plan(self.chat, self.chance.expovariate(3), False, partial(_press, steps[right]))
        if heard.card.startswith("alarm:"):
            answer_alarm(self, self.doorstep, heard, self.goes, 1.5)
        super().hears(heard)

    def follow(self, elder: "Orderer", called: str) -> Job:
        """Get six digits from an elder, who says them aloud, and type them."""
        told = self.doorstep
        said: list[str] = []

        def invite() -> Job:
            heard = yield Said("邀请家人")
            said.extend(_DIGITS.findall("\n".join(each.text for each in heard)))

        def type_in() -> Job:
            if said:
                yield from talk(Said("关注老人"), (Said(said[-1]), Said(called)))

        told.later(1, elder.chat, invite)
        told.later(15, self.chat, type_in)
        yield from ()

    def lunch(self, way: str) -> Job:
        """Book the next lunch, if there is one that way."""
        heard = yield Said("订餐")
        others = [choice for each in heard for choice in each.buttons if choice.endswith(":meals:all")]
        if others and self.chance.random() < 0.3:
            heard = yield Said(choice=others[0])
        ways = [choice for each in heard for choice in each.buttons if choice.endswith(f".{way}")]
        if ways:
            yield from talk(Said(choice=self.chance.choice(ways)), count="1", name="老李")

    def cry(self, words: str, *, nothing: bool) -> Job:
        """Call for help; where it was nothing, say so."""
        heard = yield Said(words) if words else Said(choice="k:0:sos")
        fine = [choice for each in heard for choice in each.buttons if choice.endswith(":fine")]
        if nothing and fine:
            yield Said(choice=fine[0])


def answer_alarm(who: Somebody, doorstep: Doorstep, heard: Heard, share: float, minutes: float) -> None:
    """Say 我去 within minutes, or do not; who went says later how it ended."""
    for steps in can(heard, "k").values():
        if "go" in steps and who.chance.random() < share:
            doorstep.later(0.5 + who.chance.expovariate(1 / minutes), who.chat, partial(_press, steps["go"]))
        if "safe" in steps:
            ending = who.chance.choices(("fine", "family", "hospital"), (7, 2, 1))[0]
            safe = partial(_end, steps["safe"], ending)
            doorstep.later(who.chance.uniform(8, 30), who.chat, safe)


def _press(choice: str) -> Job:
    yield Said(choice=choice)


def _end(choice: str, ending: str) -> Job:
    yield from talk(Said(choice=choice), words=ending)


def opens(text: str, now: datetime) -> datetime:
    """When the slot on a card begins; now where it says nothing of it."""
    local, match = now.astimezone(ZONE), _DAY.search(text)
    if match is None or match[3] is None:
        return now
    day = local if match[1] is None else local.replace(month=int(match[1]), day=int(match[2]))
    return max(now, day.replace(hour=_OPENS[match[3]], minute=0, second=0, microsecond=0))


@dataclass
class Doing:
    """How somebody does the errands they have: `slow` comes hours late, `absent` sometimes not at all, `wrong` mistypes codes."""

    who: Somebody
    doorstep: Doorstep
    slow: bool = False
    absent: float = 0.0
    wrong: float = 0.06
    cards: dict[int, dict[str, str]] = field(default_factory=dict)
    planned: set[int] = field(default_factory=set)

    def hears(self, heard: Heard) -> None:
        """The card of an errand in hand, with its next steps."""
        if not heard.card.startswith("errand:"):
            return
        case = int(heard.card.partition(":")[2])
        self.cards[case] = can(heard, "e").get(case, {})
        if "hand" not in self.cards[case]:
            self.planned.discard(case)
        elif case not in self.planned and self.who.chance.random() >= self.absent:
            self.planned.add(case)
            start = opens(heard.text, self.doorstep.clock()) + timedelta(minutes=self.who.chance.uniform(3, 25))
            late = timedelta(hours=self.who.chance.uniform(1, 5) if self.slow else 0)
            self.doorstep.at(start + late, self.who.chat, partial(self._set_out, case))

    def forget(self, case: int) -> None:
        """It is not theirs any more."""
        self.cards.pop(case, None)
        self.planned.discard(case)

    def _set_out(self, case: int) -> Job:
        steps = self.cards.get(case, {})
        if "hand" not in steps:
            self.planned.discard(case)
            return
        if "drop" in steps and self.who.chance.random() < 0.04:
            self.planned.discard(case)
            yield Said(choice=steps["drop"])
            return
        if "go" in steps:
            yield Said(choice=steps["go"])
        if "secret" in steps:
            yield Said(choice=steps["secret"])
        self.doorstep.later(self.who.chance.uniform(15, 60), self.who.chat, partial(self._arrive, case))

    def _arrive(self, case: int) -> Job:
        steps = self.cards.get(case, {})
        if "hand" not in steps:
            self.planned.discard(case)
            return
        if "paid" in steps:
            amount = f"{self.who.chance.randint(6, 60)}块5"
            yield from talk(Said(choice=steps["paid"]), (Said(amount), Said(photo=True)))
        code = self.doorstep.codes.get(case, "")
        if not code or self.who.chance.random() < 0.2:  # nobody at home
            yield from talk(Said(choice=steps["hand"]), (Said(photo=True),))
            return
        if self.who.chance.random() < self.wrong:
            heard = yield from talk(Said(choice=steps["hand"]), (Said("0000" if code != "0000" else "1111"),))
            steps = {verb: choice for each in heard for verb, choice in can(each, "e").get(case, {}).items()} or steps
        heard = yield from talk(Said(choice=steps["hand"]), (Said(code),))
        if any("拍张照片" in each.text for each in heard):
            yield from talk(Said(choice=steps["hand"]), (Said(photo=True),))


@dataclass
class Helper(Somebody):
    """Of the 红色帮帮团: takes what is offered, more or less often, and does it."""

    doorstep: Doorstep
    takes: float
    pace: float  # minutes until they look at an offer
    doing: Doing = field(init=False)
    offers: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.doing = Doing(self, self.doorstep)

    def register(self, kinds: str, where: str, hours: str, name: str) -> Job:
        """Say that one wants to help."""
        return done(talk(Said("我要帮忙"), (Said(name),), helps=kinds, where=where, hours=hours))

    def hears(self, heard: Heard) -> None:
        """An offer, or the card of what one has taken."""
        self.doing.hears(heard)
        for case, steps in can(heard, "e").items():
            if heard.card.startswith("offer:") and "take" in steps:
                if case not in self.offers and self.chance.random() < self.takes:
                    self.doorstep.later(self.chance.expovariate(1 / self.pace), self.chat, partial(self._take, case))
                self.offers[case] = steps["take"]
        if heard.card.startswith("offer:") and not heard.buttons:
            self.offers.pop(int(heard.card.partition(":")[2]), None)
        if "先请别人去了" in heard.text and heard.case is not None:
            self.doing.forget(heard.case)

    def _take(self, case: int) -> Job:
        if case in self.offers:
            yield Said(choice=self.offers[case])


@dataclass
class Carer(Staff):
    """A worker, head, desk or doctor: cases as in `townsfolk`, and besides errands, visits, calls for help and requests."""

    doorstep: Doorstep = field(kw_only=True)
    diligence: float = field(default=0.95, kw_only=True)  # the share of days on which they go at all
    doing: Doing = field(init=False)
    round_on: str = ""

    def __post_init__(self) -> None:
        self.doing = Doing(self, self.doorstep)

    def hears(self, heard: Heard) -> None:
        """What comes to their chat."""
        self.doing.hears(heard)
        if heard.card.startswith("alarm:"):
            answer_alarm(self, self.doorstep, heard, 0.75 if 7 <= self.clock().astimezone(ZONE).hour < 21 else 0.4, 1.2)
        for choices in can(heard, "e").values():
            if "admit" in choices:
                self.plan(self.chat, self.chance.uniform(0.1, 1.5), True, partial(_press, choices["admit"]))
        for claim, steps in can(heard, "s").items():
            if heard.card == f"claim:{claim}" and "confirm" in steps:
                self.plan(self.chat, self.chance.uniform(0.5, 6), True, partial(self._judge_claim, steps))
        if (due := _DUE.search(heard.text)) is not None:
            self._plan_round(int(due[1]))
        super().hears(heard)

    def _step(self, case: int, act: str) -> Job:
        if case in self.doing.cards and act in {"finish", "extend", "shelve", "whistle"}:
            return  # An errand is done at the door.
        yield from super()._step(case, act)

    def _plan_round(self, count: int) -> None:
        today = self.clock().astimezone(ZONE).date().isoformat()
        if self.round_on == today or not count or self.away:
            return
        self.round_on = today
        if self.chance.random() < self.diligence:
            self.doorstep.later(self.chance.uniform(10, 100), self.chat, self._round)

    def _round(self) -> Job:
        """Ask for the list, visit the first few, and go on a little later."""
        heard = yield Said("探访")
        listed = next((each for each in heard if _DUE.search(each.text)), None)
        if listed is None or self.clock().astimezone(ZONE).hour >= 18:
            return
        count = int(_DUE.findall(listed.text)[0])
        for choice in listed.buttons[: min(count, _A_LIST)]:
            heard = yield Said(choice=choice)
            visit = next((c for each in heard for c in each.buttons if c.endswith(":visit")), "")
            if visit:
                mood = self.chance.choices(("good", "fair", "bad", "unseen"), (800, 180, 3, 5))[0]
                eats = self.chance.choices(("normal", "little", "nothing"), (800, 150, 3))[0]
                medicine = self.chance.choices(("taken", "forgotten", "none"), (6, 1, 3))[0]
                yield from talk(Said(choice=visit), mood=mood, eats=eats, medicine=medicine, words="nothing")
        if count > _A_LIST:
            self.doorstep.later(self.chance.uniform(8, 30), self.chat, self._round)

    def _judge_claim(self, steps: dict[str, str]) -> Job:
        if self.chance.random() < 0.88:
            yield Said(choice=steps["confirm"])
        else:
            yield from talk(Said(choice=steps["back"]), (Said("请再去一次3号楼"),))


@dataclass
class Cook(Somebody):
    """Cooks what the sheet says and tells how many were fetched."""

    doorstep: Doorstep
    ordered: int = 0

    def hears(self, heard: Heard) -> None:
        """The sheet of the day: how many stands in its first part, the buttons below its last."""
        if (head := _SHEET.search(heard.text)) is not None:
            self.ordered = int(head[1]) + int(head[2])
        for steps in can(heard, "k").values():
            if "served" in steps:
                job = partial(self._count, steps, self.ordered)
                self.doorstep.later(self.chance.uniform(130, 200), self.chat, job)

    def _count(self, steps: dict[str, str], ordered: int) -> Job:
        if "some" in steps and ordered > 1 and self.chance.random() < 0.25:
            yield from talk(Said(choice=steps["some"]), (Said(str(ordered - 1)),))
        else:
            yield Said(choice=steps["served"])


@dataclass
class Colleague(Somebody):
    """Somebody of a unit that reported in: claims, reports, comes when called."""

    doorstep: Doorstep
    eager: float = 0.85

    def report_in(self, unit: str, name: str) -> Job:
        """Report in to the community."""
        said = (Said(unit), Said(self.chance.choice(("搬东西", "修电器", "教手机"))), Said(name))
        return done(talk(Said("报到"), said, community="春华社区"))

    def hears(self, heard: Heard) -> None:
        """The list, one's claim, and the reminder."""
        steps = can(heard, "s")
        claims = [choices["claim"] for choices in steps.values() if "claim" in choices]
        if claims and heard.card.startswith("service:") and self.chance.random() < self.eager:
            self.plan(self.chat, self.chance.uniform(0.5, 30), True, partial(self._claim, self.chance.choice(claims)))
        for choices in steps.values():
            if "report" in choices and self.chance.random() < self.eager:
                hours = self.chance.uniform(2, 60)
                self.plan(self.chat, hours, True, partial(self._report, choices["report"]))

    def _claim(self, choice: str) -> Job:
        yield Said(choice=choice)

    def _report(self, choice: str) -> Job:
        words = self.chance.choice(("做完了,来了9位老人", "去了3号楼和5号楼", "两位同事去的,半天"))
        yield from talk(Said(choice=choice), (Said(words),), photo=self.chance.random() < 0.8)
