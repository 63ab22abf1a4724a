"""Asking for the board in the chat, and leaving it there."""

from bot.board.scope import units_of
from bot.board.sessions import issue, leave_all
from bot.chat.conversation import Scene
from bot.chat.messages import Button, Outgoing
from bot.errors import NotAllowed
from bot.records import Records


async def open_board(records: Records, scene: Scene, board_url: str) -> Outgoing:
    """A one-time link to the board. Raises NotAllowed for who has no post that opens it."""
    if not units_of(scene.town, scene.person.id, scene.today):
        raise NotAllowed("board.no_post")
    word = await issue(records, scene.person.id, scene.now)
    button = Button(scene.texts("board.link_open"), url=f"{board_url}/in?w={word}")
    return Outgoing(scene.texts("board.link"), (button,))


async def leave_board(records: Records, scene: Scene) -> Outgoing:
    """Every browser of this person is shut out at once."""
    await leave_all(records, scene.person.id, scene.now)
    return Outgoing(scene.texts("board.left"), menu=True)
