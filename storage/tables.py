"""The tables. Columns carry the same words as the dataclasses that come out of them.

Cases, events, outbox and lines grow without end, so each has the one index that its query per turn or per tick needs.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC. SQLite drops time zones, so naive values are refused here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time and store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"a time without a zone: {value!r}"
            raise ValueError(message)
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give an aware time back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only plain INTEGER keys.

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

meta = Table("meta", metadata, Column("key", String(64), primary_key=True), Column("value", Text, nullable=False))

# ---------------------------------------------------------------- the district

units = Table(
    "units",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("code", String(64), nullable=False, unique=True),
    Column("kind", String(32), nullable=False),
    Column("name", String(128), nullable=False),
    Column("parent_id", Id),
    Column("compound_id", Id),
    Column("dedicated_id", Id),
    Column("firm_id", Id),
    Column("aliases", JSON, nullable=False),
    Column("lat", Float),
    Column("lon", Float),
    Column("outline", JSON),
)

posts = Table(
    "posts",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("code", String(64), nullable=False, unique=True),
    Column("unit_id", Id, nullable=False),
    Column("role", String(32), nullable=False),
    Column("holder_id", Id, index=True),
    Column("deputy_id", Id),
)

kinds = Table(
    "kinds",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("body", JSON, nullable=False),
)

# ---------------------------------------------------------------- people

people = Table(
    "people",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("code", String(64), unique=True),
    Column("name", String(64), nullable=False),
    Column("phone", String(32), nullable=False),
    Column("home_unit_id", Id),
    Column("home_room", String(32), nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
)

addresses = Table(
    "addresses",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("chat", String(64), primary_key=True),
    Column("person_id", Id, nullable=False, index=True),
    Column("reachable", Boolean, nullable=False),
    Column("since", UTCDateTime, nullable=False),
)

groups = Table(
    "groups",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("chat", String(64), primary_key=True),
    Column("unit_id", Id, nullable=False, index=True),
    Column("bound_by", Id, nullable=False),
    Column("at", UTCDateTime, nullable=False),
)

leaves = Table(
    "leaves",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("person_id", Id, nullable=False, index=True),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
)

invites = Table(
    "invites",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("person_id", Id, nullable=False),
    Column("made_by", Id),
    Column("made_at", UTCDateTime, nullable=False),
    Column("expires_at", UTCDateTime, nullable=False),
    Column("used_at", UTCDateTime),
)

# ---------------------------------------------------------------- talk

seen = Table(
    "seen",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("message_id", String(96), primary_key=True),
    Column("at", UTCDateTime, nullable=False, index=True),
)

conversations = Table(
    "conversations",
    metadata,
    Column("person_id", Id, primary_key=True, autoincrement=False),
    Column("body", JSON, nullable=False),
    Column("updated_at", UTCDateTime, nullable=False),
)

attachments = Table(
    "attachments",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("person_id", Id, nullable=False),
    Column("case_id", Id, index=True),
    Column("event_id", Id),
    Column("medium", String(16), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("ref", String(255), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("mime", String(128), nullable=False),
    Column("size", Integer, nullable=False),
    Column("album", String(64), nullable=False),
    Column("at", UTCDateTime, nullable=False),
)
Index(
    "ix_attachments_album",
    attachments.c.album,
    sqlite_where=attachments.c.album != "",
    postgresql_where=attachments.c.album != "",
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("channel", String(16), nullable=False),
    Column("chat", String(64), nullable=False),
    Column("body", JSON, nullable=False),
    Column("card", String(64), nullable=False),
    Column("state", String(16), nullable=False),  # waiting, sent, failed, resting
    Column("due_at", UTCDateTime, nullable=False),
    Column("lease_owner", String(64), nullable=False),
    Column("lease_until", UTCDateTime),
    Column("attempts", Integer, nullable=False),
    Column("error", String(255), nullable=False),
    Column("case_id", Id),
    Column("created_at", UTCDateTime, nullable=False),
    Column("sent_at", UTCDateTime),
)
_unsent = outbox.c.state == "waiting"
Index("ix_outbox_unsent", outbox.c.channel, outbox.c.chat, outbox.c.id, sqlite_where=_unsent, postgresql_where=_unsent)
Index("ix_outbox_due", outbox.c.due_at, sqlite_where=_unsent, postgresql_where=_unsent)
_resting = outbox.c.state == "resting"
Index("ix_outbox_resting", outbox.c.channel, outbox.c.chat, sqlite_where=_resting, postgresql_where=_resting)

cards = Table(
    "cards",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("chat", String(64), primary_key=True),
    Column("card", String(64), primary_key=True),
    Column("message_id", String(96), nullable=False),
)

timers = Table(
    "timers",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("kind", String(32), nullable=False),
    Column("subject", Id, nullable=False),
    Column("slot", String(32), nullable=False),
    Column("due_at", UTCDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("done_at", UTCDateTime),
    UniqueConstraint("kind", "subject", "slot"),
)
_pending = timers.c.done_at.is_(None)
Index("ix_timers_due", timers.c.due_at, sqlite_where=_pending, postgresql_where=_pending)

# The web chat's own transcript. `seq` counts up within a chat under its row lock, so a reader who has seen `seq` n can
# never miss a smaller one that commits later.
web_chats = Table(
    "web_chats",
    metadata,
    Column("chat", String(64), primary_key=True),
    Column("last_seq", Integer, nullable=False),
    Column("at", UTCDateTime, nullable=False),
)

web_lines = Table(
    "web_lines",
    metadata,
    Column("chat", String(64), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("key", String(96), nullable=False),
    Column("mine", Boolean, nullable=False),
    Column("body", JSON, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    UniqueConstraint("chat", "key"),
)

# ---------------------------------------------------------------- cases

cases = Table(
    "cases",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("service", String(16), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("urgency", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("round", Integer, nullable=False),
    Column("reporter_id", Id, nullable=False),
    Column("unit_id", Id),
    Column("room", String(32), nullable=False),
    Column("place", String(255), nullable=False),
    Column("lat", Float),
    Column("lon", Float),
    Column("words", Text, nullable=False),
    Column("anonymous", Boolean, nullable=False),
    Column("slot", String(64), nullable=False),
    Column("hand_over", String(128), nullable=False),
    Column("owner_id", Id, nullable=False),
    Column("owner_role", String(32), nullable=False),
    Column("handler_id", Id),
    Column("created_at", UTCDateTime, nullable=False),
    Column("accept_by", UTCDateTime, nullable=False),
    Column("finish_by", UTCDateTime, nullable=False),
    Column("accepted_at", UTCDateTime),
    Column("contacted_at", UTCDateTime),
    Column("finished_at", UTCDateTime),
    Column("closed_at", UTCDateTime),
    Column("returns", Integer, nullable=False),
    Column("urged_at", UTCDateTime),
    Column("urges", Integer, nullable=False),
)
Index("ix_cases_reporter", cases.c.reporter_id, cases.c.id)
_open = cases.c.closed_at.is_(None)
Index("ix_cases_open_handler", cases.c.handler_id, sqlite_where=_open, postgresql_where=_open)
Index("ix_cases_open_owner", cases.c.owner_id, sqlite_where=_open, postgresql_where=_open)
Index("ix_cases_created", cases.c.created_at)
Index("ix_cases_finished", cases.c.finished_at)

events = Table(
    "events",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("case_id", Id, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("act", String(32), nullable=False),
    Column("actor_id", Id),  # NULL: the clock
    Column("actor_role", String(32), nullable=False),
    Column("from_state", String(16), nullable=False),
    Column("to_state", String(16), nullable=False),
    Column("from_owner_id", Id),
    Column("to_owner_id", Id),
    Column("words", Text, nullable=False),
    Column("round", Integer, nullable=False),
)
Index("ix_events_case", events.c.case_id, events.c.id)
Index("ix_events_at", events.c.at)

assignments = Table(
    "assignments",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("case_id", Id, nullable=False),
    Column("round", Integer, nullable=False),
    Column("person_id", Id, nullable=False),
    Column("role", String(32), nullable=False),
    Column("why", String(32), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("ended_at", UTCDateTime),
    UniqueConstraint("case_id", "round", "person_id"),
)
_live = assignments.c.ended_at.is_(None)
Index("ix_assignments_person", assignments.c.person_id, sqlite_where=_live, postgresql_where=_live)

ratings = Table(
    "ratings",
    metadata,
    Column("case_id", Id, primary_key=True, autoincrement=False),
    Column("round", Integer, primary_key=True, autoincrement=False),
    Column("asked_at", UTCDateTime, nullable=False),
    Column("grade", Integer),  # 5 非常满意 … 1 非常不满意
    Column("solved", String(16), nullable=False),  # "", solved, partly, unsolved
    Column("words", Text, nullable=False),
    Column("graded_at", UTCDateTime),
    Column("lapsed_at", UTCDateTime),
)
Index("ix_ratings_asked", ratings.c.asked_at)

looks = Table(
    "looks",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("case_id", Id, nullable=False, index=True),
    Column("person_id", Id, nullable=False),
    Column("at", UTCDateTime, nullable=False),
)
