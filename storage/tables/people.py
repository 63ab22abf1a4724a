"""Everybody who talks to the service, and how staff come in."""

from sqlalchemy import Boolean, Column, Date, String, Table

from storage.tables.columns import Id, UTCDateTime, metadata

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
