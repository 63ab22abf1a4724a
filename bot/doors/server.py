"""The web server, with its signals left to us."""

import asyncio
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import ASGIApp


class _Server(uvicorn.Server):
    """Leaves signals to us and says when it is up."""

    def __init__(self, config: uvicorn.Config, up: Callable[[], None]) -> None:
        super().__init__(config)
        self._up = up

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing is captured: the app stops everything in order."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the port."""
        await super().startup(sockets)
        if self.started:
            self._up()


async def serve(
    routes: Sequence[BaseRoute],
    host: str,
    port: int,
    opened: Callable[[], None],
    stopping: Callable[[], None],
    around: Callable[[ASGIApp], ASGIApp] = lambda app: app,
    until: Callable[[], Awaitable[object]] | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM, or `until` ends; `opened` is called when the port is open, `stopping` before it closes.

    `around` may put something between the server and the routes. Raises what `until` raises.
    """
    options: dict[str, Any] = {"log_config": None, "lifespan": "off", "ws": "none", "timeout_graceful_shutdown": 5}
    server = _Server(uvicorn.Config(around(Starlette(routes=list(routes))), host, port, **options), opened)

    def stop() -> None:
        stopping()
        server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    ending = asyncio.ensure_future(until() if until is not None else asyncio.Event().wait())
    ending.add_done_callback(lambda _: stop())
    await server.serve()
    ending.cancel()  # which changes nothing where it has ended
    with suppress(asyncio.CancelledError):
        await ending
