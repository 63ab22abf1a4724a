"""The sample district to practise on: put into a fresh database, shown as three phones side by side."""

from collections.abc import Callable
from datetime import datetime

from bot.grid import sample
from bot.grid.changes import Changes
from bot.grid.directory import Directory
from bot.people.joining import issue
from bot.records import Storage


def is_sample(directory: Directory) -> bool:
    """Whether the people of this directory are the invented ones: only then may a page give out their invites."""
    invented = {(person.code, person.name) for person in sample.make().people}
    return bool(directory.staff) and all((s.code, s.name) in invented for s in directory.staff.values())


def mixed(changes: Changes) -> bool:
    """Whether a district comes in beside the sample district, whose invented people would stay on duty."""
    invented = {(person.code, person.name) for person in sample.make().people}
    brought = (*changes.people.added, *(now for _before, now in changes.people.changed))
    return any((person.code, person.name) in invented for person in changes.people.missing) and any(
        (person.code, person.name) not in invented for person in brought
    )


async def invites(storage: Storage, directory: Directory, clock: Callable[[], datetime]) -> dict[str, str]:
    """A fresh invite for each phone of the staff: the worker of 金康苑3号楼2单元 and the manager above."""
    people = {person.code: person.id for person in directory.staff.values()}
    phones = {"worker": sample.PRACTICE_WORKER, "manager": sample.PRACTICE_MANAGER}
    async with storage.writing() as records:
        return {name: await issue(records, people[code], None, clock()) for name, code in phones.items()}
