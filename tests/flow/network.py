"""A chat network of the tests' own: it notes what arrives, is slow in one chat, and fails when told."""

import asyncio

from bot.chat.messages import Outgoing, Stored
from bot.errors import Never


class Network:
    name = "net"

    def __init__(self) -> None:
        self.arrived: list[str] = []
        self.fault: Exception | None = None
        self.answer = asyncio.Event()  # of the chat that is slow

    async def send(self, chat: str, message: Outgoing, edit: str) -> str:
        if chat == "slow":
            await self.answer.wait()
        if self.fault is not None:
            raise self.fault
        self.arrived.append(f"{chat}:{message.text}{edit and '@' + edit}")
        return str(len(self.arrived))

    async def fetch(self, ref: str) -> Stored:
        raise Never(ref)

    def link(self, payload: str) -> str:
        return payload
