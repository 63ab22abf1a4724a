"""What postmen ask of the outbox: what may go, who has it in hand, and how it ended."""

from typing import Any

from sqlalchemy import Integer, bindparam, exists, or_, select, text, update
from sqlalchemy.sql.dml import ReturningUpdate

from storage.listing import one_of
from storage.tables import outbox

SETTLE = (
    update(outbox)
    .where(outbox.c.id == bindparam("letter"))
    .values(
        state=bindparam("state"),
        due_at=bindparam("due_at"),
        lease_owner="",
        lease_until=None,
        attempts=bindparam("attempts"),
        error=bindparam("error"),
    )
)
# What waits behind one that is put off: a look for what is due would walk through all of it again and again.
BEHIND = (
    update(outbox)
    .where(
        outbox.c.channel == bindparam("network"),
        outbox.c.chat == bindparam("to"),
        outbox.c.state == "waiting",
        outbox.c.id > bindparam("letter"),
        outbox.c.due_at < bindparam("due"),
    )
    .values(due_at=bindparam("due"))
)
_OURS = (
    one_of(outbox.c.id, "letters"),
    outbox.c.lease_owner == bindparam("owner"),
    outbox.c.lease_until >= bindparam("now"),
)
HELD = select(outbox.c.id).where(*_OURS).with_for_update()
ARRIVED = (
    update(outbox)
    .where(*_OURS)
    .values(
        state="sent",
        due_at=bindparam("now"),
        lease_owner="",
        lease_until=None,
        attempts=outbox.c.attempts + 1,
        error="",
        sent_at=bindparam("now"),
    )
    .returning(outbox.c.id)
)


def _claiming() -> ReturningUpdate[Any]:
    earlier, now = outbox.alias("earlier"), bindparam("now", type_=outbox.c.due_at.type)
    first = ~exists(
        select(earlier.c.id).where(
            earlier.c.state == "waiting",
            earlier.c.channel == outbox.c.channel,
            earlier.c.chat == outbox.c.chat,
            earlier.c.id < outbox.c.id,
        )
    )
    chosen = (
        select(outbox.c.id)
        .where(outbox.c.state == "waiting", outbox.c.due_at <= now)
        .where(or_(outbox.c.lease_until.is_(None), outbox.c.lease_until < now), first)
        .order_by(outbox.c.due_at)
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True)
    )
    shown = (getattr(outbox.c, name) for name in ("id", "channel", "chat", "body", "attempts", "card", "case_id"))
    leased: dict[str, Any] = {"lease_owner": bindparam("owner"), "lease_until": bindparam("until")}
    return update(outbox).where(outbox.c.id.in_(chosen.scalar_subquery())).values(leased).returning(*shown)


CLAIM = _claiming()


LESSEES = select(outbox.c.lease_owner).where(outbox.c.state == "waiting", outbox.c.lease_owner != "").distinct()
SESSIONS = text("SELECT application_name FROM pg_stat_activity")
