"""What the autograder does in a container: results, refusals, failures, and who may read what."""

import json
import os
import stat
import tempfile
import textwrap
import zipfile
from pathlib import Path

import fakes
import pytest
from container import ROOT, Container
from data_files import write_mnist

from grader.autograded.grading import grade_submission, prepare_image, request_of
from grader.autograded.place import HOME, Place
from grader.autograded.settings import read_settings
from grader.autograded.told import NO_PROGRAM
from grader.errors import CourseError, NoRoom, ResultsError
from grader.model.run import Outcome, ProcessEnd
from grader.sandbox import other_user
from grader.sandbox.plain import Plain

REFERENCE = (ROOT / "reference" / "lab1_mnist_mlp.py").read_text()
STATUS = {"passed", "failed"}
VISIBILITY = {"visible", "hidden", "after_due_date", "after_published"}


def assert_valid(document):
    """As the specification of the platform has it."""
    assert isinstance(document["score"], int | float)
    assert document["output_format"] == document["test_output_format"] == "text"
    for test in document["tests"]:
        assert 0 <= test["score"] <= test["max_score"]
        assert test["status"] in STATUS
        assert test["visibility"] in VISIBILITY


@pytest.mark.training
def test_a_right_submission_is_graded_as_on_the_platform(container):
    container.hand_in("lab.py", REFERENCE)
    done = container.run()
    assert (done.returncode, done.stderr) == (0, "")
    document = container.document()
    assert_valid(document)
    assert document["score"] == 100
    assert sum(test["score"] for test in document["tests"]) == 100
    assert "practice data" in document["output"]
    assert "Isolation level" in document["output"]
    assert "Not contained at it: " in document["output"]
    assert "graded at isolation level" in done.stdout


def test_what_must_stay_secret_is_closed_to_other_users(container):
    container.hand_in("a.py", "x = 1\n")
    container.hand_in("b.py", "y = 1\n")
    (container.root / "results").mkdir(mode=0o777)
    assert container.run().returncode == 0
    for name in ("source", "results", "submission", "submission_metadata.json"):
        assert stat.S_IMODE((container.root / name).stat().st_mode) & 0o077 == 0, name


def test_two_programs_are_the_students_to_mend(container):
    container.hand_in("a.ipynb", json.dumps({"cells": []}))
    container.hand_in("b.py", "y = 1\n")
    container.hand_in("c.py", "z = 1\n")
    ended = grade_submission(container.root)
    assert ended.grade is None
    document = container.document()
    assert_valid(document)
    (test,) = document["tests"]
    assert (document["score"], test["status"], test["name"]) == (0, "failed", NO_PROGRAM)
    assert test["max_score"] == 100
    assert "several candidates (b.py, c.py)" in test["output"]
    assert "hand in only the one to grade" in test["output"]
    assert "--main" not in test["output"]
    assert str(container.root) not in test["output"]


def test_nothing_handed_in_is_said(container):
    grade_submission(container.root)
    assert "holds no .py script and no .ipynb notebook" in container.document()["output"]


def test_a_zip_that_was_not_unpacked_is_opened(container, monkeypatch):
    write_mnist(container.home / "data", fakes.TRAIN, fakes.VALID)
    container.change(data="own")
    fakes.use(monkeypatch, fakes.Actors())
    with zipfile.ZipFile(container.root / "submission" / "work.zip", "w") as archived:
        archived.writestr("lab.py", "x = 1\n")
    grade = grade_submission(container.root).grade
    assert grade is not None
    assert grade.submission.files == ("lab.py",)


def test_without_room_nobody_gets_a_zero(container, monkeypatch):
    def full(*_):
        raise NoRoom("there is no room")

    monkeypatch.setattr("grader.autograded.grading.open_submission", full)
    with pytest.raises(NoRoom):
        grade_submission(container.root)
    assert not container.results.exists()


def test_a_fault_of_ours_is_no_result_and_removes_an_earlier_one(container, monkeypatch):
    container.results.parent.mkdir()
    container.results.write_text("{}")
    container.hand_in("lab.py", "x = 1\n")
    fakes.use(monkeypatch, fakes.Actors(begins=False))
    with pytest.raises(ResultsError):
        grade_submission(container.root)
    assert not container.results.exists()


def test_a_damaged_archive_ends_with_a_failure_of_ours(container):
    (container.root / "source" / "autograder.json").write_text("{}")
    container.hand_in("lab.py", "x = 1\n")
    done = container.run()
    assert done.returncode == 3
    assert "upload it" in done.stderr
    assert not container.results.exists()


def test_an_image_whose_course_cannot_grade_is_not_built(container):
    assert "practice data" in prepare_image(container.root)
    (container.root / "source/course/rubrics/lab1.yaml").write_text("schema: 1\n")
    with pytest.raises(CourseError):
        prepare_image(container.root)


