"""Where it is, in people's own words, as a resident hears it back."""

import pytest

from storage.database import Database
from tests.flow.rig import Rig, build


@pytest.fixture
async def rig(database: Database) -> Rig:
    return await build(database)


async def test_a_misspelt_name_that_sounds_like_two_is_asked_about(rig: Rig) -> None:
    asked = await rig.say("li", "进康苑3号楼2单元楼道灯坏了三天了")
    assert {button.label[2:8] for button in asked[-1].buttons[:2]} == {"金康苑3号楼", "锦康苑3号楼"}


async def test_the_words_for_a_gate_are_kept_and_no_building_is_asked_for(rig: Rig) -> None:
    check = await rig.say("li", "锦康苑门口垃圾没人收")
    assert "锦康苑门口\n" in check[-1].text
