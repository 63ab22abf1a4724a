"""Are Telegram's limits kept, whatever is sent when?"""

from hypothesis import given
from hypothesis import strategies as st

from handlers.telegram.pacing import Pacing

CHATS = ("1", "2", "3", "-100", "-200")
steps = st.lists(st.tuples(st.sampled_from(CHATS), st.integers(1, 11), st.floats(0, 2)), max_size=120)


def run(plan: list[tuple[str, int, float]]) -> list[tuple[float, str, int]]:
    """Everyone waits exactly as long as told; when what went."""
    now = 0.0
    pacing = Pacing(lambda: now)
    went = []
    for chat, count, pause in plan:
        now += pause
        for _ in range(8):
            wait = pacing.wait(chat, count)
            if wait == 0.0:
                went.append((now, chat, count))
                break
            now += wait
        else:
            message = "waiting as told never ended"
            raise AssertionError(message)
    return went


def most_within(times: list[float], seconds: float) -> int:
    return max((sum(start <= at < start + seconds - 1e-4 for at in times) for start in times), default=0)


@given(steps)
def test_no_second_carries_more_than_thirty_messages(plan: list[tuple[str, int, float]]) -> None:
    assert most_within([at for at, _, count in run(plan) for _ in range(count)], 1.0) <= 30


@given(steps)
def test_no_minute_of_a_group_carries_more_than_twenty(plan: list[tuple[str, int, float]]) -> None:
    went = run(plan)
    for group in ("-100", "-200"):
        assert most_within([at for at, chat, count in went if chat == group for _ in range(count)], 60.0) <= 20


@given(steps)
def test_no_person_gets_a_fourth_message_within_three_seconds(plan: list[tuple[str, int, float]]) -> None:
    went = run(plan)
    for person in ("1", "2", "3"):
        times = [at for at, chat, count in went if chat == person for _ in range(min(count, 3))]
        assert most_within(times, 3.0) <= 3


def test_a_chat_that_waits_does_not_hold_up_another() -> None:
    pacing = Pacing(lambda: 0.0)
    while pacing.wait("1") == 0.0:
        pass
    assert pacing.wait("2") == 0.0


def test_without_limits_nothing_waits() -> None:
    pacing = Pacing(lambda: 0.0, limits=False)
    assert not any(pacing.wait("1") for _ in range(1000))


def test_quiet_chats_are_forgotten() -> None:
    now = 0.0
    pacing = Pacing(lambda: now)
    for chat in range(10_000):
        now += 0.04
        pacing.wait(str(chat))
    assert len(pacing._chats) <= 4096
