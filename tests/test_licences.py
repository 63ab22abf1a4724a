"""Every library we pin for this system is in the list of licences."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_pinned_library_has_its_licence_listed() -> None:
    pinned = re.findall(r"^([a-z0-9._-]+)==\S+ \\$", (ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE)
    listed = re.findall(r"^\| ([a-z0-9-]+) \|", (ROOT / "docs" / "licences.md").read_text("utf-8"), re.MULTILINE)
    assert len(pinned) > 10
    assert set(pinned) - set(listed) == set(), "run: .venv/bin/python .ci/licences.py > docs/licences.md"
