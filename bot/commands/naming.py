"""What our bot is called on Telegram, for commands that make links to it."""

from bot import config


async def telegram_name(settings: config.Settings) -> str | None:
    """The bot's name as set, else asked of Telegram; "" without a bot, None where Telegram does not tell it now."""
    if settings.telegram_bot_name or not settings.telegram_token:
        return settings.telegram_bot_name.removeprefix("@")
    # The library of a network is heavy, and most machines that print have no token.
    from handlers.telegram.naming import bot_name

    try:
        return await bot_name(settings.telegram_token, settings.telegram_api_url)
    except OSError:
        return None
