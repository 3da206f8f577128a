"""``pytest --grade`` with pytest-xdist and JUnit's XML: real processes, a played grade."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import junitparser
import pytest

import grader
from grader.data.practice import PracticeSize, write_practice

PLAYS = """
import os, time
from builders import measurements, snapshots
from played import played
import grader

def grade(assignment, submission, **options):
    with open("asked", "a") as asked:
        print(os.getpid(), submission.name, file=asked)
    time.sleep(0.5)  # the other worker comes meanwhile
    poor = measurements(valid_accuracy=0.6, snapshots=snapshots(0.6, 0.6, 0.6))
    return played(measurements=poor)

grader.grade = grade
"""
DISTRIBUTION = {
    "METADATA": "Metadata-Version: 2.1\nName: found-by-pytest\nVersion: 0\n",
    "entry_points.txt": "[pytest11]\ngrader = grader.pytest_plugin\n",
}


REAL = """
from grader.pipeline import setup
from grader.sandbox.choose import Chosen, isolation_of
from grader.sandbox.plain import Plain

setup.choose = lambda _: Chosen(Plain(), isolation_of(Plain()))  # no self-check, which takes long
"""
ROOT = Path(__file__).parent.parent.parent


def started(
    here: Path, plays: str, *grading: str, **known: str
) -> subprocess.CompletedProcess[str]:
    """Two workers grade, each with ``plays``; pytest finds the plugin by its entry point."""
    info = here / "site" / "found_by_pytest-0.dist-info"
    info.mkdir(parents=True)
    for name, text in DISTRIBUTION.items():
        (info / name).write_text(text)
    (here / "site" / "plays.py").write_text(plays)
    path = [here / "site", ROOT / "tests/plugin", ROOT / "tests", ROOT]
    path = [*map(str, path), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path), **known}
    environment.pop("PYTEST_XDIST_WORKER", None)
    command = "-P -m pytest -n 2 -W error -p plays -p no:cacheprovider --junitxml=out.xml".split()
    return subprocess.run(
        [sys.executable, *command, "--grade", "lab1", *grading],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )


def cases(here: Path) -> dict[tuple[str, str], junitparser.TestCase]:
    """What another tool reads in the XML."""
    suites = junitparser.JUnitXml.fromfile(str(here / "out.xml"))
    return {(case.classname, case.name): case for suite in suites for case in suite}


def properties(case: junitparser.TestCase) -> dict[str, str]:
    return {one.name: one.value for one in case.child(junitparser.Properties)}


def test_workers_grade_each_submission_once_and_junit_has_points_and_reasons(here: Path) -> None:
    (here / "bob.py").write_text("x = 1\n")
    workers = started(here, PLAYS, "--grade-rubric", "rubric.yaml", "lab.py", "bob.py")
    assert workers.returncode == 1, workers.stdout + workers.stderr
    asked = [line.split()[1] for line in (here / "asked").read_text().splitlines()]
    assert sorted(asked) == ["bob.py", "lab.py"]
    assert "2 workers [8 items]" in workers.stdout
    assert "lab.py: " in workers.stdout.partition(" grades ")[2]
    found = cases(here)
    names = ("completes", "accuracy", "claims", "not-shown")
    assert set(found) == {(lab, name) for lab in ("lab", "bob") for name in names}
    poor = found["lab", "accuracy"]
    said = properties(poor)
    assert said["points"] == "40.0"
    assert 0 < float(said["earned"]) < 40
    assert said["verdict"] == "partial"
    (failure,) = poor.result
    assert "of 40 points: " in failure.text
    assert "Handout: Training." in failure.text
    assert "Traceback" not in failure.text
    assert found["lab", "completes"].is_passed


@pytest.fixture
def tiny_course(here: Path) -> Path:
    """Lab 1 on the tiny practice data as if it were a course's own, and a right submission."""
    for name in ("assignments", "rubrics"):
        shutil.copytree(ROOT / name, here / "course" / name)
    baselines = here / "course/rubrics/baselines"
    measured = json.loads((ROOT / "tests/submissions/baselines/lab1.practice.json").read_text())
    (baselines / "lab1.official.json").write_text(json.dumps(measured | {"profile": "official"}))
    write_practice(here / "data", PracticeSize.TINY)
    shutil.copyfile(ROOT / "tests/submissions/right/lab1/sequential.py", here / "ada.py")
    return here / "course"


@pytest.mark.thorough
@pytest.mark.training
def test_a_real_grade_of_real_workers_is_read_by_another_tool(
    here: Path, tiny_course: Path
) -> None:
    known = {"GRADER_COURSE": str(tiny_course), "GRADER_CACHE_HOME": str(here / "cache")}
    options = "--grade-data data --grade-device cpu --grade-reruns 0 --grade-out kept".split()
    workers = started(here, REAL, *options, "ada.py", **known)
    assert workers.returncode == 0, workers.stdout + workers.stderr
    (member,) = grader.read_results(here / "kept" / "ada").members
    assert member.graded is not None
    grade = member.graded.grade
    found = cases(here)
    assert {(name, float(properties(found["ada", name])["earned"])) for _, name in found} == {
        (one.id, one.earned) for one in grade.criteria
    }
    assert sum(float(properties(one)["earned"]) for one in found.values()) == grade.score == 100
    assert all(one.is_passed for one in found.values())
    assert properties(found["ada", "validation-accuracy"])["verdict"] == "met"
