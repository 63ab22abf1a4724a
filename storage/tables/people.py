"""Everybody who talks to the service, and how staff come in."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table

from storage.tables.columns import Id, Sealed, SealedJson, UTCDateTime, metadata

people = Table(
    "people",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("code", String(64), unique=True),
    Column("name", Sealed(64, often=True), nullable=False),
    Column("phone", Sealed(32, often=True), nullable=False),
    Column("home_unit_id", Id),
    Column("home_room", Sealed(32, often=True), nullable=False),
    Column("other_homes", SealedJson),  # of those whom they order for: {"妈妈": [unit, room]}
    Column("elder_id", Id),  # set for an elder of the register, so that a call for help is known at once
    Column("created_at", UTCDateTime, nullable=False),
    Column("erased_at", UTCDateTime),  # they asked to be forgotten
    Column("muted_until", UTCDateTime),  # a desk does not hear them until then
)

_erased = people.c.erased_at.is_not(None)
Index("ix_people_erased", people.c.id, sqlite_where=_erased, postgresql_where=_erased)

addresses = Table(
    "addresses",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("chat", String(64), primary_key=True),
    Column("person_id", Id, nullable=False, index=True),
    Column("reachable", Boolean, nullable=False),
    Column("since", UTCDateTime, nullable=False),
    Column("spoke_at", UTCDateTime),  # to the hour, unless another address of the person spoke in between
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

# When people are on duty: each week, or on one day, which then goes before its weekday. Minutes since midnight.
shifts = Table(
    "shifts",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("person_id", Id, nullable=False, index=True),
    Column("weekday", Integer),  # 0 is Monday
    Column("day", Date),
    Column("begins", Integer, nullable=False),
    Column("ends", Integer, nullable=False),
)

# The same for everybody at a unit who has no shifts of their own.
unit_shifts = Table(
    "unit_shifts",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("unit_id", Id, nullable=False, index=True),
    Column("weekday", Integer),
    Column("day", Date),
    Column("begins", Integer, nullable=False),
    Column("ends", Integer, nullable=False),
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

# Each order of a desk to hear somebody no more, or (until = at) again.
mutings = Table(
    "mutings",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("person_id", Id, nullable=False, index=True),
    Column("case_id", Id, nullable=False),
    Column("by", Id, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("until", UTCDateTime, nullable=False),
    Column("why", Sealed(64), nullable=False),
)

# A link that opens the board, good once and for minutes; then the browser it opened in has a session. Only hashes are kept.
web_logins = Table(
    "web_logins",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("person_id", Id, nullable=False, index=True),
    Column("made_at", UTCDateTime, nullable=False),
    Column("expires_at", UTCDateTime, nullable=False),
    Column("used_at", UTCDateTime),
)

web_sessions = Table(
    "web_sessions",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("person_id", Id, nullable=False, index=True),
    Column("made_at", UTCDateTime, nullable=False),
    Column("last_seen_at", UTCDateTime, nullable=False),
    Column("expires_at", UTCDateTime, nullable=False),
    Column("revoked_at", UTCDateTime),
)
