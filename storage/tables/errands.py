"""Errands beside their cases, the people who help with them, what they were offered, and what comes again every week."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from storage.tables.columns import Id, Sealed, UTCDateTime, metadata

errands = Table(
    "errands",
    metadata,
    Column("case_id", Id, primary_key=True, autoincrement=False),
    Column("answers", Sealed(2000), nullable=False),
    Column("secrets", Sealed(1000), nullable=False),  # "" once wiped
    Column("slot_from", UTCDateTime, nullable=False),
    Column("slot_until", UTCDateTime, nullable=False),
    Column("for_whom", Sealed(32), nullable=False),
    Column("for_phone", Sealed(32), nullable=False),
    Column("code", Sealed(8), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("helper_id", Id),
    Column("on_way_at", UTCDateTime),
    Column("handed_at", UTCDateTime),
    Column("proof", String(16), nullable=False),  # code, photo: what is wanted, then what was given
    Column("paid", Integer),  # 分
    Column("paid_ok", Boolean),
    Column("weekly_id", Id),
)

helpers = Table(
    "helpers",
    metadata,
    Column("person_id", Id, primary_key=True, autoincrement=False),
    Column("name", Sealed(64), nullable=False),
    Column("unit_id", Id, nullable=False),
    Column("community_id", Id, nullable=False),
    Column("kinds", Text, nullable=False),  # codes, a space between; "" for all
    Column("hours", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("asked_at", UTCDateTime, nullable=False),
    Column("decided_by", Id),
    Column("decided_at", UTCDateTime),
)
_admitted = helpers.c.state == "admitted"
Index("ix_helpers_admitted", helpers.c.community_id, sqlite_where=_admitted, postgresql_where=_admitted)

offers = Table(
    "offers",
    metadata,
    Column("case_id", Id, primary_key=True, autoincrement=False),
    Column("person_id", Id, primary_key=True, autoincrement=False, index=True),
    Column("at", UTCDateTime, nullable=False),
)

weeklies = Table(
    "weeklies",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("person_id", Id, nullable=False, index=True),
    Column("weekday", Integer, nullable=False),
    Column("body", Sealed(8000), nullable=False),
    Column("ended_at", UTCDateTime),
)
