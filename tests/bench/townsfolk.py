"""The people of a simulated month: residents who report and rate, staff who are quick, slow, away or wrong.

Each is driven by what they hear: a card in the chat makes a worker plan what they will do, and hours later they press a
button that the card has then. A job is a generator: it yields what is said and is sent what was heard upon it.
"""

import random
import re
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

Buttons = list[str]  # their data
_CASE = re.compile(r"c:(\d+):([a-z_]+)(?::(.+))?")
_FILED = re.compile(r"编号是(\d+)")
_FIRST_NUMBER = 1000


@dataclass(frozen=True, slots=True)
class Said:
    """Words, a press or a picture."""

    text: str = ""
    choice: str = ""
    photo: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """One message of the service."""

    text: str
    buttons: Buttons
    card: str = ""
    case: int | None = None


Job = Generator[Said, list[Heard], None]
# Do a job after so many hours: of working time where the first is True, else on the wall clock.
Plan = Callable[[str, float, bool, Callable[[], Job]], None]


class Temper(StrEnum):
    """How somebody works, or what they forget."""

    QUICK = "quick"
    STEADY = "steady"
    SLOW = "slow"
    ASTRAY = "astray"  # gives back what is theirs


_TEMPERS = {Temper.QUICK: 0.5, Temper.STEADY: 0.33, Temper.SLOW: 0.12, Temper.ASTRAY: 0.05}
_PACE = {Temper.QUICK: 0.4, Temper.STEADY: 1.0, Temper.SLOW: 3.5, Temper.ASTRAY: 1.0}

_WORDS = {
    "relay": ("您好,我下午过来看看,您在家吗?", "收到了,我先了解一下情况。", "我已经在路上了。"),
    "look": ("上门前联系", "了解具体位置"),
    "ask": ("请问具体是哪个位置?", "您什么时候在家?"),
    "progress": ("已联系维修师傅,明天上门。", "配件已经订了,到了就换。", "今天去现场看过了。"),
    "finish": ("已经修好了,您看一下。", "现场清理干净了。", "已经劝导,对方答应改正。", "已向您解释,谢谢理解。"),
    "return": ("这个不归我管", "不在我的网格里"),
    "raise": ("需要几个单位一起办", "我这里没有办法解决"),
    "dispatch": ("请今天去看看。", "请核实后答复居民。"),
    "whistle": ("请到现场一起看。",),
    "assist": ("我们这边处理好了。", "已派人到现场配合。"),
    "extend": ("等配件", "天气不好,没法施工"),
    "shelve": ("要等下个月统一施工",),
    "supervise": ("拖得太久了,今天给居民一个答复。",),
    "answer": ("今天下午到现场,明天办结。",),
    "uphold": ("现场看过,已经修好,有照片。",),
    "call_back": ("",),
    "add": ("在单元门口左边。", "我晚上六点以后在家。", "还是没弄好,请再来看看。"),
    "withdraw": ("已经好了,不用来了",),
    "dispute": ("根本没有人来过。", "修了一天又坏了。"),
}


def verbs(heard: Heard) -> dict[int, dict[str, str]]:
    """Case → what its buttons do → their data."""
    found: dict[int, dict[str, str]] = {}
    for choice in heard.buttons:
        if match := _CASE.fullmatch(choice):
            found.setdefault(int(match[1]), {}).setdefault(match[2], choice)
    return found


@dataclass
class Somebody:
    """Who has a chat with the service."""

    chat: str
    chance: random.Random
    plan: Plan

    @property
    def away(self) -> bool:
        """Whether they neither read nor press now."""
        return False

    def hears(self, heard: Heard) -> None:
        """Take in one message; what it leads to is planned."""

    def form(self, act: str, first: Said) -> Job:
        """Say something, and answer what is asked until nothing is asked any more."""
        heard = yield first
        for _ in range(8):
            asked = [choice for each in heard for choice in each.buttons if choice.startswith("f:")]
            if not asked:
                return
            heard = yield self._answer(act, asked)

    def _answer(self, act: str, asked: Buttons) -> Said:
        fields = {choice.split(":", 3)[2]: choice for choice in asked}
        options = [choice for choice in asked if not choice.endswith(":_:cancel")]
        if any(choice.endswith(":_:ok") for choice in asked):
            return Said(choice=next(choice for choice in asked if choice.endswith(":_:ok")))
        if "words" in fields or not options:
            return Said(self.chance.choice(_WORDS.get(act, ("好的。",))))
        if "photo" in fields:
            return Said(photo=True) if self.chance.random() < 0.9 else Said(choice=fields["photo"])
        done = [choice for choice in options if choice.endswith(":value:done")]
        units = [choice for choice in options if ":value:u" in choice]
        others = [choice for choice in options if choice.endswith(":value:page")]
        if others and (not units or (act == "dispatch" and self.chance.random() < 0.3)):
            return Said(choice=others[0])
        return Said(choice=(done or [self.chance.choice(units or options)])[0])


