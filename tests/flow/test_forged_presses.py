"""Presses that no button of ours makes: answered in words, and nothing falls over."""

import pytest

from storage.database import Database
from tests.flow.errand_walk import words
from tests.flow.homes_walk import home
from tests.flow.rig import Rig, build


@pytest.fixture
async def rig(database: Database) -> Rig:
    rig = await build(database)
    await home(rig)
    return rig


@pytest.mark.parametrize(
    "choice",
    [
        "r:0:open:abc", "r:0:open:99999999999999999999", "r:²:page", "r:99999999999999999999:page", "r:1:list:²",
        "r:1:added:king", "r:1:relation_is:king", "r:0:new:x", "r:1:person", "r:1:nothing", "r:1:tel_is", "r::page",
        "k:99999999999999999999:card", "k:1:daycare_book:²", "k:0:daycare_seat:x", "k:1:well", "k:1:unwell",
        "h:99999999999999999999:1:妈妈", "h:0::", "h:²:1", "c:99999999999999999999:show",
    ],
)  # fmt: skip
@pytest.mark.parametrize("who", ["li", "worker", "manager"])
async def test_a_forged_press_is_answered_in_words(rig: Rig, who: str, choice: str) -> None:
    told = words(await rig.say(who, choice=choice))
    assert told
    assert "出了点问题" not in told
