"""The records of one database, as the service opens them."""

import pytest

from storage.database import Database
from storage.records import DatabaseStorage


@pytest.fixture
def storage(database: Database) -> DatabaseStorage:
    return DatabaseStorage(database)