@dataclass
class Resident(Somebody):
    """Reports, answers, hurries, rates or does not."""

    filed: int = 0

    def report(self, words: str, place: str) -> Job:
        """Tell of a trouble, until a number comes back or it has joined another's."""
        heard = yield Said(f"{place}{words}", photo=self.chance.random() < 0.25)
        for _ in range(8):
            asked = [choice for each in heard for choice in each.buttons if choice.startswith("f:")]
            if not asked:
                break
            fields = {choice.split(":", 3)[2] for choice in asked}
            heard = yield Said(place) if fields == {"place"} else self._answer("", asked)
        for each in heard:
            if match := _FILED.search(each.text):
                self.filed += 1
                self._afterthoughts(int(match[1]) - _FIRST_NUMBER)

    def hears(self, heard: Heard) -> None:
        """News of a case, perhaps with a question."""
        for case, can in verbs(heard).items():
            if "grade" in can and self.chance.random() < 0.6:
                grades = [choice for choice in heard.buttons if choice.startswith(f"c:{case}:grade:")]
                self.plan(self.chat, self.chance.expovariate(1 / 7), False, partial(self._rate, grades))
            elif "add" in can and len(can) == 1 and "?" in heard.text.replace("？", "?") and self.chance.random() < 0.8:
                press = Said(choice=can["add"])
                self.plan(self.chat, self.chance.expovariate(1 / 3), False, partial(self.form, "add", press))

    def _afterthoughts(self, case: int) -> None:
        thought = self.chance.random()
        if thought < 0.07:
            self.plan(self.chat, self.chance.uniform(8, 60), False, partial(self._press, case, "urge"))
        elif thought < 0.1:
            self.plan(self.chat, self.chance.expovariate(1 / 5), False, partial(self._press, case, "withdraw"))

    def _press(self, case: int, act: str) -> Job:
        heard = yield Said(choice=f"c:{case}:show")
        choice = next((can[act] for each in heard for can in verbs(each).values() if act in can), "")
        if choice:
            yield from self.form(act, Said(choice=choice))

    def _rate(self, grades: Buttons) -> Job:
        place = self.chance.choices(range(5), (46, 30, 13, 7, 4))[0]
        heard = yield Said(choice=grades[place])
        for each in heard:
            answers = [choice for choice in each.buttons if ":solved:" in choice]
            if answers:
                weights = ((20, 1, 0), (10, 1, 0), (5, 3, 1), (1, 2, 4), (0, 1, 6))[place]
                yield Said(choice=self.chance.choices(answers, weights)[0])
                break
        why = next((can["add"] for each in heard for can in verbs(each).values() if "add" in can), "")
        if why and self.chance.random() < 0.5:
            yield from self.form("dispute", Said(choice=why))


