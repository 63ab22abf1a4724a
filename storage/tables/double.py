"""双报到: members of units who reported in to a community, and the gatherings it calls."""

from sqlalchemy import Boolean, Column, String, Table

from storage.tables.columns import Id, Sealed, UTCDateTime, metadata

members = Table(
    "members",
    metadata,
    Column("person_id", Id, primary_key=True, autoincrement=False),
    Column("community_id", Id, nullable=False, index=True),
    Column("name", Sealed(64), nullable=False),
    Column("unit", String(64), nullable=False),
    Column("can", String(128), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("ended_at", UTCDateTime),
)

gatherings = Table(
    "gatherings",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("community_id", Id, nullable=False, index=True),
    Column("called_by", Id, nullable=False),
    Column("what", String(255), nullable=False),
    Column("place", String(128), nullable=False),
    Column("starts_at", UTCDateTime, nullable=False),
    Column("made_at", UTCDateTime, nullable=False),
    Column("called_off_at", UTCDateTime),
)

gathering_answers = Table(
    "gathering_answers",
    metadata,
    Column("gathering_id", Id, primary_key=True, autoincrement=False),
    Column("person_id", Id, primary_key=True, autoincrement=False, index=True),
    Column("comes", Boolean, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("there", Boolean, nullable=False),
)
