"""Our account on Telegram: built from settings, opened, and told what it can be asked."""

import asyncio
import logging
from collections.abc import Iterable
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from telegram import Bot, BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeDefault
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.errors import BadSettings
from bot.texts import Texts
from handlers.telegram.account import ALLOWED_UPDATES, Account
from handlers.telegram.requesting import Flooded, Requests

OFFICIAL = "https://api.telegram.org"
_COMMAND = "telegram.command_"
_GROUP_COMMAND = "telegram.group_command_"
_LONGEST_PAUSE = 60.0
log = logging.getLogger(__name__)


def build(token: str, api_url: str = OFFICIAL) -> Account:
    """A bot that has not spoken to anyone yet. `api_url` may be a Bot API server of one's own.

    A proxy is taken from the environment, as curl does: in much of the world Telegram is reached through one. Raises
    BadSettings for a kind of proxy that cannot be used, such as SOCKS.
    """
    api_url = api_url.rstrip("/")
    requests = Requests(proxy=_proxy(api_url))
    return Account(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=requests,
        get_updates_request=requests,
    )


async def start(bot: Bot, languages: Iterable[Texts], *, pause: float = 1.0) -> None:
    """Learn our name and publish the commands, however long Telegram takes to be reached (`pause` seconds, doubling).

    Raises BadSettings when Telegram does not know the token. Close with `await bot.shutdown()`.
    """
    while True:
        try:
            await bot.initialize()
            break
        except InvalidToken:
            # The library's own words show the token.
            raise BadSettings("settings.token_unknown") from None
        except TelegramError as error:
            pause = await _wait_for_telegram(error, pause)
    for position, texts in enumerate(languages):
        # The first language is also shown to whoever speaks none of the others.
        if position == 0:
            await _publish_commands(bot, texts, None)
        await _publish_commands(bot, texts, texts.locale.partition("-")[0])


async def hear_by_webhook(bot: Bot, url: str, secret: str, *, pause: float = 1.0) -> None:
    """Ask Telegram to bring updates to `url`, however long it takes to be reached. Raises BadSettings when it refuses."""
    while True:
        try:
            await bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED_UPDATES)
        except BadRequest as error:
            raise BadSettings("settings.webhook_refused", words=error) from error
        except TelegramError as error:
            pause = await _wait_for_telegram(error, pause)
        else:
            return


async def _wait_for_telegram(error: TelegramError, pause: float) -> float:
    """Say that we wait, and do; the next pause."""
    wait = error.seconds if isinstance(error, Flooded) else pause
    log.warning("Telegram is not reached (%s); again in %g seconds", error, wait)
    await asyncio.sleep(wait)
    return min(pause * 2, _LONGEST_PAUSE)


async def _publish_commands(bot: Bot, texts: Texts, language: str | None) -> None:
    for scope, prefix in ((BotCommandScopeDefault(), _COMMAND), (BotCommandScopeAllGroupChats(), _GROUP_COMMAND)):
        commands = [BotCommand(key.removeprefix(prefix), texts(key)) for key in texts.keys(prefix)]
        try:
            await bot.set_my_commands(commands, scope, language_code=language)
        except TelegramError as error:
            log.warning("the list of commands could not be published: %s", error)


def _proxy(url: str) -> str | None:
    address = urlsplit(url)
    if proxy_bypass(address.hostname or ""):
        return None
    proxies = getproxies()
    proxy = proxies.get(address.scheme) or proxies.get("all")
    if proxy is not None and not proxy.startswith(("http://", "https://")):
        raise BadSettings("settings.proxy_unfit")
    return proxy
