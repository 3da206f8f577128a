"""A grade in the terminal: about ten lines, with everything in them that must be said."""

from pathlib import Path

import pytest
from builders import claims, evidence, measurements, network, run_figures, unmeasured
from rich.console import Console

from grader.cli.show import show_grade
from grader.course import find_course
from grader.model.claims import Crash
from grader.model.diagnosis import Confidence, Diagnosis, Effect
from grader.model.evidence import Evidence, GapKind
from grader.model.grade import Grade
from grader.model.run import Outcome
from grader.model.source import Place
from grader.pipeline.attempts import judge
from grader.pipeline.setup import standard

MOST_LINES = 12
ROOT = Path(__file__).parent.parent.parent


def mistake(number: int) -> Diagnosis:
    """A mistake whose text has the sixty words a text may have."""
    return Diagnosis(
        id=f"mistake-{number}",
        title=f"The loss is given something number {number}",
        explanation="Every word of this sentence is a word of evidence. " * 4,
        fix="Change one thing in your program, and that is this one. " * 2,
        idea="The loss",
        confidence=Confidence.CERTAIN,
        effect=Effect.RUINS,
        where=Place(file="lab.ipynb", cell=14, line=3),
    )


def graded(found: Evidence, mistakes: int = 0) -> Grade:
    grade = judge(found, standard(find_course(ROOT), "lab1", "practice"))
    return grade.model_copy(update={"diagnosis": tuple(map(mistake, range(mistakes)))})


def told(grade: Grade, folder: Path, *, full: bool = False) -> str:
    console = Console(width=80, force_terminal=False, record=True, quiet=False)
    with console.capture() as caught:
        show_grade(console, grade, folder, full=full)
    return caught.get()


