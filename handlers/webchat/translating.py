"""From the page: what was posted becomes `Incoming`s, and the person's own line for the transcript."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from starlette.datastructures import UploadFile
from starlette.requests import Request

from bot.chat.files import Kept
from bot.chat.lines import WEB, NewLine
from bot.chat.messages import MAX_CHOICE_BYTES, Address, Incoming, Outgoing, Pin
from handlers.posting import MAX_WORDS_BYTES, Refused, attachments, check_length, read_form

MAX_TEXT = 4096
_ID = re.compile(r"[A-Za-z0-9_-]{8,40}")
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PHONE = re.compile(r"\+?[0-9][0-9 -]{3,18}[0-9]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")  # PostgreSQL and JSON readers choke on these.


@dataclass(frozen=True, slots=True)
class Said:
    """One post of the page. `id` is made by the page and stays the same when it tries again.

    `label` are the words on the pressed button. `hello` opens the chat, with the `payload` of the link if there was one.
    """

    id: str
    text: str = ""
    choice: str = ""
    label: str = ""
    payload: str = ""
    phone: str = ""
    hello: bool = False
    pin: Pin | None = None
    uploads: tuple[UploadFile, ...] = ()

    @property
    def key(self) -> str:
        """The key of the person's own line."""
        return f"said:{self.id}"


def payload_of(query: Mapping[str, str]) -> str:
    """What the link carried: ?b=CODE from a door, ?i=CODE from an invitation, ?p=anything. "" if nothing fit."""
    for name, prefix in (("b", "b_"), ("i", "i_"), ("p", "")):
        if name in query:
            payload = prefix + query[name]
            return payload if _PAYLOAD.fullmatch(payload) else ""
    return ""


async def read_said(request: Request) -> Said:
    """Read a post, JSON or a multipart form. Raises Refused."""
    kind = request.headers.get("content-type", "").split(";", 1)[0].strip().lower()
    if kind == "application/json":
        check_length(request, MAX_WORDS_BYTES)
        return _said(_parsed(await request.body()), ())
    if kind == "multipart/form-data":
        form = await read_form(request)
        uploads = tuple(item for item in form.getlist("photos") if isinstance(item, UploadFile))
        return _said({name: value for name, value in form.items() if isinstance(value, str)}, uploads)
    raise Refused(415, "web.not_understood")


def incomings(said: Said, chat: str, at: datetime, kept: tuple[Kept, ...]) -> list[Incoming]:
    """What goes to the receiver: one `Incoming`, or one for each photo, the words with the first."""
    address = Address(WEB, chat)
    message_id = f"{chat}:{said.id}"
    first = Incoming(
        address=address,
        sender=address,
        message_id=message_id,
        at=at,
        text="/start" if said.hello else said.text,
        choice=said.choice,
        attachments=attachments(kept[:1]),
        album=message_id if len(kept) > 1 else "",
        pin=said.pin,
        phone=said.phone,
        payload=said.payload,
        line=None if said.hello else NewLine(chat, said.key, mine=True, body=_own_body(said, kept), at=at),
    )
    others = [
        Incoming(
            address=address,
            sender=address,
            message_id=f"{message_id}:{number}",
            at=at,
            attachments=attachments((file,)),
            album=message_id,
        )
        for number, file in enumerate(kept[1:], 2)
    ]
    return [first, *others]


def _own_body(said: Said, kept: tuple[Kept, ...]) -> dict[str, Any]:
    """The person's own line: the words, or those on the button, with what was sent along."""
    body = Outgoing(text=said.label or said.text or said.phone, attachments=attachments(kept)).to_json()
    if said.pin is not None:
        body["pin"] = [said.pin.lat, said.pin.lon]
    return body


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        fields = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise Refused(400, "web.not_understood") from error
    if not isinstance(fields, dict):
        raise Refused(400, "web.not_understood")
    return fields


def _said(fields: Mapping[str, Any], uploads: tuple[UploadFile, ...]) -> Said:
    words = {name: _UNPRINTABLE.sub("", value).strip() for name, value in fields.items() if isinstance(value, str)}
    said = Said(
        id=words.get("id", ""),
        text=words.get("text", "")[:MAX_TEXT],
        choice=words.get("choice", ""),
        label=words.get("label", "")[:200],
        payload=words.get("payload", ""),
        phone=words.get("phone", ""),
        hello=fields.get("hello") in {True, "true"},
        pin=_pin(fields.get("lat"), fields.get("lon")),
        uploads=uploads,
    )
    fits = (
        _ID.fullmatch(said.id)
        and len(said.choice.encode()) <= MAX_CHOICE_BYTES
        and (not said.payload or _PAYLOAD.fullmatch(said.payload))
        and (said.hello or said.text or said.choice or said.phone or said.pin or said.uploads)
    )
    if not fits:
        raise Refused(400, "web.not_understood")
    if said.phone and not _PHONE.fullmatch(said.phone):
        raise Refused(400, "web.phone_unclear")
    return said


def _pin(lat: Any, lon: Any) -> Pin | None:
    if lat in (None, "") and lon in (None, ""):
        return None
    try:
        pin = Pin(float(lat), float(lon))
    except (TypeError, ValueError) as error:
        raise Refused(400, "web.not_understood") from error
    if not (math.isfinite(pin.lat) and math.isfinite(pin.lon) and abs(pin.lat) <= 90 and abs(pin.lon) <= 180):  # noqa: PLR2004  degrees
        raise Refused(400, "web.not_understood")
    return pin
