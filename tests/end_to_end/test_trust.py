"""What student code can see, and what the host never loads."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from runs import RIGHT, ROOT, Grades

pytestmark = pytest.mark.training

SPY = """
import json, os

SECRETS = ("rubric", "baseline", "labels.npy", "pass_mark", "robust_valid_accuracy")
found = []
for top in ("/", os.getcwd()):
    for folder, names, files in os.walk(top):
        if folder.startswith(("/proc", "/sys", "/dev", "/usr/share", "/usr/lib/python")):
            names.clear()
            continue
        for name in files:
            path = os.path.join(folder, name)
            if any(secret in path for secret in SECRETS) or "lab1_mnist_mlp" in path:
                found.append(path)
for path in SEARCHED:
    if os.path.exists(path):
        found.append(path)
print("FOUND" + json.dumps(found) + "END")
"""


@pytest.mark.sandbox
def test_no_rubric_baseline_or_reference_is_readable_in_the_sandbox(
    strongest_check: Grades, tmp_path: Path, tiny_course: Path
) -> None:
    secret = [
        str(ROOT / "rubrics"),
        str(ROOT / "reference"),
        str(tiny_course),
        str(ROOT / "grader"),
    ]
    path = tmp_path / "spy.py"
    path.write_text(SPY.replace("SEARCHED", repr(secret)))
    examined, _ = strongest_check(path)
    text = examined.logs.stdout
    found = json.loads(text[text.index("FOUND") + 5 : text.index("END")])
    ours = [name for name in found if "site-packages" not in name or "/grader/" in name]
    assert ours == []


@pytest.mark.sandbox
def test_a_umask_that_closes_everything_costs_nobody_a_point(strongest_check: Grades) -> None:
    before = os.umask(0o077)
    try:
        _, grade = strongest_check(RIGHT / "lab1" / "sequential.py")
    finally:
        os.umask(before)
    assert grade.score == grade.max_score, grade.reasons


def test_the_host_grades_without_loading_torch(tmp_path: Path, tiny_course: Path) -> None:
    program = f"""
import sys
from pathlib import Path
sys.path[:0] = [{str(Path(__file__).parent)!r}]
from runs import tiny
from grader.discovery import find_submission
from grader.pipeline import check_submission
from grader.pipeline.setup import standard
from grader.reports import render_report
setup = tiny("lab1", Path({str(tiny_course)!r}))
judged_by = standard(setup.course, "lab1", "practice")
path = Path({str(ROOT / "tests/submissions/right/lab1/sequential.py")!r})
examined, grade = check_submission(find_submission(path), setup, judged_by)
render_report(grade, examined.evidence, judged_by.expectation.baseline, setup.assignment)
assert grade.measurements.valid_accuracy > 0.5
loaded = [name for name in ("torch", "torchvision", "nbclient", "matplotlib", "pandas", "pickle5")
          if name in sys.modules]
assert not loaded, loaded
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
