"""The registers of homes, people and businesses, who looked at them, what is to be changed, and what waits for a desk."""

from sqlalchemy import Boolean, Column, Date, Integer, String, Table, UniqueConstraint

from storage.tables.columns import Id, Sealed, SealedJson, UTCDateTime, metadata

homes = Table(
    "homes",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("unit_id", Id, nullable=False),
    Column("community_id", Id, nullable=False, index=True),
    Column("room", String(32), nullable=False),  # an address, and nobody's until residents says so
    Column("use", String(16), nullable=False),  # own, rented, empty, other
    Column("notes", Sealed(500), nullable=False),
    Column("visited_on", Date),
    UniqueConstraint("unit_id", "room"),
)

residents = Table(
    "residents",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("home_id", Id, nullable=False, index=True),
    Column("name", Sealed(64), nullable=False),
    Column("relation", String(16), nullable=False),  # owner, family, tenant, other
    Column("phone", Sealed(32), nullable=False),
    Column("born", Integer),
    Column("notes", Sealed(500), nullable=False),
)

businesses = Table(
    "businesses",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("unit_id", Id, nullable=False),
    Column("community_id", Id, nullable=False, index=True),
    Column("name", String(128), nullable=False),
    Column("trade", String(64), nullable=False),
    Column("place", String(128), nullable=False),
    Column("contact", Sealed(64), nullable=False),
    Column("phone", Sealed(32), nullable=False),
    Column("notes", Sealed(500), nullable=False),
    UniqueConstraint("unit_id", "name"),
)

home_looks = Table(
    "home_looks",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("home_id", Id, nullable=False, index=True),  # below zero: a business
    Column("person_id", Id, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("why", String(16), nullable=False),  # page, phone
)

home_changes = Table(
    "home_changes",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("home_id", Id, nullable=False, index=True),
    Column("resident_id", Id),
    Column("what", String(16), nullable=False),  # added, phone, relation, left
    Column("value", Sealed(200), nullable=False),  # wiped once it is decided
    Column("asked_by", Id, nullable=False),
    Column("asked_at", UTCDateTime, nullable=False),
    Column("decided_by", Id),
    Column("decided_at", UTCDateTime),
    Column("granted", Boolean),
)

takings = Table(
    "takings",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("community_id", Id, nullable=False),
    Column("body", SealedJson, nullable=False),  # wiped once it is decided
    Column("seen", String(64), nullable=False),
    Column("asked_at", UTCDateTime, nullable=False),
    Column("decided_by", Id),
    Column("decided_at", UTCDateTime),
    Column("granted", Boolean),
)
