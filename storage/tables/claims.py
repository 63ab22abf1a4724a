"""What communities would like done, and which unit claimed it in which month."""

from sqlalchemy import Column, Date, Integer, String, Table, UniqueConstraint

from storage.tables.columns import Id, Sealed, UTCDateTime, metadata

service_items = Table(
    "service_items",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("community_id", Id, nullable=False, index=True),
    Column("what", String(64), nullable=False),
    Column("takes", Integer, nullable=False),
    Column("added_at", UTCDateTime, nullable=False),
    Column("added_by", Id),
    Column("ended_at", UTCDateTime),
)

claims = Table(
    "claims",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("community_id", Id, nullable=False),
    Column("month", Date, nullable=False),  # its first day
    Column("unit", String(64), nullable=False),
    Column("item_id", Id, nullable=False),
    Column("person_id", Id),
    Column("at", UTCDateTime, nullable=False),
    Column("words", Sealed(1000), nullable=False),
    Column("reported_at", UTCDateTime),
    Column("confirmed_at", UTCDateTime),
    Column("confirmed_by", Id),
    UniqueConstraint("community_id", "month", "unit"),
)
