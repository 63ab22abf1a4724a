"""How often people were reminded on a day, and what the morning told them. Kept for some weeks."""

from sqlalchemy import JSON, Column, Date, Integer, Table

from storage.tables.columns import Id, UTCDateTime, metadata

reminded = Table(
    "reminded",
    metadata,
    Column("day", Date, primary_key=True),
    Column("person_id", Id, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
    Column("listed_at", UTCDateTime),  # when the morning list was written, NULL where there was nothing to list
    Column("listed", JSON, nullable=False),  # the deadline that each case stood in it with, in seconds
)
