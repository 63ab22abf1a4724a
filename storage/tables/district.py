"""The district as it is imported, and the service's own notes."""

from sqlalchemy import JSON, Boolean, Column, Date, Float, Integer, LargeBinary, String, Table, Text

from storage.tables.columns import Id, metadata

meta = Table("meta", metadata, Column("key", String(64), primary_key=True), Column("value", Text, nullable=False))


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
)

outlines = Table(
    "outlines",
    metadata,
    Column("unit_id", Id, primary_key=True, autoincrement=False),
    Column("area", LargeBinary, nullable=False),
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

# Days on which offices work though it is a weekend, or rest though it is none. They go before the library's.
holidays = Table(
    "holidays",
    metadata,
    Column("day", Date, primary_key=True),
    Column("works", Boolean, nullable=False),
    Column("source", String(255), nullable=False),  # the file it came from
)
