"""The tables, one file for each subject. Columns carry the same words as the dataclasses that come out of them.

Cases, events, outbox and lines grow without end, so each has the one index that its query per turn or per tick needs.
"""

from storage.tables.care import (
    alarm_calls,
    alarms,
    canteens,
    care_codes,
    care_tries,
    corrections_asked,
    elder_looks,
    elders,
    kin,
    kitchens,
    meals,
    menus,
    visits,
)
from storage.tables.cases import (
    assignments,
    assists,
    callbacks,
    cases,
    events,
    follower_ratings,
    followers,
    looks,
    mutes,
    pauses,
    petitions,
    ratings,
    supervisions,
)
from storage.tables.claims import claims, service_items
from storage.tables.columns import Id, Sealed, SealedJson, UTCDateTime, metadata
from storage.tables.district import holidays, kinds, meta, outlines, posts, units
from storage.tables.double import gathering_answers, gatherings, members
from storage.tables.errands import errands, helpers, offers, weeklies
from storage.tables.figures import daily
from storage.tables.people import addresses, groups, invites, leaves, mutings, people, web_logins, web_sessions
from storage.tables.reminders import reminded
from storage.tables.talk import attachments, cards, conversations, outbox, seen, timers, web_chats, web_lines
from storage.tables.triage import corrections, models

__all__ = [
    "Id",
    "Sealed",
    "SealedJson",
    "UTCDateTime",
    "addresses",
    "alarm_calls",
    "alarms",
    "assignments",
    "assists",
    "attachments",
    "callbacks",
    "canteens",
    "cards",
    "care_codes",
    "care_tries",
    "cases",
    "claims",
    "conversations",
    "corrections",
    "corrections_asked",
    "daily",
    "elder_looks",
    "elders",
    "errands",
    "events",
    "follower_ratings",
    "followers",
    "gathering_answers",
    "gatherings",
    "groups",
    "helpers",
    "holidays",
    "invites",
    "kin",
    "kinds",
    "kitchens",
    "leaves",
    "looks",
    "meals",
    "members",
    "menus",
    "meta",
    "metadata",
    "models",
    "mutes",
    "mutings",
    "offers",
    "outbox",
    "outlines",
    "pauses",
    "people",
    "petitions",
    "posts",
    "ratings",
    "reminded",
    "seen",
    "service_items",
    "supervisions",
    "timers",
    "units",
    "visits",
    "web_chats",
    "web_lines",
    "web_logins",
    "web_sessions",
    "weeklies",
]
