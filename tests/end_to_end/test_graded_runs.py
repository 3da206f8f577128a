"""Real submissions through the real path: run, captured, measured, judged."""

import re
from pathlib import Path

import pytest
from runs import RIGHT, ROOT, Grades

from grader.model.grade import Grade
from grader.model.run import Outcome
from grader.model.verdict import Verdict

pytestmark = pytest.mark.training
LAB1 = RIGHT / "lab1"
FINAL = re.compile(r"final (train|valid) accuracy: ([\d.]+)")


def verdicts(grade: Grade) -> dict[str, Verdict]:
    """The verdict of each criterion."""
    return {item.id: item.verdict for item in grade.criteria}


@pytest.mark.parametrize(
    "name",
    ["functional.py", "main_function.py", "plain_tensors.py", "lazy_linear.py", "compiled.py"],
)
def test_a_right_solution_is_measured_as_it_measures_itself(check: Grades, name: str) -> None:
    examined, grade = check(LAB1 / name)
    own = {key: float(value) for key, value in FINAL.findall(examined.logs.stdout)}
    assert grade.measurements.train_accuracy == pytest.approx(own["train"], abs=0.001)
    assert grade.measurements.valid_accuracy == pytest.approx(own["valid"], abs=0.001)
    assert verdicts(grade)["architecture"] is Verdict.MET
    assert grade.claims.epochs == 5
    assert not grade.needs_review


def test_script_and_notebook_of_the_same_code_get_the_same_verdicts(check: Grades) -> None:
    _, script = check(LAB1 / "sequential.py")
    examined, notebook = check(LAB1 / "sequential.ipynb")
    assert verdicts(script) == verdicts(notebook)
    assert script.measurements.valid_accuracy == notebook.measurements.valid_accuracy
    assert notebook.run.cells_run == notebook.run.cells_total
    assert examined.logs.notebook is not None


def test_the_same_seed_gives_the_same_grade_apart_from_times(check: Grades) -> None:
    def document(grade: Grade) -> dict[str, object]:
        found = grade.document()
        for name in ("wall_s", "cpu_s", "peak_rss_mb"):
            found["run"].pop(name)
        return found

    first = document(check(LAB1 / "module_class.py", seed=3)[1])
    assert first == document(check(LAB1 / "module_class.py", seed=3)[1])
    assert first != document(check(LAB1 / "module_class.py", seed=4)[1])


def test_the_starter_is_unfinished_and_nothing_is_measured(check: Grades) -> None:
    for name in ("starter.py", "starter.ipynb"):
        examined, grade = check(ROOT / "assignments" / "lab1" / name)
        found = verdicts(grade)
        assert found["exercises"] is Verdict.UNMET
        assert found["completes"] is Verdict.UNMET
        assert found["validation-accuracy"] is Verdict.BLOCKED
        assert grade.score == 0
        assert not grade.needs_review
        assert examined.evidence.claims.crash is not None


def test_a_crash_is_shown_at_its_line(check: Grades) -> None:
    path = ROOT / "tests" / "submissions" / "wrong" / "lab1" / "crash.py"
    examined, grade = check(path)
    crash = examined.evidence.claims.crash
    assert grade.run.outcome is Outcome.ERROR
    assert crash is not None
    assert crash.line is not None
    assert crash.line <= len(path.read_text().splitlines())
    assert "grader_probe" not in crash.traceback
    assert crash.file == path.name
    assert f'File "{path.name}"' in crash.traceback


def test_what_was_trained_before_a_timeout_counts(check: Grades, tmp_path: Path) -> None:
    source = (LAB1 / "sequential.py").read_text()
    path = tmp_path / "endless.py"
    path.write_text(source + "\nwhile True:\n    pass\n")
    _, grade = check(path, timeout_s=40)
    assert grade.run.outcome is Outcome.TIMEOUT
    assert verdicts(grade)["completes"] is Verdict.UNMET
    assert grade.measurements.valid_accuracy is not None
    assert grade.claims.epochs == 5
    assert not grade.needs_review


def test_a_program_that_ends_its_own_process_did_not_complete(
    check: Grades, tmp_path: Path
) -> None:
    path = tmp_path / "exits.py"
    path.write_text("import os\nprint('bye')\nos._exit(0)\n")
    _, grade = check(path)
    assert verdicts(grade)["completes"] is Verdict.UNMET
    assert verdicts(grade)["trained"] is Verdict.BLOCKED


def test_a_forward_that_cheats_is_flagged_and_never_silently_scored(
    check: Grades, tmp_path: Path
) -> None:
    source = (LAB1 / "sequential.py").read_text()
    cheat = (
        "\nimport torch\n"
        "def answer(module, args, output):\n"
        "    return output.flip(1)\n"
        "model.register_forward_hook(answer)\n"
        "with torch.no_grad():\n"
        "    model(torch.zeros(2, 1, 28, 28))\n"
    )
    path = tmp_path / "hooked.py"
    path.write_text(source + cheat)
    _, grade = check(path)
    # Either the hook is part of the captured graph (and measured), or it is flagged.
    honest = grade.measurements.valid_accuracy
    assert grade.needs_review or (honest is not None and honest < 0.5)


def test_an_unlucky_last_epoch_does_not_decide(check: Grades, tmp_path: Path) -> None:
    source = (LAB1 / "sequential.py").read_text()
    unlucky = "\noptimizer.param_groups[0]['lr'] = 0.5\ntrain()\nvalidate()\n"
    path = tmp_path / "unlucky.py"
    path.write_text(source + unlucky)
    _, grade = check(path)
    measured, typical = grade.measurements, grade.measurements.typical
    assert typical is not None
    assert typical.train_accuracy > 0.9 > (measured.train_accuracy or 0)
    assert typical.valid_accuracy > (measured.valid_accuracy or 0)
    assert verdicts(grade)["training-accuracy"] in (Verdict.MET, Verdict.PARTIAL)