def test_little_memory_and_time_are_asked_for(container, monkeypatch):
    write_mnist(container.home / "data", fakes.TRAIN, fakes.VALID)
    container.change(minutes=20, data="own")
    container.hand_in("lab.py", "x = 1\n")
    actors = fakes.Actors()
    fakes.use(monkeypatch, actors)
    grade_submission(container.root)
    run, measuring = actors.jobs
    assert run.limits.wall_s == 1050
    assert run.limits.threads == 1
    assert "submission" in run.inputs
    assert "submission" not in measuring.inputs


def test_a_course_may_give_a_run_less_time_than_the_platform_and_never_gets_more(container):
    assert (
        request_of(Place(container.root), read_settings(container.root / "source")).timeout_s == 450
    )
    lab = container.root / "source/course/assignments/lab1/assignment.yaml"
    lab.write_text(lab.read_text().replace("wall_s: 1200", "wall_s: 60"))
    assert (
        request_of(Place(container.root), read_settings(container.root / "source")).timeout_s == 60
    )


@pytest.mark.parametrize("who", ["the submission", "what measures it"])
def test_where_something_was_killed_memory_is_named_as_the_likely_cause(
    container, monkeypatch, who
):
    write_mnist(container.home / "data", fakes.TRAIN, fakes.VALID)
    container.change(data="own")
    container.hand_in("lab.py", "x = 1\n")
    end = ProcessEnd(outcome=Outcome.SIGNAL, signal="SIGKILL")
    killed = (
        {"student": lambda *_: end} if who == "the submission" else {"evaluator": lambda *_: end}
    )
    fakes.use(monkeypatch, fakes.Actors(**killed))
    with pytest.raises(ResultsError) as caught:
        grade_submission(container.root)
    assert "memory than the container has" in str(caught.value)
    assert "under Autograder Specifications" in str(caught.value)
    assert not container.results.exists()


def test_a_grader_that_is_killed_itself_says_so(container):
    python = container.home / "venv" / "bin" / "python"
    python.write_text("#!/bin/sh\nkill -KILL $$\n")
    done = container.run()
    assert done.returncode == 137
    assert "memory was used up" in done.stderr


@pytest.mark.parametrize(
    ("metadata", "student"),
    [
        ('{"users": [{"id": 4711}]}', "4711"),
        ('{"users": [{"id": "../../etc"}]}', "etc"),
        ('{"users": []}', "student"),
        ('{"users": [{"id": null}]}', "student"),
        ('{"users": [{"id": {"a": 1}}]}', "student"),
        ("[" * 100_000, "student"),
        ("not json", "student"),
        ("7", "student"),
    ],
)
def test_who_handed_in_is_a_plain_name_whatever_is_said(container, metadata, student):
    (container.root / "submission_metadata.json").write_text(metadata)
    assert Place(container.root).student() == student


HOSTILE = """
    import os
    root = {root!r}
    for name in ("results/results.json", "source/course/rubrics/lab1.yaml"):
        try:
            print("GOT IN", os.read(os.open(os.path.join(root, name), os.O_RDWR), 100))
        except OSError as error:
            print("kept out", error.errno)
    for name in ("source", "results", "submission"):
        try:
            print("GOT IN", os.listdir(os.path.join(root, name)))
        except OSError as error:
            print("kept out", error.errno)
    try:
        os.kill({pid}, 9)
        print("GOT IN")
    except OSError as error:
        print("kept out", error.errno)
    with open(os.path.join(root, "results", "results.json"), "w") as file:
        file.write("forged")
    os.rename(os.path.join(root, "results"), os.path.join(root, "gone"))
    raise SystemExit(7)
"""


@pytest.fixture
def walkable(monkeypatch):
    """A container that everybody can walk to, as the real one: pytest's own folders are closed."""
    with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
        Path(folder).chmod(0o755)
        made = Container(Path(folder))
        monkeypatch.setenv(HOME, str(made.home))
        yield made


@pytest.mark.skipif(not other_user.possible(), reason="needs root: only root can be somebody else")
def test_at_level_0_a_submission_reaches_neither_results_nor_rubric(walkable, monkeypatch):
    for name in ("results", "source", "submission"):
        (walkable.root / name).mkdir(exist_ok=True)
        (walkable.root / name).chmod(0o700)
    walkable.results.write_text("the result of somebody else")
    kept, seen = [], []

    class Looking(Plain):
        def run(self, job, watch=None):
            walkable.results.write_text("ours")
            end = super().run(job, watch)
            seen.append(walkable.results.read_text())
            return end

    fakes.use(monkeypatch, Looking())
    monkeypatch.setattr(
        "grader.pipeline.checked.keep",
        lambda out, evidence, grade, logs, page: kept.append(logs) or out,
    )
    code = textwrap.dedent(HOSTILE.format(root=str(walkable.root), pid=os.getpid()))
    walkable.hand_in("lab.py", code)
    grade = grade_submission(walkable.root).grade
    (logs,) = kept
    assert "GOT IN" not in logs.stdout
    assert logs.stdout.count("kept out") == 6
    assert seen == ["ours"]
    assert not (walkable.root / "gone").exists()
    assert grade is not None
    assert walkable.document()["score"] == grade.score < 50
