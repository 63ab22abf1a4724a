"""A helper's calendar on the web: a signed address that a phone's calendar reads again and again.

GET  /calendar/{token}.ics    the helper's errands; 404 where the address is not one of ours or they help no more
"""

from itsdangerous import BadData, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.errands.calendar import HelperCalendar


class Calendars:
    """Names the addresses and serves them. `secret` is the same on every replica."""

    def __init__(self, calendar: HelperCalendar, secret: str, public_url: str) -> None:
        self._calendar = calendar
        self._tokens = URLSafeSerializer(secret, salt="helper calendar")
        self._public_url = public_url.rstrip("/")

    def link(self, person_id: int) -> str:
        """The address of one helper's calendar."""
        return f"{self._public_url}/calendar/{self._tokens.dumps(person_id)}.ics"

    def routes(self) -> list[BaseRoute]:
        """What to mount."""
        return [Route("/calendar/{token}.ics", self._read)]

    async def _read(self, request: Request) -> Response:
        try:
            person_id = int(self._tokens.loads(request.path_params["token"]))
        except (BadData, TypeError, ValueError):
            return Response(status_code=404)
        file = await self._calendar.of(person_id)
        if file is None:
            return Response(status_code=404)
        return Response(file, media_type="text/calendar; charset=utf-8", headers={"cache-control": "private, no-store"})
