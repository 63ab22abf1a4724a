"""The Telegram side of the service, by polling or by webhook; absent where no token is set."""

import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from urllib.parse import urlsplit

from starlette.routing import BaseRoute

from bot.chat.messages import Attachment, MenuEntry, Presence, Receiver, Stored
from bot.config import Settings
from bot.texts import LOCALES, Texts, texts
from handlers.telegram import connecting, webhook
from handlers.telegram.arriving import Arriving
from handlers.telegram.pacing import Pacing
from handlers.telegram.polling import Polling
from handlers.telegram.sending import Telegram


class TelegramDoor:
    """One bot account. `channel` sends; `run` connects and, when polling, listens until cancelled."""

    def __init__(
        self,
        settings: Settings,
        said: Texts,
        menu: tuple[MenuEntry, ...],
        load: Callable[[Attachment], Awaitable[Stored]],
        clock: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._said = said
        self._menu = menu
        self._clock = clock
        self._account = connecting.build(settings.telegram_token, settings.telegram_api_url)
        pacing = Pacing(time.monotonic, limits=settings.telegram_api_url == connecting.OFFICIAL)
        self.channel = Telegram(self._account, load, said, pacing, menu)
        self.account = settings.telegram_token.partition(":")[0]  # the bot's own number, with which its token begins
        self._arriving: Arriving | None = None
        self._polling: Polling | None = None

    def listen(self, receiver: Receiver, presence: Presence) -> list[BaseRoute]:
        """Hand what arrives to the receiver, and chats that come and go to `presence`.

        Returns the routes a webhook needs, none when polling.
        """
        arriving = self._arriving = Arriving(self._account, self.channel, receiver, self._clock, self._menu, presence)
        url = self._settings.telegram_webhook_url
        if url:
            return list(webhook.routes(urlsplit(url).path, self._settings.telegram_webhook_secret, arriving))
        self._polling = Polling(self._account, arriving)
        return []

    async def run(self) -> None:
        """Connect, however long Telegram is away, then listen."""
        others = (texts(locale) for locale in LOCALES if locale != self._said.locale)
        await connecting.start(self._account, (self._said, *others))
        if self._settings.telegram_webhook_url:
            url, secret = self._settings.telegram_webhook_url, self._settings.telegram_webhook_secret
            await connecting.hear_by_webhook(self._account, url, secret)
        elif self._polling is not None:
            await self._polling.run()

    async def stop(self) -> None:
        """Confirm what was taken and listen no more."""
        if self._polling is not None:
            await self._polling.stop()
        elif self._arriving is not None:
            await self._arriving.drain(0.5)

    async def close(self) -> None:
        """Give the connections back, when nothing is sent any more."""
        await self._account.shutdown()
