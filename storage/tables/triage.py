"""What was learnt from the city's own tickets, and what its desks corrected."""

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String, Table

from storage.tables.columns import Id, Sealed, SealedBytes, UTCDateTime, metadata

# Versions stay after another is in use: `undo` goes back, and old cases keep the names of their kinds.
models = Table(
    "models",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=True),
    Column("trained_at", UTCDateTime, nullable=False),
    Column("source", String(255), nullable=False),
    Column("figures", JSON, nullable=False),
    Column("labels", JSON, nullable=False),
    Column("added", JSON, nullable=False),
    Column("alone", Boolean, nullable=False),
    Column("body", SealedBytes, nullable=False),
    Column("checksum", String(64), nullable=False),
    Column("examples", SealedBytes, nullable=False),
    Column("in_use", Boolean, nullable=False),
    Column("undone", Boolean, nullable=False),
)

corrections = Table(
    "corrections",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("case_id", Id, nullable=False, index=True),
    Column("text", Sealed(), nullable=False),
    Column("kind_before", String(64), nullable=False),
    Column("kind_after", String(64), nullable=False),
    Column("by", Id, nullable=False),
    Column("at", UTCDateTime, nullable=False),
)
Index("ix_corrections_at", corrections.c.at)
