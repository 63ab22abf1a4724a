"""Asking together: what gathers while a transaction runs is done in the next one."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from bot.together import Together


class Work:
    """Notes what was done together; `may` is how many more turns are let go on."""

    def __init__(self, may: int = 0) -> None:
        self.batches: list[list[int]] = []
        self.may = asyncio.Semaphore(may)
        self.together = Together[int, int](self._all, self._one)

    async def _all(self, asked: Sequence[int]) -> list[int]:
        self.batches.append(list(asked))
        await self.may.acquire()
        await asyncio.sleep(0)
        if 0 in asked:
            raise ValueError(asked)
        return [one * 10 for one in asked]

    async def _one(self, asked: int) -> int:
        if not asked:
            raise ValueError(asked)
        return asked * 10

    async def ask(self, *asked: int) -> "asyncio.Task[list[int]]":
        """Begin to ask."""
        task = asyncio.create_task(self.together.do(asked))
        for _ in range(3):
            await asyncio.sleep(0)
        return task


async def test_whoever_asks_while_others_are_served_shares_the_next_turn() -> None:
    work = Work()
    asking = [await work.ask(1), await work.ask(2), await work.ask(3)]
    work.may.release()
    work.may.release()
    assert await asyncio.gather(*asking) == [[10], [20], [30]]
    assert work.batches == [[1], [2, 3]]


async def test_many_who_ask_again_and_again_stay_together() -> None:
    work = Work(may=1000)

    async def insist(number: int) -> None:
        for _ in range(10):
            await work.together.do([number])

    await asyncio.gather(*(insist(number) for number in range(1, 51)))
    assert len(work.batches) < 30, [len(batch) for batch in work.batches]


async def test_whoever_goes_away_takes_nobodys_work_along() -> None:
    work = Work()
    first, leaving, staying = await work.ask(1), await work.ask(2), await work.ask(3)
    work.may.release()
    await first
    for _ in range(3):
        await asyncio.sleep(0)  # The second turn begins, with both of them.
    leaving.cancel()
    with suppress(asyncio.CancelledError):
        await leaving
    work.may.release()
    async with asyncio.timeout(5):
        assert await staying == [30]


async def test_one_fault_stops_only_whoever_made_it() -> None:
    work = Work()
    first, wrong, right = await work.ask(1), await work.ask(0), await work.ask(2)
    work.may.release()
    work.may.release()
    assert [await first, await right] == [[10], [20]]
    assert isinstance((await asyncio.gather(wrong, return_exceptions=True))[0], ValueError)


async def test_what_comes_after_an_end_is_done_too() -> None:
    work = Work(may=1000)
    assert [await work.together.do([1]), await work.together.do([2])] == [[10], [20]]


async def test_a_crowd_is_served_in_several_turns() -> None:
    work = Work(may=10)
    given = await work.together.do(range(1, 251))
    assert (given, [len(batch) for batch in work.batches]) == ([one * 10 for one in range(1, 251)], [100, 100, 50])
