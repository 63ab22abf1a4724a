"""What happened on each day in each unit, counted. Made from events, and made anew from them at any time."""

from sqlalchemy import Column, Date, Integer, String, Table

from storage.tables.columns import Id, metadata

# The rows of one unit and measure lie together and by day, so that every question reads just the rows it is about. A row
# with unit 0 says that the day was counted at all.
daily = Table(
    "daily",
    metadata,
    Column("unit_id", Id, primary_key=True, autoincrement=False),
    Column("measure", String(48), primary_key=True),  # "kind.filed" is "filed" by kind
    Column("day", Date, primary_key=True),
    Column("part", String(64), primary_key=True),  # "", the kind, or how many hours a stay was long
    Column("count", Integer, nullable=False),
    sqlite_with_rowid=False,
)
