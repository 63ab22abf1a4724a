"""Cases, every act on them, who is called and what the resident said. These grow without end."""

from sqlalchemy import Boolean, Column, Float, Index, Integer, String, Table, Text, UniqueConstraint

from storage.tables.columns import Id, UTCDateTime, metadata

cases = Table(
    "cases",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("service", String(16), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("urgency", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("round", Integer, nullable=False),
    Column("reporter_id", Id, nullable=False),
    Column("unit_id", Id),
    Column("room", String(32), nullable=False),
    Column("place", String(255), nullable=False),
    Column("lat", Float),
    Column("lon", Float),
    Column("words", Text, nullable=False),
    Column("anonymous", Boolean, nullable=False),
    Column("slot", String(64), nullable=False),
    Column("hand_over", String(128), nullable=False),
    Column("owner_id", Id, nullable=False),
    Column("owner_role", String(32), nullable=False),
    Column("handler_id", Id),
    Column("created_at", UTCDateTime, nullable=False),
    Column("accept_by", UTCDateTime, nullable=False),
    Column("finish_by", UTCDateTime, nullable=False),
    Column("accepted_at", UTCDateTime),
    Column("contacted_at", UTCDateTime),
    Column("finished_at", UTCDateTime),
    Column("closed_at", UTCDateTime),
    Column("returns", Integer, nullable=False),
    Column("urged_at", UTCDateTime),
    Column("urges", Integer, nullable=False),
)
Index("ix_cases_reporter", cases.c.reporter_id, cases.c.id)
_open = cases.c.closed_at.is_(None)
Index("ix_cases_open_handler", cases.c.handler_id, sqlite_where=_open, postgresql_where=_open)
Index("ix_cases_open_owner", cases.c.owner_id, sqlite_where=_open, postgresql_where=_open)
Index("ix_cases_created", cases.c.created_at)
Index("ix_cases_finished", cases.c.finished_at)

events = Table(
    "events",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("case_id", Id, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("act", String(32), nullable=False),
    Column("actor_id", Id),  # NULL: the clock
    Column("actor_role", String(32), nullable=False),
    Column("from_state", String(16), nullable=False),
    Column("to_state", String(16), nullable=False),
    Column("from_owner_id", Id),
    Column("to_owner_id", Id),
    Column("words", Text, nullable=False),
    Column("round", Integer, nullable=False),
)
Index("ix_events_case", events.c.case_id, events.c.id)
Index("ix_events_at", events.c.at)

assignments = Table(
    "assignments",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("case_id", Id, nullable=False),
    Column("round", Integer, nullable=False),
    Column("person_id", Id, nullable=False),
    Column("role", String(32), nullable=False),
    Column("why", String(32), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("ended_at", UTCDateTime),
    UniqueConstraint("case_id", "round", "person_id"),
)
_live = assignments.c.ended_at.is_(None)
Index("ix_assignments_person", assignments.c.person_id, sqlite_where=_live, postgresql_where=_live)

ratings = Table(
    "ratings",
    metadata,
    Column("case_id", Id, primary_key=True, autoincrement=False),
    Column("round", Integer, primary_key=True, autoincrement=False),
    Column("asked_at", UTCDateTime, nullable=False),
    Column("grade", Integer),  # 5 非常满意 … 1 非常不满意
    Column("solved", String(16), nullable=False),  # "", solved, partly, unsolved
    Column("words", Text, nullable=False),
    Column("graded_at", UTCDateTime),
    Column("lapsed_at", UTCDateTime),
)
Index("ix_ratings_asked", ratings.c.asked_at)

looks = Table(
    "looks",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("case_id", Id, nullable=False, index=True),
    Column("person_id", Id, nullable=False),
    Column("at", UTCDateTime, nullable=False),
)
