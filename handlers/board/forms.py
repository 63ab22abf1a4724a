"""What a form of the board's pages sends: plain fields, or fields with pictures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from starlette.datastructures import UploadFile
from starlette.requests import Request

from handlers.posting import read_form


@dataclass(frozen=True, slots=True)
class Sent:
    """The values of each field, and the pictures as they came."""

    fields: Mapping[str, list[str]] = field(default_factory=dict)
    uploads: tuple[UploadFile, ...] = ()

    def first(self, name: str) -> str:
        """The first value of a field, "" where there is none."""
        return next(iter(self.fields.get(name, ())), "")


async def read(request: Request, longest: int) -> Sent:
    """A form; nothing where its fields are longer, in bytes. Raises Refused for pictures that are too large or many."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() == "multipart/form-data":
        form = await read_form(request)
        pairs = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
        if sum(len(value.encode()) for _, value in pairs) > longest:
            return Sent()
        found: dict[str, list[str]] = {}
        for name, value in pairs:
            found.setdefault(name, []).append(value)
        # A browser sends a nameless empty file where none was chosen.
        uploads = (item for item in form.getlist("photos") if isinstance(item, UploadFile) and item.size)
        return Sent({name: values for name, values in found.items() if any(values)}, tuple(uploads))
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > longest:
            return Sent()
    return Sent(parse_qs(body.decode(errors="replace")))
