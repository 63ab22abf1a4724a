"""The house rules that no linter knows: files and classes stay small, both languages say the same things."""

import ast
import re
import string
import sys
import tomllib
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from bot.texts import FIRST, load

ROOT = Path(__file__).parents[1]
SOURCES = sorted(path for folder in ("bot", "handlers", "storage", "tests") for path in (ROOT / folder).rglob("*.py"))
CLASSES = [
    (path, node)
    for path in SOURCES
    for node in ast.walk(ast.parse(path.read_text("utf-8")))
    if isinstance(node, ast.ClassDef)
]
CATALOGUES = ROOT / "bot" / "texts"
# A placeholder counts as Chinese: what is put in its place mostly is.
_NARROW = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef“”])[,:?!;()]|[,:?!;()](?=[\u3000-\u9fff\uff00-\uffef“”])")
_BLANK = re.compile(r"\{[^{}]*\}")
LANGUAGES = sorted(path.name for path in CATALOGUES.iterdir() if path.is_dir() and list(path.glob("*.toml")))
CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
# Where Chinese is understood and not said: what people type, what stands in their tables and files.
UNDERSTANDS = (
    "bot/triage/",
    *(f"bot/grid/{name}.py" for name in ("cells", "gazetteer", "names", "numerals", "parsing", "places", "rosters")),
    *(f"bot/grid/{name}.py" for name in ("sheets", "surroundings")),
    *(f"bot/chat/{name}.py" for name in ("conversation", "muting", "quoting", "typed")),
    *(
        f"bot/chat/forms/{name}.py"
        for name in ("errand", "helping", "hushing", "place", "report", "shifts", "staff", "telling")
    ),
    *(f"bot/errands/{name}.py" for name in ("asking", "slots")),
    "bot/care/importing.py",
    "bot/homes/importing.py",
    "bot/homes/register.py",
    "bot/people/people.py",
    "bot/replaying.py",
    "handlers/telegram/splitting.py",
)
# Names: the invented district, the stand-in for Telegram in a replay, ours in --help and the columns of a file there.
NAMES = ("bot/grid/sample.py", "bot/phones.py", "bot/__main__.py", "bot/commands/calendar.py")
VAGUE = {"utils", "helpers", "manager", "base", "common"}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_no_file_is_longer_than_can_be_read_at_one_sitting() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in SOURCES}
    assert {path: length for path, length in lengths.items() if length > 400} == {}


def test_no_class_does_more_than_a_dozen_things() -> None:
    public = {
        f"{path.relative_to(ROOT)}:{node.name}": sum(
            isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) and not part.name.startswith("_")
            for part in node.body
        )
        for path, node in CLASSES
    }
    assert {name: count for name, count in public.items() if count > 12} == {}


def test_every_file_has_a_name_that_says_something() -> None:
    assert [path for path in SOURCES if path.stem in VAGUE] == []


def imported(path: Path) -> set[str]:
    """Everything that a module imports, wherever in it: of `from a import b` both a and a.b, which may be a module."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


IMPORTED = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): imported(path)
    for path in SOURCES
    if "tests" not in path.parts
}


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {name: names & IMPORTED.keys() - {name} for name, names in IMPORTED.items()}
    assert [*TopologicalSorter(graph).static_order()]  # raises CycleError, which has the circle


def test_every_library_that_is_imported_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = {re.split(r"[^\w-]", wanted)[0] for wanted in project["dependencies"]}
    found = {name.partition(".")[0] for names in IMPORTED.values() for name in names}
    libraries = found - sys.stdlib_module_names - {"bot", "handlers", "storage"}
    homes = {name: {home.lower().replace("_", "-") for home in packages_distributions()[name]} for name in libraries}
    assert {name for name, home in homes.items() if not home & declared} == set()


def test_no_import_hides_from_running() -> None:
    hiding = re.compile(r"^\s*if (typing\.)?TYPE_CHECKING", re.MULTILINE)
    assert [path for path in SOURCES if hiding.search(path.read_text("utf-8"))] == []


def said_in_chinese(path: Path) -> list[str]:
    """The literals of a file that hold Chinese and are no docstring."""
    found = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    explained = {id(part.value) for part in found if isinstance(part, ast.Expr)}
    literals = (part for part in found if isinstance(part, ast.Constant) and id(part) not in explained)
    return [part.value for part in literals if isinstance(part.value, str) and CHINESE.search(part.value)]


def test_every_word_that_is_said_stands_in_the_catalogues() -> None:
    names = {path: path.relative_to(ROOT).as_posix() for path in SOURCES if path.relative_to(ROOT).parts[0] != "tests"}
    spoken = {name: said_in_chinese(path) for path, name in names.items() if not name.startswith(UNDERSTANDS + NAMES)}
    assert {name: literals for name, literals in spoken.items() if literals} == {}


def test_nothing_is_let_off_without_need() -> None:
    literals = {path.relative_to(ROOT).as_posix(): said_in_chinese(path) for path in SOURCES}
    found = {name for name, chinese in literals.items() if chinese}
    assert [place for place in UNDERSTANDS + NAMES if not any(name.startswith(place) for name in found)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_texts(language: str) -> None:
    assert set(load(language)) ^ set(load(FIRST)) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_fills_in_the_same_values_in_every_language(language: str) -> None:
    first, other = load(FIRST), load(language)
    different = [key for key in first.keys() & other.keys() if placeholders(first[key]) != placeholders(other[key])]
    assert different == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty(language: str) -> None:
    assert [key for key, text in load(language).items() if not text.strip()] == []


def test_chinese_has_the_punctuation_of_chinese() -> None:
    assert {key: text for key, text in load("zh-CN").items() if _NARROW.search(_BLANK.sub("字", text))} == {}