@dataclass
class Staff(Somebody):
    """Works on what comes to their chat. `away` until a moment: they neither read nor press."""

    role: str
    clock: Callable[[], datetime]
    temper: Temper = Temper.STEADY
    away_until: datetime | None = None
    cards: dict[int, dict[str, str]] = field(default_factory=dict)
    planned: set[int] = field(default_factory=set)
    working: set[int] = field(default_factory=set)

    @classmethod
    def hired(cls, chat: str, role: str, chance: random.Random, plan: Plan, clock: Callable[[], datetime]) -> "Staff":
        """Somebody with a temper of their own."""
        temper = chance.choices(list(_TEMPERS), list(_TEMPERS.values()))[0]
        return cls(chat, chance, plan, role, clock, Temper.QUICK if role == "district_desk" else temper)

    @property
    def away(self) -> bool:
        """Whether they are on leave, or just not there."""
        return self.away_until is not None and self.clock() < self.away_until

    def hears(self, heard: Heard) -> None:
        """Plan what a card or a reminder asks for."""
        for case, can in verbs(heard).items():
            if heard.card.startswith("case:"):
                self._shown(case, can, pressing="🔴" in heard.text or "🟠" in heard.text)
            elif heard.card.startswith("ask:") and "grant" in can:
                verdict = "grant" if self.chance.random() < 0.8 else "deny"
                self._later(2, partial(self.form, verdict, Said(choice=can[verdict])))
            elif heard.card.startswith("help:") and "report_in" in can:
                self._later(0.4, partial(self._help, case, can["report_in"]))
            elif heard.card.startswith("sup:") and "answer" in can:
                self._later(3, partial(self.form, "answer", Said(choice=can["answer"])))
            elif heard.card.startswith("back:"):
                self._later(4, partial(self._call_back, heard))
            elif heard.text.startswith("⏰") and "accept" in can and case in self.cards:
                self._later(0.5, partial(self._take, case))
            elif self._minds(heard, can):
                self._later(2, partial(self._further, case, "supervise", Said(choice=f"c:{case}:show")))

    def leave(self, days: int) -> Job:
        """Ask for leave in the chat, and be away so long."""
        heard = yield Said(choice="m:leave")
        asked = [choice for each in heard for choice in each.buttons if ":leave:" in choice]
        self.away_until = self.clock() + timedelta(days=days)
        wanted = "today" if days == 1 else "week"
        yield Said(choice=next(choice for choice in asked if choice.endswith(wanted)))

    def vanish(self, days: int) -> Job:
        """Be away and tell nobody."""
        self.away_until = self.clock() + timedelta(days=days)
        yield from ()

    def _minds(self, heard: Heard, can: dict[str, str]) -> bool:
        """Whether a desk that reads of an overdue case asks what is going on."""
        above = self.role.endswith(("desk", "manager"))
        return above and "超期" in heard.text and "show" in can and self.chance.random() < 0.04

    def _later(self, hours: float, job: Callable[[], Job], *, wall: bool = False) -> None:
        self.plan(self.chat, self.chance.expovariate(1 / (hours * _PACE[self.temper])), not wall, job)

    def _shown(self, case: int, can: dict[str, str], *, pressing: bool) -> None:
        self.cards[case] = can
        if "accept" in can:
            self.working.discard(case)
            if case not in self.planned:
                self.planned.add(case)
                self._later(0.3 if pressing else 0.8, partial(self._take, case), wall=pressing)
        elif "reopen" in can:
            if case not in self.planned:
                self.planned.add(case)
                self._later(5, partial(self._judge, case))
        elif "finish" in can:
            self.planned.discard(case)
            if case not in self.working:
                self.working.add(case)
                self._work(case, pressing=pressing)
        else:
            self.planned.discard(case)
            self.working.discard(case)

    def _take(self, case: int) -> Job:
        can = self.cards.get(case, {})
        if "accept" not in can:
            return
        self.planned.discard(case)
        fate = self.chance.random()
        if "return" in can and fate < (0.5 if self.temper is Temper.ASTRAY else 0.04):
            yield from self.form("return", Said(choice=can["return"]))
        elif "dispatch" in can and fate < (0.85 if self.role == "district_desk" else 0.5):
            yield from self.form("dispatch", Said(choice=can["dispatch"]))
        elif "more" in can and fate > 0.96:
            yield from self._further(case, "raise", Said(choice=can["more"]))
        else:
            yield Said(choice=can["accept"])

    def _work(self, case: int, *, pressing: bool) -> None:
        """What is done from accepting to finishing, with the hours between."""
        needed = self.chance.lognormvariate(1.0 if pressing else 2.2, 0.8) * _PACE[self.temper] ** 0.6
        steps: list[tuple[float, str]] = [(needed, "finish")]
        if self.chance.random() < 0.7:
            steps.append((min(self.chance.expovariate(1 / 1.5), needed * 0.8), self.chance.choice(("relay", "look"))))
        for act, share in (("progress", 0.2), ("ask", 0.05), ("extend", 0.04), ("shelve", 0.012), ("whistle", 0.03)):
            if self.chance.random() < share:
                steps.append((needed * self.chance.uniform(0.2, 0.9), act))
        for hours, act in steps:
            self.plan(self.chat, hours, not pressing, partial(self._step, case, act))

    def _step(self, case: int, act: str) -> Job:
        can = self.cards.get(case, {})
        if "finish" not in can:
            return
        if act in can:
            yield from self.form(act, Said(choice=can[act]))
        elif "more" in can:
            yield from self._further(case, act, Said(choice=can["more"]))

    def _further(self, case: int, act: str, first: Said) -> Job:
        """Press 更多, or open the card and then press it, and find the act there."""
        heard = yield first
        for _ in range(2):
            can = {verb: choice for each in heard for verb, choice in verbs(each).get(case, {}).items()}
            if act in can:
                yield from self.form(act, Said(choice=can[act]))
                return
            if "more" not in can:
                return
            heard = yield Said(choice=can["more"])

    def _help(self, case: int, choice: str) -> Job:
        heard = yield Said(choice=choice)
        done = next((verbs(each)[case]["assist"] for each in heard if "assist" in verbs(each).get(case, {})), "")
        if done:
            self._later(4, partial(self.form, "assist", Said(choice=done)))

    def _judge(self, case: int) -> Job:
        can = self.cards.get(case, {})
        self.planned.discard(case)
        if "reopen" in can and self.chance.random() < 0.6:
            yield Said(choice=can["reopen"])
        elif "uphold" in can:
            yield from self.form("uphold", Said(choice=can["uphold"]))

    def _call_back(self, heard: Heard) -> Job:
        outcomes = [choice for choice in heard.buttons if ":call_back:" in choice]
        if outcomes:
            choice = self.chance.choices(outcomes, (14, 2, 4)[: len(outcomes)])[0]
            yield from self.form("call_back", Said(choice=choice))
