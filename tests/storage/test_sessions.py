"""Links to the board and the browsers they let in."""

from datetime import UTC, datetime, timedelta

from bot.board import sessions
from storage.records import DatabaseStorage

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


async def enter(storage: DatabaseStorage, now: datetime = NOW) -> str:
    async with storage.writing() as records:
        secret = await sessions.redeem(records, await sessions.issue(records, 7, now), now)
    assert secret is not None
    return secret


async def test_a_link_lets_in_once(storage: DatabaseStorage) -> None:
    async with storage.writing() as records:
        word = await sessions.issue(records, 7, NOW)
        secret = await sessions.redeem(records, word, NOW)
        assert secret is not None
        assert await sessions.whose(records, secret, NOW, used=True) == 7
        assert await sessions.redeem(records, word, NOW) is None


async def test_a_link_is_good_for_ten_minutes(storage: DatabaseStorage) -> None:
    async with storage.writing() as records:
        word = await sessions.issue(records, 7, NOW)
        assert await sessions.redeem(records, word, NOW + 10 * MINUTE) is None


async def test_a_made_up_link_lets_nobody_in(storage: DatabaseStorage) -> None:
    async with storage.writing() as records:
        assert await sessions.redeem(records, "x" * 32, NOW) is None


async def test_half_an_hour_without_use_ends_it(storage: DatabaseStorage) -> None:
    secret = await enter(storage)
    async with storage.writing() as records:
        assert await sessions.whose(records, secret, NOW + 29 * MINUTE, used=True) == 7
        assert await sessions.whose(records, secret, NOW + 58 * MINUTE, used=False) == 7
        assert await sessions.whose(records, secret, NOW + 60 * MINUTE, used=True) is None


async def test_twelve_hours_end_it_in_any_case(storage: DatabaseStorage) -> None:
    secret = await enter(storage)
    async with storage.writing() as records:
        for n in range(1, 36):
            assert await sessions.whose(records, secret, NOW + 20 * n * MINUTE, used=True) == 7
        assert await sessions.whose(records, secret, NOW + 720 * MINUTE, used=True) is None


async def test_leaving_ends_one_browser_alone(storage: DatabaseStorage) -> None:
    first, second = await enter(storage), await enter(storage)
    async with storage.writing() as records:
        await sessions.leave(records, first, NOW)
        assert await sessions.whose(records, first, NOW, used=True) is None
        assert await sessions.whose(records, second, NOW, used=True) == 7


async def test_leaving_in_the_chat_ends_all_and_spoils_open_links(storage: DatabaseStorage) -> None:
    secrets = [await enter(storage), await enter(storage)]
    async with storage.writing() as records:
        word = await sessions.issue(records, 7, NOW)
        assert await sessions.leave_all(records, 7, NOW) == 2
        assert await sessions.redeem(records, word, NOW) is None
        assert [await sessions.whose(records, secret, NOW, used=True) for secret in secrets] == [None, None]
