"""The two pages as HTML, and the files they need. Nothing comes from another host and no script is inline."""

from collections.abc import Sequence
from dataclasses import dataclass
from os import stat_result
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bot.chat.messages import MenuEntry
from bot.texts import Texts

_HERE = Path(__file__).parent
_SCRIPT_WORDS = "web.page_"  # The texts that the script needs; the others stay on the server.


@dataclass(frozen=True, slots=True)
class Phone:
    """One of the phones on the practice page: `name` (a–z) keeps its cookie apart, `payload` says who it is."""

    name: str
    title: str
    payload: str


class Static(StaticFiles):
    """Style, script and icon; browsers ask each time whether theirs is still the newest, and mostly hear "yes"."""

    def __init__(self) -> None:
        super().__init__(directory=_HERE / "static")

    def file_response(self, full_path: Any, stat_result: stat_result, scope: Scope, status_code: int = 200) -> Response:
        """The file, with the headers every answer has."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["cache-control"] = "no-cache"
        response.headers["x-content-type-options"] = "nosniff"
        return response


class Pages:
    """Fills the templates in one language. `menu` stays in reach above the keyboard; `title` heads the page."""

    def __init__(self, texts: Texts, menu: tuple[MenuEntry, ...], title: str = "") -> None:
        self.texts = texts
        self._menu = menu
        self._title = title or texts("web.title")
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def chat(self, *, phone: str, payload: str, hello: bool, framed: bool) -> HTMLResponse:
        """The chat page. `hello` makes it open the conversation with `payload`; `framed` lets the practice page hold it."""
        start = {
            "phone": phone,
            "payload": payload,
            "hello": hello,
            "words": {key.removeprefix(_SCRIPT_WORDS): self.texts(key) for key in self.texts.keys(_SCRIPT_WORDS)},
        }
        return self._page("chat.html", framed, menu=self._menu, start=start)

    def practice(self, phones: Sequence[Phone]) -> HTMLResponse:
        """The phones of the sample district side by side."""
        return self._page("practice.html", False, phones=phones)

    def _page(self, template: str, framed: bool, **values: Any) -> HTMLResponse:
        html = self._templates.get_template(template).render(t=self.texts, title=self._title, **values)
        return HTMLResponse(html, headers=_headers(framed))


def _headers(framed: bool) -> dict[str, str]:
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' blob:",
        "media-src": "'self' blob:",
        "connect-src": "'self'",
        "frame-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'self'" if framed else "'none'",
    }
    return {
        "cache-control": "no-store",
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "permissions-policy": "geolocation=(self), camera=(self), microphone=()",
        "referrer-policy": "same-origin",
        "x-content-type-options": "nosniff",
    }
