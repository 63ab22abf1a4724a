"""The whole service under the load server of the rivals, pinned to one core: turns a second and processor time a turn.

    python -m tests.bench.load path/to/loadsrv.py [--residents 100] [--seconds 10] [--think 0]

The district has the seed's size and its staff have joined, so that every report becomes a card on a worker's phone. Three
hundred conversations of six kinds (five-turn reports from the menu, reports in one message, with a photo, an errand, a
look at one's cases, a change of mind) with the troubles and places of the simulated month are played in turn by weight.
`--profile COMMAND` is run beside it with the service's pid in place of {pid}.
"""

import argparse
import asyncio
import json
import os
import random
import shlex
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image, ImageFilter

from bot.chat.messages import Address
from bot.grid import sample
from bot.grid.directory import Directory, UnitKind
from storage.database import Database
from storage.districts import Districts
from storage.migrating import migrate
from storage.records import DatabaseStorage
from tests.bench.arrivals import TROUBLES
from tests.bench.month import JOINED

_STAFF = 9_000_000  # chats of staff begin here; the load server's residents are far below
_EACH = 50
_ASKED = "对不对|在哪里|这类事"
_SUBMIT = {"button_re": "提交", "expect": r"\d号|编号|报过"}
_OTHERWISE = {"button_re": "不是|另报|继续提交", "expect": ".", "optional": True}  # where it may be told already

Step = dict[str, Any]


def photo(folder: Path, chance: random.Random) -> str:
    """A file such as Telegram makes of a phone's picture: 1,280 by 960, some 90 kB."""
    path = folder / f"{chance.getrandbits(64):016x}.jpg"
    blur = ImageFilter.GaussianBlur(chance.uniform(2.5, 3.5))
    Image.effect_noise((1280, 960), 60).convert("RGB").filter(blur).save(path, "JPEG", quality=85)
    return str(path)


def conversations(directory: Directory, chance: random.Random, folder: Path) -> list[dict[str, Any]]:
    """Scripts for the load server, of all kinds, at places all over the district; their photos are put into the folder."""
    doors = [unit for unit in directory.units.values() if unit.kind is UnitKind.DOOR]

    def trouble() -> str:
        return chance.choices(list(TROUBLES), list(TROUBLES.values()))[0]

    def place() -> str:
        return directory.full_name(chance.choice(doors).id)

    def menu() -> list[Step]:
        return [
            {"text": "/start", "expect": "您好"},
            {"button_re": "反映问题", "expect": "是什么事"},
            {"text": f"{trouble()}，第{{n}}回了", "expect": _ASKED},
            {"text": place(), "expect": _ASKED},
            _SUBMIT,
            _OTHERWISE,
        ]

    def at_once() -> list[Step]:
        return [{"text": f"{place()}{trouble()}，我是{{i}}号住户", "expect": _ASKED}, _SUBMIT, _OTHERWISE]

    def pictured() -> list[Step]:
        return [
            {"button_re": "反映问题", "expect": "是什么事", "optional": True},
            {"photo": photo(folder, chance), "caption": trouble(), "expect": _ASKED},
            {"text": place(), "expect": _ASKED},
            _SUBMIT,
            _OTHERWISE,
        ]

    def errand() -> list[Step]:
        return [{"text": "帮我妈取个快递", "expect": "."}, {"text": "/cancel", "expect": "."}]

    def progress() -> list[Step]:
        return [{"text": "/mine", "expect": "."}]

    def wavering() -> list[Step]:
        return [
            {"text": trouble(), "expect": "."},
            {"text": "算了，不用了", "expect": "."},
            {"text": "/cancel", "expect": "."},
        ]

    kinds = ((menu, 6), (at_once, 2), (pictured, 1), (errand, 1), (progress, 1), (wavering, 1))
    return [{"weight": weight, "steps": make()} for make, weight in kinds for _ in range(_EACH)]


async def prepare(url: str, folder: Path) -> list[dict[str, Any]]:
    """A database with the seed's district and its staff; the conversations to play in it."""
    database = Database(url)
    await migrate(database)
    districts = Districts(database)
    await districts.apply(sample.make("seed"))
    directory = await districts.load()
    async with DatabaseStorage(database).writing() as records:
        for post in directory.posts.values():
            if post.role in JOINED and post.holder_id is not None:
                chat = Address("telegram", str(_STAFF + post.holder_id))
                await records.people.at(chat, "", now := datetime.now(UTC))
                await records.invites.join(chat, post.holder_id, now)
    await database.close()
    return conversations(directory, random.Random(7), folder)


def main() -> None:
    """Measure and let the load server print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("server", type=Path, help="the load server's program")
    parser.add_argument("--python", default=sys.executable, help="what runs the load server (it needs httptools)")
    parser.add_argument(
        "--service", default=sys.executable, help="what runs the service, as one that is installed without our tests"
    )
    parser.add_argument("--residents", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--think", type=float, default=0, help="mean seconds between an answer and the next words")
    parser.add_argument("--database", default="", help="a prepared database instead of an empty SQLite file")
    parser.add_argument("--profile", default="", help="a command to run beside it; {pid} is the service's")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = asked.database or f"sqlite+aiosqlite:///{folder}/load.db"
        script = Path(folder) / "script.json"
        script.write_text(json.dumps({"scripts": asyncio.run(prepare(url, Path(folder)))}, ensure_ascii=False), "utf-8")
        starting = Path(folder) / "start.sh"
        starting.write_text(
            'export YINGSHAO_TELEGRAM_TOKEN="$BOT_TOKEN" YINGSHAO_TELEGRAM_API_URL="$API_BASE"\n'
            f"exec taskset -c 1 {shlex.quote(asked.service)} bot.py run",
            "utf-8",
        )
        settings = {"YINGSHAO_DATABASE_URL": url, "YINGSHAO_DATA_DIR": folder, "YINGSHAO_WEB_PORT": "8899"}
        command = ["taskset", "-c", "0", asked.python, str(asked.server), "--quiet", "--brief", "--label", "ours"]
        command += ["--script", str(script), "--residents", str(asked.residents), "--duration", str(asked.seconds)]
        command += ["--think", str(asked.think), "--bot-cmd", f"bash {starting}", "--bot-log", f"{folder}/bot.log"]
        if asked.profile:
            command += ["--profile-cmd", asked.profile]
        subprocess.run(command, env=os.environ | settings, check=False)


if __name__ == "__main__":
    main()
