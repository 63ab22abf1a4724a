"""The sample district to practise on: put into a fresh database, shown as three phones side by side."""

from collections.abc import Callable
from datetime import datetime

from bot.grid import sample
from bot.grid.directory import Directory
from bot.people.joining import issue
from bot.records import Storage


def is_sample(directory: Directory) -> bool:
    """Whether the people of this directory are the invented ones: only then may a page give out their invites."""
    invented = {(person.code, person.name) for person in sample.make().people}
    return bool(directory.staff) and all((s.code, s.name) in invented for s in directory.staff.values())


async def invites(storage: Storage, directory: Directory, clock: Callable[[], datetime]) -> dict[str, str]:
    """A fresh invite for each phone of the staff: the worker of 金康苑3号楼2单元 and the manager above."""
    people = {person.code: person.id for person in directory.staff.values()}
    phones = {"worker": sample.PRACTICE_WORKER, "manager": sample.PRACTICE_MANAGER}
    async with storage.writing() as records:
        return {name: await issue(records, people[code], None, clock()) for name, code in phones.items()}
