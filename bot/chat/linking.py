"""Links that open a private chat with us, one for each network."""

from collections.abc import Mapping

from bot.chat.messages import Channel
from bot.errors import TryLater


def links(channels: Mapping[str, Channel], payload: str) -> dict[str, str]:
    """The link of each network that carries `payload`; a network that has not told us our name yet has none."""
    found = {}
    for name, channel in channels.items():
        try:
            found[name] = channel.link(payload)
        except TryLater:
            continue
    return found
