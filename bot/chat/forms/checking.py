"""The check screen of what is reported or ordered: what it is, where, what was said, and what may still be changed."""

from collections.abc import Iterable

from bot.chat.conversation import Draft, Scene, numbered
from bot.chat.messages import Outgoing
from bot.people.people import mask_phone

_EDITS = (("report.edit_kind", "kind"), ("report.edit_place", "place"), ("report.edit_words", "words"))


def screen(
    draft: Draft,
    scene: Scene,
    told: Iterable[str],
    below: Iterable[str] = (),
    *,
    edits: Iterable[tuple[str, str]] = (),
    offers: Iterable[tuple[str, str]] = (),
    phone: bool = True,
) -> Outgoing:
    """Show a resident what is to be sent: lines of what they `told`, the number by which they are called, lines `below`.

    `edits` are names of texts with the fields that they change, `offers` with what their buttons say; both come on top of
    what every screen has. Without `phone` nobody will call them.
    """
    t, kind = scene.texts, scene.town.kind(draft.fields["kind"])
    lines = [
        t("report.check"),
        t("report.line_kind", kind=f"{kind.icon}{kind.name}"),
        t("report.line_place", place=scene.town.with_room(draft.fields["place"], draft.get("room", ""))),
        *told,
    ]
    if draft.get("files"):
        lines.append(t("report.line_files", count=len(draft.fields["files"])))
    number = draft.get("phone") or scene.person.phone
    if phone and number:
        lines.append(t("report.line_phone", phone=mask_phone(number)))
    lines += below
    if draft.get("editing"):
        lines.append(t("report.what_to_edit"))
        buttons = [(text, f"edit.{field}") for text, field in (*_EDITS, *edits)]
        buttons += [("report.edit_phone", "phone"), ("report.back", "back")]
    else:
        buttons = [("report.submit", "ok"), ("report.edit", "edit"), ("report.add_photo", "photo"), *offers]
        buttons.append(("report.cancel", "cancel"))
    return Outgoing("\n".join(lines), numbered(*((t(text), draft.choice("_", press)) for text, press in buttons)))
