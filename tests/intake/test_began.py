"""What was printed before the program begins says that it did, and nobody else sees it."""

from pathlib import Path

from grader.intake.began import BEGINS, began, without_mark
from grader.model.run import Outcome, ProcessEnd

START = Path(__file__).parents[2] / "grader" / "probe" / "start.py"


def ended(stdout: str) -> ProcessEnd:
    """A process that printed this."""
    return ProcessEnd(outcome=Outcome.ERROR, exit_code=1, stdout=stdout)


def test_a_program_that_was_begun_is_known_by_the_first_line() -> None:
    assert began(ended(f"{BEGINS}hello\n"))
    assert without_mark(ended(f"{BEGINS}hello\n")).stdout == "hello\n"


def test_only_the_first_line_counts() -> None:
    assert not began(ended(""))
    assert not began(ended(f"hello\n{BEGINS}"))
    assert without_mark(ended(f"{BEGINS}{BEGINS}")).stdout == BEGINS


def test_the_probe_prints_the_same_line() -> None:
    assert f"BEGINS = {BEGINS!r}".replace("'", '"') in START.read_text()
