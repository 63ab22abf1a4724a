"""The first screen and the help page, for residents and for staff."""

from bot.chat.conversation import Scene, numbered
from bot.chat.messages import Outgoing
from bot.chat.wishes import (
    AskErase,
    ExportMine,
    FindWorker,
    LeaveBoard,
    OpenBoard,
    SaveHome,
    ShowDigest,
    ShowHelping,
    ShowHome,
    ShowMine,
    ShowWork,
    StopHelping,
    StopWeekly,
    Wish,
)
from bot.grid.directory import Role, Unit

MANAGING = (Role.MANAGER, Role.ADMINISTRATOR)
INVITING = (*MANAGING, Role.COMMUNITY_DESK, Role.STREET_DESK, Role.DISTRICT_DESK)
ROSTERING = (Role.GRID_HEAD, Role.LIAISON, *INVITING)  # who sets the shifts of their units
COUNTING = (Role.GRID_WORKER, Role.GRID_HEAD, *INVITING)  # who reads the counts of the registers


# What an entry of the menu shows at once.
PAGES: dict[str, Wish] = {
    "mine": ShowMine(),
    "work": ShowWork(),
    "digest": ShowDigest(),
    "board": OpenBoard(),
    "leave_board": LeaveBoard(),
    "worker": FindWorker(),
    "address": ShowHome(),
    "forget": SaveHome(None, ""),
    "helping": ShowHelping(),
    "stop_helping": StopHelping(),
    "stop_weekly": StopWeekly(),
    "export": ExportMine(),
    "erase": AskErase(),
}


def entries(scene: Scene) -> tuple[tuple[str, str], ...]:
    """What this person can start, as (label, choice): staff see their work first."""
    t = scene.texts
    roles = {post.role for post in scene.town.posts(scene.person.id, scene.today)}
    work = [
        ("work", True),
        ("digest", bool(roles & set(INVITING))),
        ("leave", True),
        ("invite", bool(roles & set(INVITING))),
    ]
    staff = [name for name, shown in work if shown] if roles else []
    elder = scene.person.elder_id is not None
    first = ((t("elders.sos"), "k:0:sos"), (t("meals.entry"), "k:0:meals")) if elder else ()
    theirs = [(t(f"menu.{name}"), f"m:{name}") for name in staff]
    theirs += [(t("homes.entry"), "r:0:counts")] if roles & set(COUNTING) else []
    return (*first, *theirs, *((t(f"menu.{name}"), f"m:{name}") for name in ("report", "errand", "mine", "worker")))


def greeting(scene: Scene, unit: Unit | None) -> Outgoing:
    """Who we are and what one can do here; at a staircase, where one stands."""
    t = scene.texts
    if scene.is_staff:
        text = t("menu.welcome_staff", name=scene.person.name or scene.town.staff_name(scene.person.id))
    elif unit is not None:
        text = t("menu.welcome_here", place=scene.town.directory.full_name(unit.id))
    else:
        text = t("menu.welcome")
    return Outgoing(text, numbered(*entries(scene)), menu=True, starts=True)


def invitation(scene: Scene) -> Outgoing:
    """What somebody hears who only says hello: say what and where."""
    return Outgoing(scene.texts("report.where_and_what"), numbered(*entries(scene)), menu=True)


def help_page(scene: Scene) -> Outgoing:
    """How to talk to us; the draft in work stays."""
    t = scene.texts
    return Outgoing(t("menu.help_staff" if scene.is_staff else "menu.help"), numbered(*entries(scene)), starts=True)
