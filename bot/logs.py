"""One log for everything that runs here: JSON lines, or plain words where somebody watches a terminal.

Whoever takes up a message, a letter or a timer binds its id (`about`), and every line written meanwhile carries it. Lines
hold ids and names of errors, never what people said, and a bot's token never gets through, whoever writes it.
"""

import logging
import re
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any, TextIO

import orjson
import structlog

# A Telegram token, bare or within an address of the Bot API (/bot123:ABC…/); the number before the colon is no secret.
_TOKEN = re.compile(r"(\b|bot)(\d+):[A-Za-z0-9_-]{20,}")


def without_tokens(text: str) -> str:
    """The text with whatever looks like a bot's token taken out."""
    return _TOKEN.sub(r"\1\2:***", text)


@contextmanager
def about(**ids: object) -> Iterator[None]:
    """Put these ids on every line that is written within the block, by whatever it calls; None is no id."""
    before = structlog.contextvars.bind_contextvars(**{name: value for name, value in ids.items() if value is not None})
    try:
        yield
    finally:
        structlog.contextvars.reset_contextvars(**before)


def configure(stream: TextIO = sys.stderr, level: int | None = None) -> None:
    """Send every log of this process to `stream`, once, at the start.

    A terminal gets warnings and worse, in words; anything else (a journal, a file) gets one JSON object a line, from
    INFO on. Libraries say only what is wrong: their own INFO lines hold addresses.
    """
    terminal = stream.isatty()
    shown = level if level is not None else (logging.WARNING if terminal else logging.INFO)
    last: Any = (
        structlog.dev.ConsoleRenderer(colors=True, exception_formatter=structlog.dev.plain_traceback)
        if terminal
        else structlog.processors.JSONRenderer(serializer=_json)
    )
    before: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    after: list[Any] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        _hide_tokens,
        last,
    ]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=before, processors=after))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(shown, logging.WARNING))
    for ours in ("bot", "handlers", "storage"):
        logging.getLogger(ours).setLevel(shown)


def _json(event: Mapping[str, Any], **_options: object) -> str:
    return orjson.dumps(event, default=str).decode()


def _hide_tokens(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    # Last before the line is written, so that messages, ids and tracebacks alike pass here.
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = without_tokens(value)
    return event
