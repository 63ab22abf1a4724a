"""What residents and helpers read of an errand: the offer, the card of who took it, the code, the money. Pure."""

from collections.abc import Sequence
from datetime import datetime

from bot.cases.cards import hides, press
from bot.cases.lifecycle import Act, Case
from bot.chat.conversation import numbered
from bot.chat.messages import Attachment, Button, Outgoing
from bot.errands.asking import asks_price
from bot.errands.errand import HIDDEN, Errand, Helper
from bot.people.people import Person, mask_name
from bot.town import Town, say_time
from bot.triage.kinds import Kind

_CENTS = 100


def step(case_id: int, verb: str) -> str:
    """Button data for a step of an errand."""
    return f"e:{case_id}:{verb}"


def price(town: Town, kind: Kind) -> str:
    """What it costs, in words: nothing, or what the receipt says, up to the limit."""
    if kind.price != "cost":
        return town.texts("errand.price_free")
    if not kind.cost_limit:
        return town.texts("errand.price_cost")
    return town.texts("errand.price_limit", limit=f"{kind.cost_limit:g}")


def quoted_price(town: Town, text: str, kind: Kind) -> Outgoing | None:
    """The answer to whoever only asks what an errand of this kind costs, with a button to order one; None for an order."""
    if not asks_price(text):
        return None
    told = town.texts("errand.priced", kind=kind.name, price=price(town, kind))
    return Outgoing(told, (Button(town.texts("menu.errand"), "m:errand"),))


def yuan(cents: int) -> str:
    """12.5 for 1250 分."""
    return f"{cents / _CENTS:.2f}".rstrip("0").rstrip(".")


def offer(town: Town, case: Case) -> Outgoing:
    """What a helper sees before they take it: what, where about and when. Nobody's name, room, phone or words."""
    t, kind = town.texts, town.kind(case.kind)
    lines = [
        t("errand.offer", icon=kind.icon, kind=kind.name),
        t("case.place", place=case.place),
        t("case.slot", slot=case.slot, hand_over=price(town, kind)),
    ]
    buttons = ((t("errand.take"), step(case.id, "take")), (t("errand.pass"), step(case.id, "pass")))
    return Outgoing("\n".join(lines), numbered(*buttons), card=f"offer:{case.id}", fresh=True)


def gone(town: Town, case: Case) -> Outgoing:
    """The offer once it stands no more."""
    kind = town.kind(case.kind)
    text = town.texts("errand.gone", icon=kind.icon, kind=kind.name, place=case.place)
    return Outgoing(text, card=f"offer:{case.id}")


def card(town: Town, case: Case, errand: Errand, reporter: Person, *, fresh: bool = False) -> Outgoing:
    """The one card of who took it, helper or worker, with the next steps."""
    t, kind = town.texts, town.kind(case.kind)
    lines = [
        t("case.title", icon=kind.icon, kind=kind.name, number=case.number),
        t("case.slot", slot=case.slot, hand_over=case.hand_over),
        t("case.place", place=town.with_room(case.place, case.room)),
    ]
    if not hides(town, case):
        name = mask_name(reporter.name) or t("case.nobody")
        lines.append(t("errand.for_other" if errand.for_whom else "errand.for_self", name=name, whom=errand.for_whom))
    lines += [t("case.words", words=case.words)] if case.words else []
    lines += errand.answers.splitlines()
    lines.append(price(town, kind))
    if errand.paid is not None:
        lines.append(t("errand.paid_line", amount=yuan(errand.paid)))
    lines.append(t("errand.red_line"))
    return Outgoing("\n".join(lines), _steps(town, case, errand, kind), card=f"errand:{case.id}", fresh=fresh)


def _steps(town: Town, case: Case, errand: Errand, kind: Kind) -> tuple[Button, ...]:
    if case.ended or case.finished_at is not None or case.handler_id is None:
        return ()
    t = town.texts
    shown = {
        "go": errand.on_way_at is None,
        "secret": bool(errand.secrets or errand.for_phone),
        "paid": kind.price == "cost" and errand.paid is None,
        "hand": True,
        "drop": errand.helper_id is not None and errand.on_way_at is None,
    }
    buttons = [Button(t(f"errand.{verb}"), step(case.id, verb)) for verb, wanted in shown.items() if wanted]
    buttons.insert(-1 if shown["drop"] else len(buttons), Button(t("errand.write"), press(case, Act.RELAY)))
    return tuple(buttons)


def secret(town: Town, case: Case, number: int) -> Outgoing:
    """What was kept secret, for who took it. The words come in when it is sent; the card is overwritten afterwards."""
    text = town.texts("errand.secret_shown", number=case.number, secret=HIDDEN)
    return Outgoing(text, card=f"secret:{case.id}:{number}", hidden="answers")


def wiped(town: Town, case: Case, number: int) -> Outgoing:
    """What stands in the place of a secret that was shown."""
    return Outgoing(town.texts("errand.secret_wiped", number=case.number), card=f"secret:{case.id}:{number}")


def filed(town: Town, case: Case) -> Outgoing:
    """What the resident hears at once: the number, when, what it costs, and that they will hear who comes."""
    t, kind = town.texts, town.kind(case.kind)
    return Outgoing(t("errand.filed", number=case.number, slot=case.slot, price=price(town, kind)))


def taken(town: Town, case: Case, errand: Errand, helper: Helper | None) -> Outgoing:
    """The resident hears who comes, and the code to tell at hand-over."""
    t = town.texts
    text = ""
    if helper is not None:
        text = t("errand.taken_by", number=case.number, name=mask_name(helper.name), slot=case.slot) + "\n"
    if errand.proof == "code":
        return Outgoing(text + t("errand.your_code", code=HIDDEN), hidden="code")
    return Outgoing(text + t("errand.by_photo"))


def receipt(town: Town, case: Case, errand: Errand, photos: tuple[Attachment, ...]) -> Outgoing:
    """The resident is shown what was laid out, with the receipt, and says whether it is right."""
    t = town.texts
    buttons = ((t("errand.paid_ok"), step(case.id, "paid_ok")), (t("errand.paid_no"), step(case.id, "paid_no")))
    text = t("errand.receipt", number=case.number, amount=yuan(errand.paid or 0))
    return Outgoing(text, numbered(*buttons), photos)


def asked(town: Town, helper: Helper) -> Outgoing:
    """What the community desk sees of somebody who wants to help."""
    t = town.texts
    names = t.listed(town.kind(code).name for code in helper.kinds) or t("errand.all_kinds")
    text = t(
        "errand.wants_to_help",
        name=helper.name,
        place=town.directory.full_name(helper.unit_id),
        kinds=names,
        hours=t(f"errand.hours_{helper.hours}"),
    )
    buttons = (
        (t("errand.admit"), step(helper.person_id, "admit")),
        (t("errand.decline"), step(helper.person_id, "decline")),
    )
    return Outgoing(text, numbered(*buttons), card=f"helper:{helper.person_id}", fresh=True)


def in_hand(town: Town, found: Sequence[tuple[Case, Errand]], link: str, now: datetime) -> Outgoing:
    """A helper's own list, the next first, with the calendar."""
    t = town.texts
    buttons = [
        (
            t(
                "errand.in_list",
                time=say_time(t, town.clocks, errand.slot_from, now),
                kind=town.kind(case.kind).name,
                place=case.place,
            ),
            step(case.id, "card"),
        )
        for case, errand in found
    ]
    text = t("errand.list", count=len(found)) if found else t("errand.list_empty")
    calendar = (Button(t("errand.calendar"), url=link),) if link else ()
    return Outgoing(text, (*numbered(*buttons), *calendar))
