"""How long it takes to read what somebody wants: `python -m tests.bench.reading`."""

import random

from bot.triage.catalogue import shipped
from bot.triage.reading import Triage
from tests.bench.places import ROUNDS, timed

SENTENCES = (
    "金康苑3号楼2单元楼道灯坏了三天了，请尽快来修，老人上下楼不方便",
    "楼上漏水把我家天花板泡了，找了物业好几次都没有人管",
    "帮我妈取个快递，送到3号楼2单元501",
    "谢谢，但是灯还没修好",
)
SIGNS = "".join(SENTENCES) + " ,。A-#/\\\n12１①〇零百千万亿\u200b\u202e=+@"


def main() -> None:
    triage, chance = Triage(shipped()), random.Random(1)
    # Each is told once: what was read a moment ago is remembered.
    timed("what people write", lambda turn: triage.read(f"{SENTENCES[turn % len(SENTENCES)]}，{turn}户"))
    nonsense = ["".join(chance.choices(SIGNS, k=200)) for _ in range(ROUNDS)]
    timed("two hundred signs of nonsense", lambda turn: triage.read(nonsense[turn]))


if __name__ == "__main__":
    main()
