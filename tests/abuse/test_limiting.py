"""Too much from one sender: one word, then silence, and nobody else notices."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from unittest.mock import Mock

import pytest

from bot.chat.limiting import Limiting, Limits
from bot.chat.messages import Address, Attachment, Incoming, Medium
from storage.database import Database
from tests.flow.rig import Rig, build

LI, WANG = Address("web", "li"), Address("web", "wang")


class Ears:
    """A receiver that only listens, and hears nothing while its database is away."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.away = False

    async def receive(self, incoming: Sequence[Incoming]) -> Sequence[str]:
        if self.away:
            raise OSError("the database is away")
        self.heard += [said.text for said in incoming]
        return [f"notice {said.text}" for said in incoming]


class Crowd:
    def __init__(self, rig: Rig, limits: Limits) -> None:
        self.rig, self.ears = rig, Ears()
        self.limited: Counter[str] = Counter()
        self.insults: Counter[str] = Counter()
        self.limiting = Limiting(
            self.ears,
            rig.storage,
            rig.house,
            lambda: rig.now[0],
            limits,
            lambda network: self.limited.update([network]),
            lambda network: self.insults.update([network]),
        )
        self.count = 0

    async def repeat(self, times: int, *texts: str) -> None:
        """Say it during an outage, as a network that is not told that it was heard says it again and again."""
        self.ears.away = True
        for _ in range(times):
            with suppress(OSError):
                await self.say(*texts)
        self.ears.away = False

    async def say(self, *texts: str, who: Address = LI, photo: bool = False) -> Sequence[str]:
        files = (Attachment(Medium.PHOTO, "web", "0" * 64, "0" * 64, "image/jpeg", 10),) if photo else ()
        said = []
        for text in texts:
            self.count += 1
            said.append(Incoming(who, who, f"m{self.count}", self.rig.now[0], text, attachments=files))
        return await self.limiting.receive(said)

    async def told(self, who: Address = LI) -> list[str]:
        return [message.text for message in await self.rig.heard(who.chat)]


@pytest.fixture
async def crowd(database: Database) -> Crowd:
    return Crowd(await build(database), Limits(3, 2))


async def test_as_many_as_allowed_are_taken(crowd: Crowd) -> None:
    await crowd.say("一", "二", "三")
    assert crowd.ears.heard == ["一", "二", "三"]


async def test_what_is_over_is_not_taken_and_is_counted(crowd: Crowd) -> None:
    await crowd.say("一", "二", "三", "四", "五")
    assert (crowd.ears.heard, crowd.limited) == (["一", "二", "三"], Counter(web=2))


async def test_the_sender_is_told_once(crowd: Crowd) -> None:
    for _ in range(8):
        await crowd.say("快")
    assert len(await crowd.told()) == 1


async def test_notices_stay_with_their_messages(crowd: Crowd) -> None:
    assert list(await crowd.say("一", "二", "三", "四")) == ["notice 一", "notice 二", "notice 三", ""]


async def test_a_minute_later_they_are_heard_again(crowd: Crowd) -> None:
    await crowd.say("一", "二", "三", "四")
    crowd.rig.now[0] += timedelta(minutes=1)
    await crowd.say("五")
    assert crowd.ears.heard[-1] == "五"


async def test_others_are_heard_all_the_while(crowd: Crowd) -> None:
    await crowd.say(*"快" * 50)
    await crowd.say("灯坏了", who=WANG)
    assert crowd.ears.heard[-1] == "灯坏了"


async def test_a_call_for_help_always_passes(crowd: Crowd) -> None:
    await crowd.say(*"快" * 50)
    await crowd.say("金康苑3号楼着火了")
    assert crowd.ears.heard[-1] == "金康苑3号楼着火了"


async def test_files_have_a_limit_of_their_own(crowd: Crowd) -> None:
    await crowd.say("一", "二", "三", photo=True)
    await crowd.say("四")
    assert crowd.ears.heard == ["一", "二", "四"]


async def test_what_a_network_repeats_during_an_outage_is_not_counted(crowd: Crowd) -> None:
    await crowd.repeat(9, "一", "二")
    await crowd.say("一", "二")
    assert crowd.ears.heard == ["一", "二"]


async def test_nothing_is_confirmed_while_the_database_is_away(crowd: Crowd) -> None:
    await crowd.repeat(9, "一", "二", "三")
    crowd.ears.away = True
    with pytest.raises(OSError, match="away"):
        await crowd.say("一", "二", "三")


async def test_who_says_too_much_during_an_outage_is_told_when_it_is_over(crowd: Crowd) -> None:
    await crowd.repeat(2, "一", "二", "三", "四")
    await crowd.say("一", "二", "三", "四")
    assert crowd.ears.heard == ["一", "二", "三"]
    assert len(await crowd.told()) == 1


async def test_who_could_not_be_told_just_now_is_told_with_the_repeat(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    await crowd.say("一", "二", "三")
    with monkeypatch.context() as away, suppress(OSError):
        away.setattr(crowd.rig.storage, "writing", Mock(side_effect=OSError("the database is away")))
        await crowd.say("四")
    await crowd.say("四")
    assert len(await crowd.told()) == 1


async def test_without_a_limit_everything_is_taken(crowd: Crowd) -> None:
    free = Crowd(crowd.rig, Limits(0, 0))
    await free.say(*"快" * 200)
    assert len(free.ears.heard) == 200


async def test_insults_are_counted_and_taken(crowd: Crowd) -> None:
    await crowd.say("你们都是废物")
    assert (crowd.insults, crowd.ears.heard) == (Counter(web=1), ["你们都是废物"])


async def test_a_clock_that_is_put_back_keeps_nobody_out(database: Database) -> None:
    crowd = Crowd(await build(database), Limits(2, 0))
    await crowd.say("一", "二")
    crowd.rig.now[0] -= timedelta(hours=1)
    await crowd.say("三")
    assert crowd.ears.heard == ["一", "二", "三"]
