"""``grader demo``: its samples, its exit code, and what it says of the machine."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from builders import criterion, evidence, expectation, rubric
from endings import Command

from grader.checks import CHECKS
from grader.cli import check
from grader.model.grade import Grade
from grader.pipeline import Request
from grader.sandbox import choose
from grader.sandbox.choose import Inspection
from grader.scoring import score

RIGHT, WRONG = "worked-solution", "no-layers"
SAMPLES = [(slug, name) for slug in ("lab1", "lab2") for name in (RIGHT, WRONG)]


def passing() -> Grade:
    return score(evidence(), rubric(criterion("a", points=10)), expectation(), CHECKS)


def failing() -> Grade:
    return passing().model_copy(update={"score": 2.0, "passed": False})


def reviewed() -> Grade:
    update = {"provisional": True, "needs_review": True, "reasons": ("It is odd.",)}
    return passing().model_copy(update=update)


@dataclass
class Checker:
    """Stands for the training of the samples: right ones pass, others do not."""

    others: dict[tuple[str, str], Grade] = field(default_factory=dict)
    asked: list[tuple[Request, Path, Path, str]] = field(default_factory=list)

    def __call__(
        self,
        request: Request,
        path: Path,
        out: Path,
        student: str,
        console: object,
        *,
        quiet: bool,
        trusted: bool,
    ) -> tuple[Grade, Path]:
        self.asked.append((request, path, out, student))
        usual = passing() if student == RIGHT else failing()
        return self.others.get((request.assignment, student), usual), out / student


@pytest.fixture
def course(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course of two labs, each with a solution and a mistake."""
    folder = here / "course"
    (folder / "reference/mistakes").mkdir(parents=True)
    for slug in ("lab1", "lab2"):
        (folder / "assignments" / slug).mkdir(parents=True)
        (folder / "assignments" / slug / "assignment.yaml").write_text(
            f"{{schema: 1, slug: {slug}, title: T, dataset: {{name: mnist}}, classes: [a, b], "
            f"reference: reference/{slug}.py}}"
        )
        (folder / f"reference/{slug}.py").touch()
        (folder / f"reference/mistakes/{slug}_no_layers.py").touch()
    monkeypatch.setenv("GRADER_COURSE", str(folder))
    return folder


@pytest.fixture
def checker(course: Path, monkeypatch: pytest.MonkeyPatch) -> Checker:
    """Grades without training, on a machine where no sandbox works."""
    found = Checker()
    monkeypatch.setattr(check, "check_one", found)
    walls = Inspection("walls", 4, False, "It is not installed; install 'walls'.", ())
    monkeypatch.setattr(choose, "inspect_all", lambda: (walls,))
    return found


def test_right_samples_that_pass_and_wrong_ones_that_do_not_are_a_success(
    grader: Command, checker: Checker
) -> None:
    code, out, err = grader("demo")
    assert (code, err) == (0, "")
    assert [(one.assignment, student) for one, _, _, student in checker.asked] == SAMPLES
    assert "lab1 worked-solution: 10 of 10 points, passed" in out
    assert "lab1 no-layers: 2 of 10 points, not passed yet" in out


@pytest.mark.parametrize("sample", SAMPLES, ids="-".join)
def test_one_sample_that_needs_a_person_is_no_success_whatever_came_before_and_after(
    grader: Command, checker: Checker, sample: tuple[str, str]
) -> None:
    checker.others = {sample: reviewed()}
    code, out, err = grader("demo")
    assert (code, err) == (3, "")
    assert f"{' '.join(sample)}: 10 of 10 points, provisional, needs review" in out
    assert len(checker.asked) == len(SAMPLES)


def test_a_sample_without_a_score_is_no_success(grader: Command, checker: Checker) -> None:
    checker.others = {("lab1", RIGHT): reviewed().model_copy(update={"score": None})}
    code, out, _ = grader("demo")
    assert code == 3
    assert "lab1 worked-solution: No score" in out


def test_every_sample_is_graded_on_practice_data_in_a_place_of_its_own(
    grader: Command, checker: Checker, here: Path, course: Path
) -> None:
    _, out, _ = grader("demo", "--out", "shown", "--isolation", "0")
    assert {(one.practice, one.isolation) for one, _, _, _ in checker.asked} == {(True, 0)}
    assert [path.relative_to(course).as_posix() for _, path, _, _ in checker.asked] == [
        "reference/lab1.py",
        "reference/mistakes/lab1_no_layers.py",
        "reference/lab2.py",
        "reference/mistakes/lab2_no_layers.py",
    ]
    assert "Practice data: these are not grades." in out
    for slug, name in SAMPLES:
        assert str(here / "shown" / slug / name / "report.html") in out


def test_what_the_machine_lacks_is_said(grader: Command, checker: Checker) -> None:
    _, out, _ = grader("demo")
    assert "Run at isolation level 3 (bubblewrap) on cpu." in out
    assert "Without walls (level 4): It is not installed; install 'walls'." in out
    assert "Without a GPU" in out


def test_without_solutions_there_is_nothing_to_show(
    grader: Command, checker: Checker, course: Path
) -> None:
    (course / "reference/lab2.py").unlink()
    code, _, err = grader("demo")
    assert (code, err.count("\n"), checker.asked) == (2, 1, [])
    assert "no worked solution for lab2" in err


def test_without_assignments_there_is_nothing_to_show(
    grader: Command, checker: Checker, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "empty/assignments").mkdir(parents=True)
    monkeypatch.setenv("GRADER_COURSE", str(here / "empty"))
    code, _, err = grader("demo")
    assert (code, err.count("\n"), checker.asked) == (2, 1, [])
    assert "has no assignments to demonstrate" in err


@pytest.mark.parametrize(("name", "grade"), [(RIGHT, failing()), (WRONG, passing())])
def test_a_sample_with_a_grade_it_must_not_get_is_no_success(
    grader: Command, checker: Checker, name: str, grade: Grade
) -> None:
    checker.others = {("lab1", name): grade}
    code, out, _ = grader("demo")
    assert code == 3
    assert f"{name}: this is not the grade it must get" in out
