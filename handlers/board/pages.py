"""The board's pages as HTML. Nothing comes from another host, and no script or style is inline."""

import secrets
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

from bot.board import wording
from bot.board.acting import Answer, Offered
from bot.board.board import PAGE, RATE_DAYS, Chosen, Overview, Queue, Trail
from bot.cases.levels import Level
from bot.cases.lifecycle import LIVE, State
from bot.digests.figures import compared
from bot.people.people import hide_phones
from bot.town import Town, say_time
from handlers.board.mapping import draw

_HERE = Path(__file__).parent
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": _POLICY,
    "referrer-policy": "same-origin",  # The one-time link must not travel on to another host.
    "x-content-type-options": "nosniff",
}
_STATES = tuple(state for state in State if state in LIVE)


def static() -> StaticFiles:
    """The style and the script."""
    return StaticFiles(directory=_HERE / "static")


class Pages:
    """Fills the templates. `part` gives only what changes while a page stays open."""

    def __init__(self) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def enter(self, town: Town, word: str) -> HTMLResponse:
        """One button: a chat that looks at links by itself must not use this one up."""
        return self._page(town, "enter.html", word=word, spent=False)

    def outside(self, town: Town, status: int = 401) -> HTMLResponse:
        """How to get a new link."""
        return self._page(town, "enter.html", status, word="", spent=True)

    def refused(self, town: Town, words: str, status: int) -> HTMLResponse:
        """A word of why not."""
        return self._page(town, "refused.html", status, words=words)

    def overview(self, town: Town, found: Overview, *, part: bool) -> HTMLResponse:
        """The command room's page."""
        larger = frozenset(compared(town, found.units))
        groups = {
            unit_id: above.id
            for unit_id, _, _ in found.areas
            for above in town.directory.upward(unit_id)
            if above.id in larger
        }
        area = draw(found.areas, groups)
        most = max((shape.count for shape in area.shapes), default=0) if area else 0
        return self._page(
            town,
            "overview_part.html" if part else "overview.html",
            where=town.directory.full_name(found.units[0]),
            found=found,
            time=say_time(town.texts, town.clocks, found.now, found.now),
            flow=wording.flow(town, found),
            levels=wording.levels(town, found),
            rates=wording.three(town, found.rates),
            helped=wording.helped(town, found.help),
            days=RATE_DAYS,
            area=area,
            shades={shape.unit_id: wording.shade(shape.count, most) for shape in area.shapes} if area else {},
            names={unit_id: town.directory.full_name(unit_id) for unit_id in area.units} if area else {},
        )

    def queue(
        self, town: Town, units: tuple[int, ...], chosen: Chosen, found: Queue, token: str, *, part: bool
    ) -> HTMLResponse:
        """The desk's list with its filters; `token` goes into its forms."""
        return self._page(
            town,
            "queue_part.html" if part else "queue.html",
            chosen=chosen,
            lines=wording.lines(town, found),
            called=bool(found.called),
            time=say_time(town.texts, town.clocks, found.now, found.now),
            more=found.more,
            size=PAGE,
            levels=list(Level),
            states=_STATES,
            kinds=town.kinds.all,
            units=[town.directory.units[unit_id] for unit_id in (*units, *compared(town, units))],
            token=token,
            once=lambda: secrets.token_urlsafe(12),
        )

    def trail(
        self,
        town: Town,
        found: Trail,
        links: dict[str, str],
        offered: Offered,
        answer: Answer | None,
        token: str,
    ) -> HTMLResponse:
        """One case on one screen: what can be done to it, and what came of what was just done."""
        kind = town.kind(found.case.kind)
        return self._page(
            town,
            "case.html",
            200 if answer is None or answer.done else 409,
            case=found.case,
            heading=town.texts("board.case_title", number=found.case.number, kind=f"{kind.icon}{kind.name}"),
            place=hide_phones(found.case.place),
            words=hide_phones(found.case.words),
            holder=wording.holder(town, found.case.owner_id, found.case.owner_role, found.case.handler_id),
            due=wording.due(town, found),
            held=wording.stretches(town, found),
            happened=wording.happenings(town, found),
            offered=offered,
            answer=answer,
            token=token,
            once=secrets.token_urlsafe(12),
            links={name: url for name, url in links.items() if f"board.open_chat_{name}" in town.texts},
        )

    def _page(self, town: Town, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        html = self._templates.get_template(template).render(t=town.texts, **values)
        return HTMLResponse(html, status, HEADERS)
