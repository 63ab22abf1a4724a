"""Write docs/licences.md from what is installed: every library the service needs, direct or not, with its licence.

Run it in the project's environment after a change of requirements: `.venv/bin/python .ci/licences.py > docs/licences.md`
"""

import re
import tomllib
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

_NAME = re.compile(r"[A-Za-z0-9._-]+")
_LONG = 60
HEAD = """# Licences

What the service stands on, with the licence each library declares of itself. Made by `.ci/licences.py`; the libraries
used only for tests are not shipped and not listed. The Chinese font in `bot/fonts/` has its licence (SIL OFL 1.1) beside
it; the service's own licence is that of the repository.

| library | version | licence |
|---|---|---|"""


def needed() -> dict[str, Distribution]:
    """The service's libraries and theirs, by name, as far as they are installed here."""
    project = tomllib.loads(Path(__file__).parents[1].joinpath("pyproject.toml").read_text("utf-8"))["project"]
    found: dict[str, Distribution] = {}
    waiting = list(project["dependencies"])
    while waiting:
        wanted = waiting.pop()
        if "extra ==" in wanted and "asyncio" not in wanted:
            continue
        match = _NAME.match(wanted)
        name = match[0].lower().replace("_", "-") if match else ""
        if not name or name in found:
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            continue  # for another system or another Python
        waiting += found[name].requires or []
    return dict(sorted(found.items()))


def licence(library: Distribution) -> str:
    """The licence a library declares: its expression, else its short name, else its classifiers."""
    about = library.metadata
    declared = about.get("License-Expression") or about.get("License") or ""
    if declared and len(declared) < _LONG and "\n" not in declared:
        return declared
    classified = (c.rpartition(" :: ")[2] for c in about.get_all("Classifier") or [] if c.startswith("License ::"))
    return " OR ".join(classified) or "see its own files"


if __name__ == "__main__":
    print(HEAD)
    for name, library in needed().items():
        print(f"| {name} | {library.version} | {licence(library)} |")
