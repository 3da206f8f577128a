"""Every command that a page shows is typed, in its order; commands in sentences exist."""

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from elsewhere import ELSEWHERE
from pages import PAGES, ROOT, SHELL, Block, blocks, spans
from typed import Typed
from typer.main import get_command

from grader.cli.main import app

TYPED = re.compile(r"\$ |(grader|make|pytest|python|pip|ray|git) |python -m")
"""How a line begins that somebody types."""
CUT_SHORT = re.compile(r"grader check lab[23] ")
STARTER = re.compile(r"grader ci lab1 ada-lab1 ")
LONG = ("docs/python.md", "docs/course.md", "assignments/lab3/README.md")
"""Pages whose commands train for long: CI types them."""
OTHER_WAY = "# or"
"""A comment that begins so says that the line is another way: it begins in a clean folder."""


def _starter_filled_in(folder: Path) -> None:
    """Do the exercises, as the line's comment says."""
    (folder / "my_lab1.py").write_bytes((ROOT / "reference/lab1_mnist_mlp.py").read_bytes())


THEN: Mapping[str, Callable[[Path], None]] = {
    "cp assignments/lab1/starter.py my_lab1.py": _starter_filled_in,
}
"""What the reader does by hand after a command."""


def command_of(line: str) -> str:
    """A line without its comment."""
    return re.sub(r"\s+#( .*)?$", "", line).strip()


def endings(command: str) -> set[int]:
    """The exit codes a command may end with.

    What is handed in to labs 2 and 3 is cut short here, so it may be graded and not pass. The
    starter must not.
    """
    if STARTER.match(command):
        return {1}
    return {0, 1} if CUT_SHORT.match(command) else {0}


def shown() -> list[str]:
    """Every command of every page."""
    return [command_of(line) for page in PAGES for block in _typed(page) for line in block.lines]


def _typed(page: str) -> list[Block]:
    return [block for block in blocks(page) if block.language in SHELL]


def _runs(block: Block) -> bool:
    """Whether a block is one of a reader: a file that is to be written, commands, or Python."""
    return bool(block.file) or block.language in (*SHELL, "python")


def _with_commands() -> Iterator[Any]:
    for page in PAGES:
        if any(map(_runs, blocks(page))):
            yield pytest.param(page, marks=[pytest.mark.thorough] if page in LONG else [])


@pytest.mark.training
@pytest.mark.parametrize("page", list(_with_commands()))
def test_every_command_of_a_page_works_in_its_order(page: str, typed: Typed) -> None:
    for block in filter(_runs, blocks(page)):
        if block.file:
            path = typed.folder / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text)
        elif block.language == "python":
            typed.python(block.text)
        else:
            _type(typed, block)


def _type(typed: Typed, block: Block) -> None:
    for line in block.lines:
        command = command_of(line)
        if command in ELSEWHERE:
            continue
        if OTHER_WAY in line:
            typed.again()
        code, said = typed.line(command)
        assert code in endings(command), f"{block.page}:{block.line}: {command}: {code}, {said}"
        if command in THEN:
            THEN[command](typed.folder)


def test_what_is_run_elsewhere_is_still_shown() -> None:
    assert set(ELSEWHERE) - set(shown()) == set()
    assert set(THEN) - set(shown()) == set()


def test_what_is_typed_is_marked_as_such() -> None:
    unmarked = [
        f"{page}:{block.line}"
        for page in PAGES
        for block in blocks(page)
        if block.language not in SHELL
        and not block.file
        and any(TYPED.match(line) for line in block.text.splitlines())
    ]
    assert unmarked == []


def missing_of(text: str) -> list[str]:
    """What a command in a sentence names that there is not: a sub-command, or an option."""
    command, words = get_command(app), shlex.split(text.replace("'", " "))[1:]
    while words and hasattr(command, "commands") and not words[0].startswith("-"):
        found = command.commands.get(words[0])
        if found is None:
            return [] if words[0] == "…" else [words[0]]
        command, words = found, words[1:]
    options = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
    named = {word.split("=")[0] for word in words if word.startswith("-")}
    return sorted(named - options - {"--help"})


@pytest.mark.parametrize("page", [*PAGES, "CHANGELOG.md", "benchmarks/README.md"])
def test_commands_in_sentences_exist_with_their_options(page: str) -> None:
    for text in spans(page):
        if text.startswith("grader "):
            assert missing_of(text) == [], text


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("grader batch … --engine ray", []),
        ("grader data import archive.zip --to data", []),
        ("grader data improt archive.zip", ["improt"]),
        ("grader check lab1 my_lab1.py --practise", ["--practise"]),
        ("grader grade lab1", ["grade"]),
    ],
)
def test_what_a_sentence_gets_wrong_is_found(text: str, missing: list[str]) -> None:
    assert missing_of(text) == missing
