"""Is our account opened patiently, and told what it can be asked?"""

import pytest

from bot.errors import BadSettings
from bot.texts import texts
from handlers.telegram.account import ALLOWED_UPDATES, Account
from handlers.telegram.connecting import build, hear_by_webhook, start
from tests.channels.telegram.fake_bot_api import TOKEN, FakeBotApi, Fault


async def test_the_commands_are_published_in_every_language(bot: Account, server: FakeBotApi) -> None:
    await start(bot, (texts(), texts("en")))
    private = [call.params for call in server.said("setMyCommands") if "group" not in str(call.params.get("scope"))]
    first = {each.get("language_code", ""): each["commands"][0]["description"] for each in private}
    chinese, english = texts()("telegram.command_start"), texts("en")("telegram.command_start")
    assert first == {"": chinese, "zh": chinese, "en": english}


async def test_in_groups_only_binding_is_a_command(bot: Account, server: FakeBotApi) -> None:
    await start(bot, (texts(),))
    group = [call.params for call in server.said("setMyCommands") if "group" in str(call.params.get("scope"))]
    assert {command["command"] for each in group for command in each["commands"]} == {"bind"}


async def test_an_absent_telegram_is_waited_for(server: FakeBotApi) -> None:
    server.faults.append(Fault("getMe", 502, times=3))
    bot = build(TOKEN, server.url)
    await start(bot, (), pause=0.01)
    assert bot.username == "yingshao_bot"
    await bot.shutdown()


async def test_a_wrong_token_is_said_without_showing_it(server: FakeBotApi) -> None:
    server.faults.append(Fault("getMe", 401, "Unauthorized"))
    bot = build(TOKEN, server.url)
    with pytest.raises(BadSettings, match=r"settings\.token_unknown") as caught:
        await start(bot, ())
    assert TOKEN not in "".join(str(caught.getrepr(style="short")))
    await bot.shutdown()


async def test_commands_that_are_not_taken_stop_nothing(
    bot: Account, server: FakeBotApi, caplog: pytest.LogCaptureFixture
) -> None:
    server.faults.append(Fault("setMyCommands", 400, "Bad Request: BOT_COMMAND_INVALID"))
    await start(bot, (texts(),))
    assert "could not be published" in caplog.text
    assert len(server.said("setMyCommands")) == 4  # for people and groups, for all and for who reads Chinese


async def test_a_webhook_is_set_with_its_secret(bot: Account, server: FakeBotApi) -> None:
    await hear_by_webhook(bot, "https://example.org/telegram", "secret")
    assert server.webhook["secret_token"] == "secret"
    assert server.webhook["allowed_updates"] == list(ALLOWED_UPDATES)


async def test_a_webhook_that_is_not_taken_is_a_matter_of_settings(bot: Account, server: FakeBotApi) -> None:
    server.faults.append(Fault("setWebhook", 400, "Bad Request: bad webhook: HTTPS url must be provided for webhook"))
    with pytest.raises(BadSettings, match=r"settings\.webhook_refused") as refused:
        await hear_by_webhook(bot, "http://example.org", "secret")
    assert "https url" in refused.value.say(texts()).lower()


def test_a_proxy_of_the_environment_is_used_but_not_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert build(TOKEN).request._proxy == "http://proxy.example:3128"  # type: ignore[attr-defined]
    assert build(TOKEN, "https://127.0.0.1:1").request._proxy is None  # type: ignore[attr-defined]


def test_a_proxy_that_cannot_be_used_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "socks5://proxy.example:1080")
    with pytest.raises(BadSettings, match=r"settings\.proxy_unfit"):
        build(TOKEN)


def test_an_account_does_not_show_its_token_when_it_is_printed() -> None:
    assert TOKEN not in repr(build(TOKEN))


async def test_a_webhook_is_set_once_telegram_is_back(bot: Account, server: FakeBotApi) -> None:
    server.faults.append(Fault("setWebhook", 502, times=2))
    await hear_by_webhook(bot, "https://example.org/telegram", "secret", pause=0.01)
    assert server.webhook["url"] == "https://example.org/telegram"
