"""The register of elders, who follows them, who looked, their alarms and visits, and the canteens where they eat."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table, Text, UniqueConstraint

from storage.tables.columns import Id, Sealed, UTCDateTime, metadata

elders = Table(
    "elders",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("code", String(64), nullable=False, unique=True),
    Column("name", Sealed(64), nullable=False),
    Column("unit_id", Id, nullable=False),
    Column("community_id", Id, nullable=False, index=True),
    Column("room", Sealed(32), nullable=False),
    Column("phone", Sealed(32), nullable=False),
    Column("born", Integer),
    Column("alone", Boolean, nullable=False),
    Column("mobility", String(16), nullable=False),
    Column("allergies", Sealed(500), nullable=False),
    Column("notes", Sealed(1000), nullable=False),
    Column("contacts", Sealed(500), nullable=False),
    Column("doctor_id", Id),
    Column("agreed_on", Date),  # None: took it back, and all that is sensitive is wiped
    Column("left_on", Date),  # an older consent does not count any more
    Column("person_id", Id, unique=True),  # their own account in the chat
)

elder_looks = Table(
    "elder_looks",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("elder_id", Id, nullable=False, index=True),
    Column("person_id", Id, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("why", Sealed(64), nullable=False),
)

# Six digits that an elder or their worker says aloud, good once and for a day. Only the hash is kept.
care_codes = Table(
    "care_codes",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("elder_id", Id, nullable=False),
    Column("purpose", String(16), nullable=False),  # bind, follow
    Column("made_by", Id, nullable=False),
    Column("expires_at", UTCDateTime, nullable=False),
    Column("used_at", UTCDateTime),
)

care_tries = Table(
    "care_tries",
    metadata,
    Column("person_id", Id, primary_key=True, autoincrement=False),
    Column("day", Date, primary_key=True),
    Column("count", Integer, nullable=False),
)

kin = Table(
    "kin",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("elder_id", Id, nullable=False, index=True),
    Column("person_id", Id, nullable=False, index=True),
    Column("called", Sealed(32), nullable=False),  # as the elder calls them: 女儿王芳
    Column("agreed_at", UTCDateTime, nullable=False),
    Column("ended_at", UTCDateTime),
)

alarms = Table(
    "alarms",
    metadata,
    Column("case_id", Id, primary_key=True, autoincrement=False),
    Column("elder_id", Id, nullable=False, index=True),
    Column("at", UTCDateTime, nullable=False),
    Column("goes_id", Id),
    Column("ended_at", UTCDateTime),
)

alarm_calls = Table(
    "alarm_calls",
    metadata,
    Column("case_id", Id, primary_key=True, autoincrement=False),
    Column("person_id", Id, primary_key=True, autoincrement=False),
    Column("position", Integer, nullable=False),  # the order of calling
    Column("role", String(16), nullable=False),  # family, grid_worker, building_head, community_desk …
    Column("at", UTCDateTime),  # None: not called yet
)

visits = Table(
    "visits",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("elder_id", Id, nullable=False, index=True),
    Column("kind", String(16), nullable=False),  # weekly, nursing
    Column("day", Date, nullable=False),
    Column("person_id", Id, nullable=False),
    Column("passed", Integer, nullable=False),  # how often it went on to the next person
    Column("done_at", UTCDateTime),
    Column("missed_at", UTCDateTime),
    Column("mood", String(16), nullable=False),
    Column("eats", String(16), nullable=False),
    Column("medicine", String(16), nullable=False),
    Column("words", Sealed(1000), nullable=False),
    Column("case_id", Id),
    UniqueConstraint("elder_id", "kind", "day"),
)
_open = visits.c.done_at.is_(None) & visits.c.missed_at.is_(None)
Index("ix_visits_open", visits.c.person_id, visits.c.day, sqlite_where=_open, postgresql_where=_open)

corrections_asked = Table(
    "corrections_asked",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("elder_id", Id, nullable=False, index=True),
    Column("field", String(32), nullable=False),
    Column("was", Sealed(1000), nullable=False),
    Column("value", Sealed(1000), nullable=False),
    Column("asked_by", Id, nullable=False),
    Column("asked_at", UTCDateTime, nullable=False),
    Column("decided_by", Id),
    Column("decided_at", UTCDateTime),
    Column("granted", Boolean),
)

canteens = Table(
    "canteens",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("code", String(64), nullable=False, unique=True),
    Column("name", String(64), nullable=False),
    Column("community_id", Id, nullable=False, index=True),
    Column("place", String(128), nullable=False),
    Column("hours", String(64), nullable=False),
    Column("until", String(8), nullable=False),  # the cut-off, 10:00
    Column("seats", Integer, nullable=False),
    Column("delivers", Boolean, nullable=False),
    Column("liaison_id", Id),
)

menus = Table(
    "menus",
    metadata,
    Column("canteen_id", Id, primary_key=True, autoincrement=False),
    Column("day", Date, primary_key=True),
    Column("dishes", Text, nullable=False),
    Column("price", Integer, nullable=False),  # 分
)

meals = Table(
    "meals",
    metadata,
    Column("canteen_id", Id, primary_key=True, autoincrement=False),
    Column("day", Date, primary_key=True),
    Column("person_id", Id, primary_key=True, autoincrement=False, index=True),
    Column("way", String(16), nullable=False),  # dine, deliver
    Column("count", Integer, nullable=False),
    Column("unit_id", Id),
    Column("room", Sealed(32), nullable=False),
    Column("name", Sealed(64), nullable=False),
    Column("booked_at", UTCDateTime, nullable=False),
    Column("cancelled_at", UTCDateTime),
)

kitchens = Table(
    "kitchens",
    metadata,
    Column("canteen_id", Id, primary_key=True, autoincrement=False),
    Column("day", Date, primary_key=True),
    Column("ordered", Integer, nullable=False),
    Column("served", Integer),
)

daycares = Table(
    "daycares",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("code", String(64), nullable=False, unique=True),
    Column("name", String(64), nullable=False),
    Column("community_id", Id, nullable=False, index=True),
    Column("place", String(128), nullable=False),
    Column("hours", String(64), nullable=False),
    Column("seats", Integer, nullable=False),  # people a day
    Column("offers", Text, nullable=False),
    Column("liaison_id", Id),
)

day_seats = Table(
    "day_seats",
    metadata,
    Column("daycare_id", Id, primary_key=True, autoincrement=False),
    Column("day", Date, primary_key=True),
    Column("person_id", Id, primary_key=True, autoincrement=False, index=True),
    Column("name", Sealed(64), nullable=False),
    Column("booked_at", UTCDateTime, nullable=False),
    Column("cancelled_at", UTCDateTime),
)
