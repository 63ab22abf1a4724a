"""What is written to the log: one JSON object a line, with the ids in question, and never a bot's token."""

import io
import logging
import re
from collections.abc import Iterator

import orjson
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from bot import logs
from storage.database import Database

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root, ours = logging.getLogger(), [logging.getLogger(name) for name in ("bot", "handlers", "storage")]
    handlers, level, levels = list(root.handlers), root.level, [logger.level for logger in ours]
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for logger, before in zip(ours, levels, strict=True):
        logger.setLevel(before)


def written(stream: io.StringIO) -> list[dict[str, object]]:
    return [orjson.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_carries_the_message_and_the_case_it_is_about() -> None:
    logs.configure(stream := io.StringIO())
    with logs.about(message="web:m1"), logs.about(case=7):
        logging.getLogger("bot.chat").info("taken")
    (line,) = written(stream)
    assert (line["event"], line["message"], line["case"], line["level"]) == ("taken", "web:m1", 7, "info")


def test_an_id_is_forgotten_when_its_work_is_over() -> None:
    logs.configure(stream := io.StringIO())
    with logs.about(case=7):
        pass
    logging.getLogger("bot").warning("later")
    assert "case" not in written(stream)[0]


@pytest.mark.parametrize(
    "words", [f"https://api.telegram.org/bot{TOKEN}/getMe", f"token {TOKEN} refused", f"/file/bot{TOKEN}/a.jpg"]
)
@pytest.mark.parametrize("make", [io.StringIO, Terminal])
def test_a_token_is_never_written(words: str, make: type[io.StringIO]) -> None:
    logs.configure(stream := make())
    logging.getLogger("httpx").warning("HTTP Request: %s", words)
    assert "AAHdq" not in stream.getvalue()
    assert "110201543:***" in stream.getvalue()


@pytest.mark.parametrize("make", [io.StringIO, Terminal])
def test_a_token_within_a_traceback_is_not_written_either(make: type[io.StringIO]) -> None:
    logs.configure(stream := make())
    try:
        int(f"https://api.telegram.org/bot{TOKEN}/getMe")
    except ValueError:
        logging.getLogger("bot").exception("failed")
    assert "ValueError" in stream.getvalue()
    assert "AAHdq" not in stream.getvalue()


@given(st.integers(10**7, 10**11), st.from_regex(r"[A-Za-z0-9_-]{30,40}", fullmatch=True), st.text(max_size=20))
def test_any_token_is_hidden_wherever_it_stands(number: int, rest: str, around: str) -> None:
    assert rest not in logs.without_tokens(f"{around} bot{number}:{rest}/{around}")


def test_a_time_of_day_is_not_a_token() -> None:
    assert logs.without_tokens("2026-03-02T09:00:00 12345:ok") == "2026-03-02T09:00:00 12345:ok"


def test_libraries_tell_only_what_is_wrong() -> None:
    logs.configure(stream := io.StringIO())
    logging.getLogger("httpx").info("HTTP Request: GET https://example.org")
    assert stream.getvalue() == ""


def test_a_terminal_shows_only_what_needs_a_person() -> None:
    logs.configure(stream := Terminal())
    logging.getLogger("bot").info("taken")
    logging.getLogger("bot").warning("look here")
    assert re.findall("taken|look here", stream.getvalue()) == ["look here"]


async def test_what_a_person_said_is_not_in_a_database_error(database: Database) -> None:
    with pytest.raises(Exception, match="no_such") as raised:
        async with database.writing() as connection:
            await connection.execute(text("INSERT INTO no_such VALUES (:words)"), {"words": "13800138000"})
    assert "13800138000" not in str(raised.value)


def test_what_is_done_within_something_else_is_named_until_it_ends() -> None:
    with logs.about(case=7, message="web:1"):
        with logs.about(case=8):
            within = structlog.contextvars.get_contextvars()
        after = structlog.contextvars.get_contextvars()
    assert (within, after) == ({"case": 8, "message": "web:1"}, {"case": 7, "message": "web:1"})


def test_nothing_is_left_of_what_has_ended() -> None:
    with logs.about(case=7):
        pass
    assert structlog.contextvars.get_contextvars() == {}