CRASH = Crash(type="RuntimeError", message="mat1 and mat2 shapes", file="lab.py", line=7)
CASES = {
    "right": (evidence(), 0),
    "right, with a mistake that cost nothing": (evidence(), 1),
    "learns nothing": (
        evidence(
            measurements=measurements(
                train_accuracy=0.1, valid_accuracy=0.1, snapshots=(), typical=None
            )
        ),
        3,
    ),
    "other layers": (evidence(measurements=measurements(layers=network("flatten", "linear"))), 3),
    "crashes": (
        unmeasured(
            GapKind.NOTHING_TRAINED,
            "no epoch of training was seen to its end",
            claims=claims(trace=None, crash=CRASH),
            run=run_figures(Outcome.ERROR, exit_code=1),
        ),
        1,
    ),
    "crashes, and nobody knows why": (
        unmeasured(
            GapKind.NOTHING_TRAINED,
            "no epoch of training was seen to its end",
            claims=claims(trace=None, crash=CRASH),
            run=run_figures(Outcome.ERROR, exit_code=1),
        ),
        0,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_grade_takes_about_ten_lines(name: str, tmp_path: Path) -> None:
    found, mistakes = CASES[name]
    out = told(graded(found, mistakes), tmp_path)
    assert len(out.splitlines()) <= MOST_LINES, out
    assert all(len(line) <= 80 for line in out.splitlines() if not line.startswith("report:"))


def test_the_first_mistake_is_told_whole_and_two_more_by_title(tmp_path: Path) -> None:
    out = " ".join(told(graded(CASES["learns nothing"][0], 4), tmp_path).split())
    first = mistake(0)
    assert f"Fix first: cell 14, line 3: {first.title}" in out
    assert " ".join(first.explanation.split()) in out
    assert f"→ {' '.join(first.fix.split())}" in out
    assert f"also found: {mistake(1).title}; " in out
    assert mistake(3).title not in out


def test_a_mistake_that_cost_nothing_is_not_urgent(tmp_path: Path) -> None:
    assert "Worth knowing" in told(graded(evidence(), 1), tmp_path)


@pytest.mark.parametrize("effect", [Effect.HARMLESS, Effect.MISLEADS])
def test_a_mistake_that_cost_nothing_does_not_hide_what_cost_points(
    effect: Effect, tmp_path: Path
) -> None:
    grade = graded(CASES["learns nothing"][0])
    harmless = mistake(0).model_copy(update={"effect": effect})
    grade = grade.model_copy(update={"diagnosis": (harmless,)})
    first = next(one for one in grade.criteria if one.points and one.verdict.value == "unmet")
    out = " ".join(told(grade, tmp_path).split())
    assert f"Fix first: {first.title}" in out
    assert f"also found: {harmless.title}" in out


def test_without_a_mistake_the_first_criterion_to_meet_is_told_whole(tmp_path: Path) -> None:
    grade = graded(CASES["crashes, and nobody knows why"][0])
    first = next(one for one in grade.criteria if one.points and one.verdict.value == "unmet")
    out = " ".join(told(grade, tmp_path).split())
    assert "Fix first: line 7 of lab.py" in out
    assert first.found in out
    assert first.help in out


def test_criteria_that_are_met_are_only_counted(tmp_path: Path) -> None:
    grade = graded(evidence())
    out = told(grade, tmp_path)
    assert f"met: {len(grade.criteria)} of {len(grade.criteria)} criteria" in out
    assert grade.criteria[0].title not in out


def test_what_must_be_said_is_said_in_either_form(tmp_path: Path) -> None:
    notes = ("one note", "two notes", "three notes")
    grade = graded(evidence(), 1).model_copy(
        update={"reasons": ("It is odd.",), "flags": ("It is odd.", "A flag."), "notes": notes}
    )
    for full in (False, True):
        out = told(grade, tmp_path, full=full)
        for said in (
            "Practice data: this is not your grade.",
            "needs review: It is odd.",
            "noticed, and settled: A flag.",
            "isolation level 3 (bubblewrap)",
            "report.html",
            "note: one note",
            "note: two notes",
        ):
            assert said in out
        assert ("three notes" in out) is full
        assert ("and 1 more note in the report" in out) is not full


def test_the_table_shows_every_criterion(tmp_path: Path) -> None:
    grade = graded(evidence())
    out = " ".join(told(grade, tmp_path, full=True).split())
    assert out.count("✓ met") == len(grade.criteria)


def test_the_first_mistake_stands_above_the_table(tmp_path: Path) -> None:
    grade = graded(CASES["learns nothing"][0], 2)
    out = " ".join(told(grade, tmp_path, full=True).split())
    head, table = out.split("criterion", 1)
    assert f"Fix first: cell 14, line 3: {mistake(0).title}" in head
    assert f"also found: {mistake(1).title}" in head
    assert mistake(0).title not in table


def test_a_mistake_that_is_only_possible_is_not_stated_flatly(tmp_path: Path) -> None:
    unsure = mistake(0).model_copy(update={"confidence": Confidence.POSSIBLE})
    grade = graded(CASES["learns nothing"][0]).model_copy(update={"diagnosis": (unsure,)})
    out = " ".join(told(grade, tmp_path).split())
    assert f"{unsure.title} (possible: see for yourself)" in out


def test_the_criteria_that_cost_most_are_told(tmp_path: Path) -> None:
    grade = graded(CASES["learns nothing"][0], 1)
    worst = max(grade.criteria, key=lambda one: one.points - one.earned)
    last = (*(one for one in grade.criteria if one is not worst), worst)
    assert worst.title in told(grade.model_copy(update={"criteria": last}), tmp_path)


def test_where_everything_waits_for_one_thing_that_is_told(tmp_path: Path) -> None:
    nothing = unmeasured(GapKind.NOTHING_TRAINED, "no epoch of training was seen to its end")
    out = " ".join(told(graded(nothing), tmp_path).split())
    assert "Fix first" in out
    assert "to the end of at least one epoch" in out
