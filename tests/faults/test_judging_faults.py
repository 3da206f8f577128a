"""After minutes of training something of ours fails: the run is kept, and told where it is."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fakes import Actors, train_honestly
from kept import RESULTS, Check, assert_clean, assert_fault, assert_regraded, assert_said, grade_in

from grader.model.run import ProcessEnd
from grader.sandbox.interface import Job

ROOT = Path(__file__).parents[2]
CHECK = """
import sys
from grader.checks.interface import Check, NoParameters

CHECK = Check("own", "Looks at something.", NoParameters, lambda *_: {body})
"""
BUGS = {
    "raises": ("1 / 0", "The check 'own' failed: ZeroDivisionError"),
    "gives no finding": ("None", "The check 'own' failed: TypeError: it returned no finding"),
    "ends the process": ("sys.exit(0)", "The check 'own' failed: SystemExit"),
    "never ends calling itself": ("(f := lambda: f())()", "The check 'own' failed: RecursionError"),
}


@pytest.fixture
def course(here: Path) -> Path:
    """A course whose first lab has a check of its own."""
    folder = here / "course"
    for name in ("assignments", "rubrics"):
        shutil.copytree(ROOT / name, folder / name)
    rubric = folder / "rubrics/lab1.yaml"
    own = "criteria:\n  - id: own\n    title: Something of our own\n    points: 0\n    check: own\n"
    rubric.write_text(rubric.read_text().replace("criteria:\n", own))
    (folder / "checks").mkdir()
    return folder


@pytest.mark.parametrize("what", BUGS)
def test_a_course_s_check_with_a_bug_loses_no_run(
    check: Check, grader: Check, here: Path, course: Path, what: str
) -> None:
    body, words = BUGS[what]
    (course / "checks/own.py").write_text(CHECK.format(body=body))
    assert_said(check(Actors(), "--course", course), words)
    grade = grade_in(RESULTS / "lab")
    assert (grade["provisional"], grade["needs_review"]) == (True, True)
    assert grade["score"] is None or grade["score"] > 0  # the other checks judged all the same
    assert_clean(here)
    good = "from grader.model.verdict import met\n" + CHECK.format(body="met('It is.', 'It is.')")
    (course / "checks/own.py").write_text(good)
    ended = grader("regrade", RESULTS, "--course", course)
    assert (ended.code, "1 graded again, 1 changed" in ended.out) == (0, True), ended
    assert grade_in(RESULTS / "lab")["needs_review"] is False


def raising(*_: object, **__: object) -> Any:
    raise KeyError("a bug")


@pytest.mark.parametrize("stage", ["best_first", "judge"])
def test_judging_that_fails_keeps_the_run_without_a_score(
    check: Check, grader: Check, here: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(f"grader.pipeline.path.{stage}", raising)
        grade = assert_fault(check(Actors()), "could not be judged (KeyError", "'grader regrade'")
    assert {one["verdict"] for one in grade["criteria"]} == {"fault"}
    assert grade["score"] is None
    assert_clean(here)
    assert_regraded(grader)
    assert grade_in(RESULTS / "lab")["score"] > 0


def test_another_attempt_that_fails_does_not_cost_the_first(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = check(Actors(), "--json")
    monkeypatch.setattr("grader.pipeline.path.another_may_tell", raising)
    assert check(Actors(), "--json") == expected


STAGES = {
    "reading what it says": "grader.pipeline.run.read_claims",
    "reading its notebook": "grader.pipeline.run.executed_notebook",
    "reading its model": "grader.pipeline.evaluate.take_artefact",
    "fitting its inputs": "grader.pipeline.evaluate.fit_preprocessing",
    "comparing with labels": "grader.pipeline.evaluate.measure",
}


@pytest.mark.parametrize("stage", STAGES)
def test_a_bug_after_the_run_is_a_fault_that_names_its_place(
    check: Check, grader: Check, here: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    def student(job: Job) -> ProcessEnd:
        return train_honestly(job).model_copy(update={"stdout": "Epoch 1\n", "stderr": "a word"})

    with monkeypatch.context() as patch:
        patch.setattr(STAGES[stage], raising)
        assert_fault(check(Actors(student)), "KeyError: 'a bug' (", "Grade it again")
    assert (RESULTS / "lab/stdout.txt").read_text() == "Epoch 1\n"
    assert (RESULTS / "lab/stderr.txt").read_text() == "a word"
    assert_clean(here)
    assert_regraded(grader)


def test_a_report_that_cannot_be_made_costs_only_the_report(
    check: Check, grader: Check, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("grader.reports.images.gallery", raising)
        ended = check(Actors())
        assert_said(ended, "the report could not be made (KeyError", str(RESULTS / "lab"))
    assert grade_in(RESULTS / "lab")["score"] > 0
    assert "could not be made" in (RESULTS / "lab/report.html").read_text()
    assert_clean(here)
    assert grader("report", RESULTS / "lab").code == 0
    assert "could not be made" not in (RESULTS / "lab/report.html").read_text()


def test_a_template_that_is_damaged_costs_only_the_report(
    check: Check, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from grader.reports import environment as templating

    templates = here / "templates"
    shutil.copytree(templating.TEMPLATES, templates)
    (templates / "head.html.j2").write_text("{{ grade.nothing_of_the_kind }}")
    monkeypatch.setattr(templating, "TEMPLATES", templates)
    templating.environment.cache_clear()
    ended = check(Actors())
    templating.environment.cache_clear()
    assert_said(ended, "UndefinedError", f"'grader report {RESULTS / 'lab'}' makes the report")
    assert grade_in(RESULTS / "lab")["score"] > 0


def a_file(results: Path) -> None:
    """Somebody put a file where the results belong."""
    results.rmdir()
    results.write_text("")


def full(results: Path) -> None:
    """The results lie on a disk that takes no byte more."""
    results.rmdir()
    results.symlink_to("/proc/self/task")  # as good as full: nothing can be made there


SPOILS: dict[str, Callable[[Path], None]] = {"is a file now": a_file, "takes nothing": full}


def kept_in(ended: Any) -> Path:
    """The folder that the sentence names."""
    return Path(ended.said.partition("is kept in ")[2].partition(". Make room")[0])


@pytest.mark.parametrize("what", SPOILS)
def test_results_that_cannot_be_written_are_kept_elsewhere(
    check: Check, grader: Check, here: Path, what: str
) -> None:
    def student(job: Job) -> ProcessEnd:
        SPOILS[what](here / RESULTS)
        return train_honestly(job)

    ended = check(Actors(student))
    assert_said(ended, "cannot be written", "nothing is lost", "Make room", "--out")
    place = kept_in(ended)
    assert place.is_relative_to(here / "TMPDIR")
    assert grade_in(place)["score"] > 0
    assert_regraded(grader, place)
    (here / RESULTS).unlink()
    assert check(Actors()).code in (0, 1)
    assert os.listdir(here / RESULTS) == ["lab"]


def test_without_room_for_temporary_files_either_it_is_kept_in_the_working_directory(
    check: Check, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    def student(job: Job) -> ProcessEnd:
        a_file(here / RESULTS)
        monkeypatch.setattr(tempfile, "tempdir", str(here / "nowhere"))
        return train_honestly(job)

    ended = check(Actors(student))
    assert_said(ended, "nothing is lost")
    assert kept_in(ended).is_relative_to(here)
    json.loads((kept_in(ended) / "evidence.json").read_text())


def test_a_result_that_can_be_kept_nowhere_is_still_told(
    check: Check, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere(*_: object) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("grader.pipeline.keep.write_result", nowhere)
    assert_said(check(Actors()), "No space left", "is lost", "of 100 points", "grade it again")
    assert os.listdir(here / "TMPDIR") == []
