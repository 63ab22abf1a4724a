"""What was said and what waits to be said. These grow without end."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, UniqueConstraint

from storage.tables.columns import Id, SealedJson, UTCDateTime, metadata

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
    Column("body", SealedJson, nullable=False),
    Column("updated_at", UTCDateTime, nullable=False),
)

attachments = Table(
    "attachments",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("person_id", Id, nullable=False, index=True),
    Column("case_id", Id, index=True),
    Column("event_id", Id),
    Column("medium", String(16), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("ref", String(255), nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
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
    Column("body", SealedJson, nullable=False),
    Column("card", String(64), nullable=False),
    Column("state", String(16), nullable=False),  # waiting, sent, failed, resting
    Column("due_at", UTCDateTime, nullable=False),
    Column("lease_owner", String(64), nullable=False),
    Column("lease_until", UTCDateTime),
    Column("attempts", Integer, nullable=False),
    Column("error", String(255), nullable=False),
    Column("case_id", Id, index=True),
    Column("created_at", UTCDateTime, nullable=False),
    Column("sent_at", UTCDateTime),
)
_unsent = outbox.c.state == "waiting"
Index("ix_outbox_unsent", outbox.c.channel, outbox.c.chat, outbox.c.id, sqlite_where=_unsent, postgresql_where=_unsent)
Index("ix_outbox_due", outbox.c.due_at, sqlite_where=_unsent, postgresql_where=_unsent)
_resting = outbox.c.state == "resting"
Index("ix_outbox_resting", outbox.c.channel, outbox.c.chat, sqlite_where=_resting, postgresql_where=_resting)
_told = outbox.c.state != "waiting"
Index("ix_outbox_told", outbox.c.channel, outbox.c.chat, sqlite_where=_told, postgresql_where=_told)

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
    Column("body", SealedJson, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    UniqueConstraint("chat", "key"),
)
