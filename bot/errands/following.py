"""What every change of an errand's case brings with it: offers are closed, secrets are taken back and wiped."""

from dataclasses import replace
from datetime import datetime

from bot.cases.lifecycle import Case, State
from bot.cases.notices import tell
from bot.errands import letters
from bot.records import Records
from bot.town import Town


async def follow(records: Records, town: Town, before: Case, after: Case, now: datetime) -> None:
    """Bring the errand after its case: nobody but who has it sees its secrets, and nobody once it is done."""
    errand = await records.errands.get(after.id)
    if errand is None:
        return
    if before.state is State.OPEN and after.state is not State.OPEN:
        for person_id in await records.helpers.offered(after.id):
            if person_id != after.handler_id:
                await tell(records, person_id, letters.gone(town, after), now, after.id)
    done = after.ended or after.state is State.FINISHED
    left = before.handler_id is not None and after.handler_id != before.handler_id
    if done or left:
        await _take_back(records, town, before, now)
    if done:
        await records.errands.wipe(after.id)
    if left and not done:
        await records.errands.save(replace(errand, helper_id=None, on_way_at=None))


async def _take_back(records: Records, town: Town, case: Case, now: datetime) -> None:
    """Overwrite every message that shows a secret."""
    why = town.texts("errand.look_why")
    for number, look in enumerate(await records.looks.of_case(case.id)):
        if look.why == why:
            await tell(records, look.person_id, letters.wiped(town, case, number), now, case.id)
