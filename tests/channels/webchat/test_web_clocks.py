"""A cookie that was signed by a clock other than ours, and when it ends."""

from datetime import UTC, datetime, timedelta

import pytest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from handlers.webchat.identity import Identity

CHAT = "A" * 22


def signed(when: timedelta) -> dict[str, str]:
    """A cookie that a clock which differs so much from ours has signed."""

    class Elsewhere(TimestampSigner):
        def get_timestamp(self) -> int:
            return int((datetime.now(UTC) + when).timestamp())

    return {"yingshao": str(URLSafeTimedSerializer("secret", salt="web chat cookie", signer=Elsewhere).dumps(CHAT))}


@pytest.mark.parametrize("ahead", [timedelta(seconds=2), timedelta(hours=1)])
def test_who_was_signed_by_a_clock_ahead_of_ours_is_no_stranger(ahead: timedelta) -> None:
    assert Identity("secret", "http://town.example").chat(signed(ahead), "") == CHAT


def test_a_cookie_ends_after_a_year() -> None:
    identity = Identity("secret", "http://town.example")
    found = [identity.chat(signed(timedelta(days=-days)), "") for days in (364, 366)]
    assert found == [CHAT, ""]
