"""The grading of a class as it is shown."""

import errno
import io
import time
from types import SimpleNamespace

import pytest
from classes import evidence_of, grade_of
from rich.console import Console

from grader.batch.plan import Plan
from grader.batch.work import Work
from grader.cli import live_class
from grader.cli.live_class import LiveClass
from grader.intake.wire import ProgressLine
from grader.model.roll import Entry, Layout, Roll
from grader.model.run import Isolation, Outcome
from grader.sandbox.choose import Chosen

NASTY = "ev\x1b[31me\r::add-mask::x::\n"
PASSED = grade_of(evidence_of("ada"))


def setup_of(profile="official"):
    isolation = Isolation(level=3, backend="bubblewrap")
    return SimpleNamespace(chosen=Chosen(None, isolation), data=SimpleNamespace(profile=profile))


def shown(file=None, *, terminal=False):
    """A view, and what it writes to."""
    file = file or io.StringIO()
    console = Console(
        file=file, force_terminal=terminal, width=160, highlight=False, markup=False,
        _environ={"TERM": "xterm"},
    )  # fmt: skip
    return LiveClass(console), file


def plan(view, *students, kept=0, profile="official"):
    roll = Roll(
        assignment="lab1",
        layout=Layout.PLAIN,
        entries=tuple(Entry(student=one, source=f"{one}.py") for one in students),
    )
    works = [Work(one, None, expected_s=60.0) for one in students]
    view.planned(roll, Plan(works, kept), setup_of(profile), epochs=5)
    return works


@pytest.fixture(autouse=True)
def _drawn_at_once(monkeypatch):
    monkeypatch.setattr(live_class, "_DRAWN_S", 0.0)


def test_without_a_terminal_each_submission_has_a_line():
    view, file = shown()
    with view:
        ada, bob = plan(view, "ada", "bob", kept=3)
        view.begun(ada)
        view.look(1)
        view.graded("ada", PASSED)
        view.begun(bob)
        view.not_graded("bob", "it cannot be opened")
    assert file.getvalue().splitlines() == [
        "2 submissions (plain), 3 are graded already; isolation level 3 (bubblewrap)",
        "1/2 ada: 10 of 10 points, passed (48 s); 1 to go",
        "2/2 bob: not graded: it cannot be opened",
    ]


def test_what_is_tried_again_is_said_and_counted_once():
    view, file = shown()
    (ada,) = plan(view, "ada")
    view.begun(ada)
    view.put_off("ada")
    view.begun(ada)
    view.again("ada", 1)
    view.graded("ada", PASSED)
    assert view.done == 1
    assert "ada: will be tried again, alone, after the others\n1/1 ada: " in file.getvalue()


def test_practice_data_is_said_first():
    view, file = shown()
    plan(view, "ada", profile="practice")
    assert file.getvalue().startswith("Practice data: these are not grades.\n")


def test_a_terminal_has_a_table_of_what_runs():
    view, file = shown(terminal=True)
    with view:
        ada, _ = plan(view, "ada", "bob")
        view.begun(ada)
        view.heard("ada", ProgressLine(training=True, epoch=2, accuracy=0.5, elapsed_s=10))
        view.heard("ada", ProgressLine(accuracy=0.25, epoch=2))
        view.look(1)
    text = file.getvalue()
    for words in ("running", "ada", "epoch 2 of 5", "50", "25", "0/2", "no result yet"):
        assert words in text


def test_a_notebook_is_followed_by_its_cells_until_it_trains():
    view, _ = shown()
    (ada,) = plan(view, "ada")
    view.begun(ada)
    view.heard("ada", ProgressLine(cell=3, cells=9))
    assert view.runs["ada"].state == "cell 3 of 9"
    view.heard("ada", ProgressLine(training=True, epoch=7, elapsed_s=10))
    view.heard("ada", ProgressLine(cell=4, cells=9))
    assert view.runs["ada"].state == "epoch 7 of 7"


def test_grades_are_counted_by_what_they_mean():
    view, _ = shown()
    plan(view, "ada", "bob", "cy")
    below = PASSED.model_copy(update={"passed": False})
    review = PASSED.model_copy(update={"needs_review": True})
    for student, grade in (("ada", PASSED), ("bob", below), ("cy", review)):
        view.graded(student, grade)
    assert (view.passed, view.below, view.review, view.left) == (1, 1, 1, 0)


@pytest.mark.parametrize("terminal", [False, True])
def test_a_name_can_move_no_cursor_and_give_no_order(terminal):
    view, file = shown(terminal=terminal)
    with view:
        (work,) = plan(view, NASTY)
        view.begun(work)
        view.look(1)
        view.put_off(NASTY)
        view.begun(work)
        view.look(1)
        view.not_graded(NASTY, f"because {NASTY}")
    text = file.getvalue()
    assert "ev" in text
    assert "\x1b[31m" not in text
    assert "::add-mask::" not in text
    assert "e\r" not in text


def test_a_long_class_shows_what_fits():
    view, file = shown(terminal=True)
    students = [f"student{number:03}" for number in range(40)]
    with view:
        for work in plan(view, *students):
            view.begun(work)
        view.look(40)
    assert "and 16 more" in file.getvalue()
    assert "student039" not in file.getvalue()


class Gone(io.StringIO):
    """A terminal that somebody closed."""

    def __init__(self, error):
        super().__init__()
        self.error = error

    def write(self, text):
        raise self.error


def leave(console):
    """What rich does where nobody reads any more."""
    raise SystemExit(1)


@pytest.mark.parametrize("terminal", [False, True])
@pytest.mark.parametrize("error", [BrokenPipeError(), OSError(errno.EIO, "gone")], ids=str)
def test_a_closed_terminal_costs_nothing(terminal, error, monkeypatch):
    monkeypatch.setattr(Console, "on_broken_pipe", leave, raising=False)
    view, _ = shown(Gone(error), terminal=terminal)
    with view:
        (ada,) = plan(view, "ada", profile="practice")
        view.rejudged(None, PASSED)
        view.begun(ada)
        view.look(1)
        view.put_off("ada")
        view.begun(ada)
        view.look(1)
        view.graded("ada", PASSED)
    assert view.done == 1


def test_what_is_left_is_shared_by_the_slots_and_learns_from_what_was_seen(monkeypatch):
    now_s = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now_s)
    view, _ = shown()
    works = plan(view, "ada", "bob", "cy", "dan")
    view.slots = 2
    assert view.left_s() == 120  # four runs of a minute on two slots
    view.begun(works[0])
    now_s += 30
    view.graded("ada", PASSED)
    assert view.left_s() == 45  # they take half as long as expected
    view.begun(works[1])
    view.heard("bob", ProgressLine(training=True, epoch=1, elapsed_s=100))
    assert view.left_s() == 500  # none is done before the longest


def test_a_grade_that_changed_without_a_run_is_said():
    view, file = shown()
    view.rejudged(PASSED, PASSED.model_copy(update={"pass_mark": 9.0}))
    assert "ada: 5 to pass → 9 to pass" in file.getvalue()


def test_a_failure_of_ours_says_nothing_of_how_long_others_take():
    view, _ = shown()
    (ada,) = plan(view, "ada")
    view.begun(ada)
    fault = evidence_of(
        "ada", run=evidence_of("ada").run.model_copy(update={"outcome": Outcome.FAULT})
    )
    view.graded("ada", grade_of(fault))
    assert view.took_s == 0
