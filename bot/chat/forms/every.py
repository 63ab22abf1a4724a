"""Every form of the conversation, put together once."""

from bot.chat.forms import (
    acts,
    care,
    claiming,
    desk,
    double,
    errand,
    helping,
    homes,
    hushing,
    move,
    report,
    shifts,
    staff,
)

FORMS = (
    report.REPORT,
    errand.ERRAND,
    move.MOVE,
    *acts.FORMS,
    *desk.FORMS,
    hushing.HUSH,
    *staff.FORMS,
    *shifts.FORMS,
    *helping.FORMS,
    *care.FORMS,
    *double.FORMS,
    *claiming.FORMS,
    *homes.FORMS,
)
