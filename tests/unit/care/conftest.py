"""A town in memory, with the places of the tests of places."""

import pytest

from bot.grid.directory import Directory
from bot.town import Town
from tests.unit.grid.conftest import POSTS, STAFF, UNITS
from tests.unit.towns import town_of


@pytest.fixture(scope="session")
def town() -> Town:
    return town_of(Directory.build(1, UNITS, POSTS, STAFF))
