"""What our bot is called, asked once by a command that runs beside the service."""

from telegram.error import TelegramError

from handlers.telegram import connecting


async def bot_name(token: str, api_url: str) -> str:
    """The bot's name without the @. Raises OSError when Telegram does not tell it, for whatever reason."""
    account = connecting.build(token, api_url)
    try:
        await account.initialize()
    except TelegramError as error:
        raise OSError(type(error).__name__) from None  # The library's own words may show the token.
    else:
        return account.username
    finally:
        await account.shutdown()
