"""Transcripts: what is appended is read back in order, once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from storage.database import Database
from storage.lines import Lines

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.fixture
def lines(database: Database) -> Lines:
    return Lines(database)


async def say(lines: Lines, key: str, text: str, *, chat: str = "a", at: datetime = NOON) -> int:
    return (await lines.append(chat, key, mine=False, body={"text": text}, at=at)).seq


async def test_lines_come_back_in_the_order_they_were_said(lines: Lines) -> None:
    for number in range(5):
        await say(lines, f"k{number}", f"第{number}句")
    assert [line.body["text"] for line in await lines.after("a", 0, 10)] == [f"第{n}句" for n in range(5)]


async def test_the_same_line_again_changes_nothing(lines: Lines) -> None:
    first = await say(lines, "k", "水管爆了")
    again = await say(lines, "k", "水管爆了", at=NOON + timedelta(hours=1))
    assert again == first
    assert [line.at for line in await lines.after("a", 0, 10)] == [NOON]


async def test_a_changed_line_keeps_its_time_and_is_news_to_those_who_follow(lines: Lines) -> None:
    await say(lines, "card", "待受理")
    last = await say(lines, "other", "还有一件")
    await say(lines, "card", "已受理", at=NOON + timedelta(hours=1))
    (news,) = await lines.after("a", last, 10)
    assert (news.key, news.body["text"], news.at) == ("card", "已受理", NOON)


async def test_a_changed_line_is_in_the_transcript_once(lines: Lines) -> None:
    for state in ("待受理", "已受理", "办结"):
        await say(lines, "card", state)
    assert [line.body["text"] for line in await lines.before("a", None, 10)] == ["办结"]


async def test_chats_do_not_hear_each_other(lines: Lines) -> None:
    await say(lines, "k", "张三的事", chat="a")
    await say(lines, "k", "李四的事", chat="b")
    assert [line.body["text"] for line in await lines.after("b", 0, 10)] == ["李四的事"]


async def test_history_is_read_page_by_page_from_the_end(lines: Lines) -> None:
    for number in range(7):
        await say(lines, f"k{number}", str(number))
    newest = await lines.before("a", None, 3)
    older = await lines.before("a", newest[0].seq, 3)
    assert [line.body["text"] for line in [*older, *newest]] == ["1", "2", "3", "4", "5", "6"]


async def test_a_follower_misses_nothing_when_many_write_at_once(lines: Lines) -> None:
    heard: list[str] = []

    async def follow() -> None:
        seen = 0
        while len(heard) < 40:
            for line in await lines.after("a", seen, 100):
                heard.append(line.key)
                seen = line.seq
            await asyncio.sleep(0)

    await asyncio.wait_for(asyncio.gather(follow(), *(say(lines, f"k{n}", str(n)) for n in range(40))), 20)
    assert sorted(heard) == sorted(f"k{n}" for n in range(40))


async def test_who_said_it_is_remembered(lines: Lines) -> None:
    await lines.append("a", "k", mine=True, body={"text": "我说的"}, at=NOON)
    assert [line.mine for line in await lines.after("a", 0, 10)] == [True]


async def test_the_newest_line_of_many_chats_is_known_at_one_look(lines: Lines) -> None:
    for chat, count in (("a", 3), ("b", 1)):
        for number in range(count):
            await say(lines, f"k{number}", "x", chat=chat)
    assert await lines.newest(["a", "b", "nobody", *(f"chat {n}" for n in range(1200))]) == {"a": 3, "b": 1}


async def test_many_that_are_said_at_once_have_a_number_each(lines: Lines) -> None:
    said = [(chat, f"k{n}") for n in range(30) for chat in "abc"]
    seqs = await asyncio.gather(*(say(lines, key, "x", chat=chat) for chat, key in said))
    assert sorted(zip([chat for chat, _ in said], seqs, strict=True)) == [(c, n) for c in "abc" for n in range(1, 31)]


async def test_the_same_line_twice_at_once_is_one(lines: Lines) -> None:
    first, *others = await asyncio.gather(*(say(lines, "k", "水管爆了") for _ in range(5)))
    assert others == [first] * 4
    assert len(await lines.after("a", 0, 10)) == 1


async def test_a_card_changed_at_once_by_several_shows_the_state_with_the_highest_number(lines: Lines) -> None:
    states = ("待受理", "已受理", "办结")
    numbers = await asyncio.gather(*(say(lines, "card", state) for state in states))
    last = dict(zip(numbers, states, strict=True))[max(numbers)]
    assert [line.body["text"] for line in await lines.before("a", None, 10)] == [last]


async def test_what_is_given_back_is_the_line_as_it_stands(lines: Lines) -> None:
    await say(lines, "card", "待受理")
    changed = await lines.append("a", "card", mine=False, body={"text": "办结"}, at=NOON + timedelta(hours=1))
    assert changed == (await lines.before("a", None, 1))[0]
