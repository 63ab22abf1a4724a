"""The catalogue as shipped and a triage that has learnt nothing."""

import csv
from pathlib import Path

import pytest
from hypothesis import settings

from bot.triage.catalogue import shipped
from bot.triage.kinds import Kinds
from bot.triage.reading import Triage

settings.register_profile("patient", deadline=None)  # the machines that test are shared, and dictionaries load late
settings.load_profile("patient")


@pytest.fixture(scope="session")
def kinds() -> Kinds:
    return shipped()


@pytest.fixture(scope="session")
def triage(kinds: Kinds) -> Triage:
    return Triage(kinds)


@pytest.fixture(scope="session")
def appeals() -> list[dict[str, str]]:
    """Real appeals, which are never committed: id, subject, text, category."""
    path = Path(__file__).parents[3].parent / "shared" / "data" / "appeals_dev.csv"
    if not path.exists():
        pytest.skip("no ../shared/data/appeals_dev.csv beside this checkout")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
