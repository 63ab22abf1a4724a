"""Why Telegram did not take a message, in the words of `bot.errors`.

Flooded                          TryLater, as long as it asks
Forbidden, chat not found, …     Unreachable
message to edit not found, …     CardGone
any other BadRequest             Never     (it is a NetworkError too, so it is asked first: a malformed message
must not be sent for ever)
all else, a wrong token too      TryLater  (a token is mended by people; nothing may be lost until then)
"""

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from bot.errors import CardGone, Never, TryLater, Undelivered, Unreachable
from handlers.telegram.requesting import Flooded

_SOON = 1.0
_AFTER_MENDING = 60.0

_GONE = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message identifier is not specified",
    "there is no text in the message to edit",
)
_NOBODY = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "chat_id_invalid",
    "group is deactivated",
    "group chat was deactivated",
    "not enough rights",
    "have no rights",
    "need administrator rights",
    "chat_write_forbidden",
    "chat_restricted",
    "chat_admin_required",
    "topic_closed",
    "bot was kicked",
)


def undelivered(error: TelegramError) -> Undelivered:
    """Our word for Telegram's refusal."""
    words = str(error)
    if isinstance(error, Flooded):
        return TryLater(error.seconds, words)
    if isinstance(error, Forbidden | ChatMigrated):
        return Unreachable(words)
    if isinstance(error, BadRequest):
        return _refused(words)
    if isinstance(error, InvalidToken):
        return TryLater(_AFTER_MENDING, "Telegram does not know our token")
    return TryLater(_SOON, words)


def not_modified(error: TelegramError) -> bool:
    """Whether an edit was needless because the message reads so already."""
    return isinstance(error, BadRequest) and "message is not modified" in str(error).lower()


def bad_link(error: TelegramError) -> bool:
    """Whether it is a button's address that Telegram will not have, such as one on localhost."""
    words = str(error).lower()
    return isinstance(error, BadRequest) and "button" in words and "url" in words


def _refused(words: str) -> Undelivered:
    lower = words.lower()
    if any(sign in lower for sign in _GONE):
        return CardGone(words)
    if any(sign in lower for sign in _NOBODY):
        return Unreachable(words)
    return Never(words)
