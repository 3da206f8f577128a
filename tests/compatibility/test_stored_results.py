"""Results, rubrics and baselines as version 0.1.0 wrote them are still read.

``stored`` holds a class that was graded on practice data with a fifth of the validation images held
out: a notebook, a wrong network, a crash, a grade that a person accepted, one that still waits, and
who handed nothing in. It is never made anew: what a later version changes must be able to read it.
"""

import json
import shutil
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner

import grader
from grader.cli.main import app
from grader.results.store import read_results

STORED = Path(__file__).parent / "stored"
STANDINGS = {
    "ada": ("passed", 100),
    "bob": ("failed", 40),
    "cleo": ("failed", 10),
    "dan": ("failed", 50),
    "eve": ("passed", 100),
    "flo": ("missing", None),
    "gus": ("review", 50),
}


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what was stored."""
    shutil.copytree(STORED, tmp_path / "stored")
    monkeypatch.chdir(tmp_path / "stored")
    monkeypatch.setenv("GRADER_COURSE", "course")
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path / "stored"


def run(*arguments: str) -> str:
    """What a command printed that did its work."""
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    return done.output


def standings() -> dict[str, tuple[str, float | None]]:
    """How everybody stands, and their scores."""
    found = grader.read_results("results")
    assert found.damaged == ()
    return {
        one.student: (str(one.standing), one.graded.grade.score if one.graded else None)
        for one in found.members
    }


def test_a_class_is_read(stored: Path) -> None:
    assert standings() == STANDINGS
    found = grader.read_results("results")
    names = {one.student: one.name for one in found.members}
    assert (names["ada"], names["flo"]) == ("Ada Lovelace", "Flo")


def test_each_grade_fits_the_schema_in_the_package(stored: Path) -> None:
    schema = json.loads((files("grader.results") / "grade.schema.json").read_text())
    grades = sorted(stored.glob("results/*/grade.json"))
    assert len(grades) == 6
    for path in grades:
        document = json.loads(path.read_text())
        # A later version may always write a field that an earlier one did not know.
        optional = json.loads(json.dumps(schema), object_hook=_nothing_required)
        jsonschema.validate(document, optional)


def _nothing_required(model: dict) -> dict:
    return {
        name: value for name, value in model.items() if name != "required" or "type" not in model
    }


def test_a_regrade_changes_no_grade_and_keeps_what_people_decided(stored: Path) -> None:
    reviews = {path: path.read_bytes() for path in stored.glob("results/*/review.json")}
    assert len(reviews) == 2
    assert "6 graded again, 0 changed" in run("regrade", "results")
    assert standings() == STANDINGS
    assert {path: path.read_bytes() for path in reviews} == reviews
    assert read_results(stored / "results").damaged == ()


def test_reports_of_students_and_the_class_are_rendered(stored: Path) -> None:
    run("report", "results")
    assert "Ada Lovelace" in (stored / "results/index.html").read_text()
    for student, (_, score) in STANDINGS.items():
        if score is not None:
            assert f"{score:g}" in (stored / "results" / student / "report.html").read_text()


def test_what_waits_for_a_person_is_shown_with_its_evidence(stored: Path) -> None:
    assert "gus" in run("review", "results")
    assert "computes something else than in training" in run("review", "results", "gus")


def test_grades_are_exported(stored: Path) -> None:
    run("export", "csv", "results", "--out", "grades.csv")
    text = (stored / "grades.csv").read_text()
    assert all(student in text for student in STANDINGS)


@pytest.mark.parametrize("lab", ["lab1", "lab2", "lab3"])
def test_rubrics_of_the_first_schema_are_right(stored: Path, lab: str) -> None:
    assert "100 points, passed from 70" in run("rubric", "check", f"course/rubrics/{lab}.yaml")
