"""导出我的数据 and 删除我的数据: everything we hold of a person as a file for them, and its end when they ask for it."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.cases import letters
from bot.cases.lifecycle import REOPEN_WINDOW
from bot.chat.conversation import Scene, numbered
from bot.chat.files import Kept
from bot.chat.messages import Attachment, Medium, Outgoing
from bot.chat.wishes import AskErase, Erase, ExportMine
from bot.errors import NotAllowed
from bot.records import Records

MIME = "text/plain"
_CASES = 1000  # of one person; more is no person
_PATIENCE = timedelta(minutes=30)  # so long the button that deletes is good
_MINUTE = 60


class Privacy:
    """Carries out both. `keep` puts a file away that we made ourselves."""

    def __init__(self, keep: Callable[[bytes, str], Awaitable[Kept]]) -> None:
        self._keep = keep

    async def carry_out(
        self, records: Records, scene: Scene, wish: ExportMine | AskErase | Erase
    ) -> tuple[Outgoing, ...]:
        """Do it and say so. Raises NotAllowed."""
        match wish:
            case ExportMine():
                return await self.export(records, scene)
            case AskErase():
                return await self.ask(records, scene)
            case Erase(minute):
                return await self.erase(records, scene, minute)

    async def export(self, records: Records, scene: Scene) -> tuple[Outgoing, ...]:
        """A text file with who we think they are, their cases as they may read them, and who looked at their contact."""
        content = await _whole(records, scene)
        kept = await self._keep(f"\ufeff{content}\n".encode(), MIME)  # the mark tells old phones that it is UTF-8
        await records.privacy.note_export(scene.person.id, kept.sha256, kept.mime, kept.size, scene.now)
        file = Attachment(Medium.DOCUMENT, "", "", kept.sha256, kept.mime, kept.size)
        return (Outgoing(scene.texts("privacy.exported"), attachments=(file,)),)

    async def ask(self, records: Records, scene: Scene) -> tuple[Outgoing, ...]:
        """What would go and what would stay, and a button that is good for half an hour."""
        await _may_leave(records, scene)
        open_ = await records.privacy.open_cases(scene.person.id)
        t = scene.texts
        kept = t("privacy.open_stay", count=open_) if open_ else t("privacy.none_open")
        text = t("privacy.ask_erase", days=REOPEN_WINDOW.days, kept=kept)
        yes = f"p:erase:{_minute(scene.now)}"
        return (Outgoing(text, numbered((t("privacy.erase_yes"), yes), (t("privacy.erase_no"), "p:keep"))),)

    async def erase(self, records: Records, scene: Scene, minute: int) -> tuple[Outgoing, ...]:
        """Let go of everything that may go now; the nightly work takes the rest when its time has come."""
        await _may_leave(records, scene)
        if not 0 <= _minute(scene.now) - minute <= _PATIENCE.total_seconds() // _MINUTE:
            raise NotAllowed("privacy.erase_late")
        await records.privacy.erase(scene.person.id, scene.now)
        return (Outgoing(scene.texts("privacy.erased", days=REOPEN_WINDOW.days)),)


async def _may_leave(records: Records, scene: Scene) -> None:
    """Raise NotAllowed for staff, and for who has a neighbour's errand in hand: it must not end with them."""
    if scene.is_staff:
        raise NotAllowed("privacy.staff_may_not")
    if held := await records.errands.in_hand(scene.person.id):
        raise NotAllowed("privacy.hand_back_first", count=len(held))


async def _whole(records: Records, scene: Scene) -> str:
    t, town, person = scene.texts, scene.town, scene.person
    home = town.address(*person.home_of(""))
    who = t("privacy.file_person", name=person.name, phone=person.phone, home=home)
    others = ((whom, town.address(*person.home_of(whom))) for whom in person.other_homes or ())
    parts = [t("privacy.file_title", day=scene.today.isoformat()), who]
    parts += [t("people.other_home", whom=whom, place=place) for whom, place in others]
    parts += await _registers(records, scene)
    for case in reversed(await records.cases.of_reporter(person.id, _CASES)):
        parts.append(letters.history(town, case, await records.cases.events(case.id), scene.now).text)
        if case.words:
            parts.append(t("privacy.file_words", words=case.words))
        if photos := await records.attachments.of_case(case.id):
            parts.append(t("privacy.file_photos", count=len(photos)))
        if looks := await records.looks.of_case(case.id):
            parts.append(letters.lookers(town, case, looks, scene.now).text)
    return "\n\n".join(parts)


async def _registers(records: Records, scene: Scene) -> list[str]:
    """How the registers of elders, helpers, members and lunches have this person."""
    t, town, person, found = scene.texts, scene.town, scene.person, list[str]()
    elder = await records.elders.get(person.elder_id) if person.elder_id is not None else None
    if elder is not None:
        home = town.address(elder.unit_id, elder.room)
        fields = {name: getattr(elder, name) for name in ("name", "phone", "contacts", "allergies", "notes")}
        found.append(t("privacy.file_elder", home=home, **fields))
    for kin in await records.kin.of_person(person.id):
        found.append(t("privacy.file_kin", called=kin.called))
    if (helper := await records.helpers.get(person.id)) is not None:
        found.append(t("privacy.file_helper", name=helper.name, unit=town.directory.full_name(helper.unit_id)))
    if (member := await records.double.member(person.id)) is not None:
        found.append(t("privacy.file_member", name=member.name, unit=member.unit, can=member.can))
    for meal in await records.meals.mine(person.id, scene.today):
        found.append(t("privacy.file_meal", day=meal.day.isoformat(), count=meal.count, name=meal.name))
    return found


def _minute(now: datetime) -> int:
    return int(now.timestamp()) // _MINUTE
