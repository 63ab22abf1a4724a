"""The tables, one file for each subject. Columns carry the same words as the dataclasses that come out of them.

Cases, events, outbox and lines grow without end, so each has the one index that its query per turn or per tick needs.
"""

from storage.tables.cases import assignments, cases, events, looks, ratings
from storage.tables.columns import Id, UTCDateTime, metadata
from storage.tables.district import kinds, meta, posts, units
from storage.tables.people import addresses, groups, invites, leaves, people
from storage.tables.talk import attachments, cards, conversations, outbox, seen, timers, web_chats, web_lines

__all__ = [
    "Id",
    "UTCDateTime",
    "addresses",
    "assignments",
    "attachments",
    "cards",
    "cases",
    "conversations",
    "events",
    "groups",
    "invites",
    "kinds",
    "leaves",
    "looks",
    "meta",
    "metadata",
    "outbox",
    "people",
    "posts",
    "ratings",
    "seen",
    "timers",
    "units",
    "web_chats",
    "web_lines",
]
