"""``pytest --grade`` with pytest-xdist and JUnit's XML: real processes, a played grade."""

import os
import subprocess
import sys
from pathlib import Path

import junitparser
import pytest

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


@pytest.fixture
def workers(here: Path) -> subprocess.CompletedProcess[str]:
    """Two workers grade two submissions; pytest finds the plugin by its entry point."""
    info = here / "site" / "found_by_pytest-0.dist-info"
    info.mkdir(parents=True)
    for name, text in DISTRIBUTION.items():
        (info / name).write_text(text)
    (here / "site" / "plays.py").write_text(PLAYS)
    (here / "bob.py").write_text("x = 1\n")
    tests = Path(__file__).parent
    path = [here / "site", tests, tests.parent, tests.parent.parent, os.environ.get("PYTHONPATH")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, filter(None, path)))}
    environment.pop("PYTEST_XDIST_WORKER", None)
    command = "-P -m pytest -n 2 -W error -p plays -p no:cacheprovider --junitxml=out.xml".split()
    grading = "--grade lab1 --grade-rubric rubric.yaml lab.py bob.py".split()
    return subprocess.run(
        [sys.executable, *command, *grading],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )


def test_workers_grade_each_submission_once_and_junit_has_points_and_reasons(
    workers: subprocess.CompletedProcess[str], here: Path
) -> None:
    assert workers.returncode == 1, workers.stdout + workers.stderr
    asked = [line.split()[1] for line in (here / "asked").read_text().splitlines()]
    assert sorted(asked) == ["bob.py", "lab.py"]
    assert "2 workers [8 items]" in workers.stdout
    assert "lab.py: " in workers.stdout.partition(" grades ")[2]
    cases = {
        (case.classname, case.name): case
        for suite in junitparser.JUnitXml.fromfile(str(here / "out.xml"))
        for case in suite
    }
    names = ("completes", "accuracy", "claims", "not-shown")
    assert set(cases) == {(lab, name) for lab in ("lab", "bob") for name in names}
    poor = cases["lab", "accuracy"]
    said = {one.name: one.value for one in poor.child(junitparser.Properties)}
    assert said["points"] == "40.0"
    assert 0 < float(said["earned"]) < 40
    assert said["verdict"] == "partial"
    (failure,) = poor.result
    assert "of 40 points: " in failure.text
    assert "Handout: Training." in failure.text
    assert "Traceback" not in failure.text
    assert cases["lab", "completes"].is_passed
