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


def test_what_a_kernel_says_when_it_starts_is_left_out() -> None:
    assert without_mark(ended(f"NOTE: quit me\n{BEGINS}hello\n")).stdout == "hello\n"


def test_without_the_line_nothing_began() -> None:
    assert not began(ended("NOTE: quit me\n"))
    assert without_mark(ended("NOTE: quit me\n")).stdout == "NOTE: quit me\n"


def test_a_program_that_prints_the_line_keeps_it() -> None:
    assert without_mark(ended(f"{BEGINS}{BEGINS}")).stdout == BEGINS


def test_the_probe_prints_the_same_line() -> None:
    assert f"BEGINS = {BEGINS!r}".replace("'", '"') in START.read_text()
