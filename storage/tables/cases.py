"""Cases, every act on them, who is called and what the resident said. These grow without end."""

from sqlalchemy import Boolean, Column, Float, Index, Integer, String, Table, UniqueConstraint, text

from storage.tables.columns import Id, Sealed, UTCDateTime, metadata

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
    Column("room", Sealed(32, often=True), nullable=False),
    Column("place", Sealed(255, often=True), nullable=False),
    Column("lat", Float),
    Column("lon", Float),
    Column("words", Sealed(often=True), nullable=False),
    Column("anonymous", Boolean, nullable=False),
    Column("slot", String(64), nullable=False),
    Column("hand_over", Sealed(128), nullable=False),
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
    Column("contact_by", UTCDateTime),
    Column("clock_from", UTCDateTime),
    Column("extra_hours", Float, nullable=False, server_default="0"),
    Column("extensions", Integer, nullable=False, server_default="0"),
    Column("lead_id", Id),
    Column("excluded", Boolean, nullable=False, server_default=text("FALSE")),
    Column("beside", Boolean, nullable=False, server_default=text("FALSE")),
    Column("followed", Boolean, nullable=False, server_default=text("FALSE")),
    Column("decide_by", UTCDateTime),
    Column("blanked_at", UTCDateTime),  # who and what was said are gone, what can be counted stays
)
Index("ix_cases_reporter", cases.c.reporter_id, cases.c.id)
_open = cases.c.closed_at.is_(None)
Index("ix_cases_open_handler", cases.c.handler_id, sqlite_where=_open, postgresql_where=_open)
# All that the board counts open cases by is in this one: ten thousand of them are counted without reading their rows.
Index(
    "ix_cases_open_owner",
    cases.c.owner_id,
    cases.c.owner_role,
    cases.c.state,
    cases.c.created_at,
    cases.c.accept_by,
    cases.c.finish_by,
    cases.c.unit_id,
    cases.c.closed_at,  # SQLite would open the row to ask it
    sqlite_where=_open,
    postgresql_where=_open,
)
_merged = cases.c.lead_id.is_not(None)
Index("ix_cases_lead", cases.c.lead_id, sqlite_where=_merged, postgresql_where=_merged)
Index("ix_cases_open_finish_by", cases.c.finish_by, sqlite_where=_open, postgresql_where=_open)
Index("ix_cases_open_unit", cases.c.unit_id, cases.c.kind, sqlite_where=_open, postgresql_where=_open)
_pinned = _open & cases.c.lat.is_not(None)
Index("ix_cases_open_pin", cases.c.kind, cases.c.lat, sqlite_where=_pinned, postgresql_where=_pinned)
_unaccepted = cases.c.state == "open"
Index("ix_cases_unaccepted", cases.c.accept_by, sqlite_where=_unaccepted, postgresql_where=_unaccepted)
Index("ix_cases_created", cases.c.created_at)
Index("ix_cases_finished", cases.c.finished_at)
_kept = cases.c.blanked_at.is_(None) & cases.c.closed_at.is_not(None)
Index("ix_cases_kept", cases.c.closed_at, sqlite_where=_kept, postgresql_where=_kept)

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
    Column("words", Sealed(), nullable=False),
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
    Column("words", Sealed(), nullable=False),
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
    Column("why", Sealed(64), nullable=False, server_default=""),
)

petitions = Table(
    "petitions",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("case_id", Id, nullable=False, index=True),
    Column("act", String(32), nullable=False),
    Column("asked_by", Id, nullable=False),
    Column("asked_at", UTCDateTime, nullable=False),
    Column("words", Sealed(), nullable=False),
    Column("value", String(255), nullable=False),
    Column("desk_id", Id, nullable=False),
    Column("decided_by", Id),
    Column("decided_at", UTCDateTime),
    Column("granted", Boolean),
)

assists = Table(
    "assists",
    metadata,
    Column("case_id", Id, primary_key=True, autoincrement=False),
    Column("unit_id", Id, primary_key=True, autoincrement=False),
    Column("role", String(32), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("due", UTCDateTime, nullable=False),
    Column("reported_by", Id),
    Column("reported_at", UTCDateTime),
    Column("done_at", UTCDateTime),
    Column("words", Sealed(), nullable=False),
)
_to_do = assists.c.done_at.is_(None)
Index("ix_assists_to_do", assists.c.unit_id, sqlite_where=_to_do, postgresql_where=_to_do)

supervisions = Table(
    "supervisions",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("case_id", Id, nullable=False, index=True),
    Column("by", Id, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("words", Sealed(), nullable=False),
    Column("due", UTCDateTime, nullable=False),
    Column("answered_by", Id),
    Column("answered_at", UTCDateTime),
    Column("answer", Sealed(), nullable=False),
)

pauses = Table(
    "pauses",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("case_id", Id, nullable=False, index=True),
    Column("since", UTCDateTime, nullable=False),
    Column("until", UTCDateTime),
    Column("why", String(32), nullable=False),
)

followers = Table(
    "followers",
    metadata,
    Column("case_id", Id, primary_key=True, autoincrement=False),
    Column("person_id", Id, primary_key=True, autoincrement=False, index=True),
    Column("at", UTCDateTime, nullable=False),
)

follower_ratings = Table(
    "follower_ratings",
    metadata,
    Column("case_id", Id, primary_key=True, autoincrement=False),
    Column("round", Integer, primary_key=True, autoincrement=False),
    Column("person_id", Id, primary_key=True, autoincrement=False),
    Column("grade", Integer),  # as in `ratings`
    Column("solved", String(16), nullable=False),
    Column("at", UTCDateTime, nullable=False),
)

mutes = Table(
    "mutes",
    metadata,
    Column("person_id", Id, primary_key=True, autoincrement=False),
    Column("case_id", Id, primary_key=True, autoincrement=False),
    Column("at", UTCDateTime, nullable=False),
)

callbacks = Table(
    "callbacks",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("case_id", Id, nullable=False, index=True),
    Column("round", Integer, nullable=False),
    Column("why", String(32), nullable=False),
    Column("person_id", Id, nullable=False, index=True),
    Column("due", UTCDateTime, nullable=False),
    Column("done_at", UTCDateTime),
    Column("outcome", String(16), nullable=False),  # satisfied, unsatisfied, unreachable; "" until called
    Column("words", Sealed(), nullable=False),
)
