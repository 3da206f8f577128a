"""Real submissions through the real path: run, captured, measured, judged."""

from pathlib import Path

import pytest
from runs import RIGHT, Grades

from grader.model.grade import Grade
from grader.model.run import Outcome
from grader.model.verdict import Verdict

pytestmark = pytest.mark.training
LAB1 = RIGHT / "lab1"


def verdicts(grade: Grade) -> dict[str, Verdict]:
    """The verdict of each criterion."""
    return {item.id: item.verdict for item in grade.criteria}


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


def test_a_crash_is_shown_at_its_line(check: Grades, tmp_path: Path) -> None:
    path = tmp_path / "crash.py"
    flatten = "    nn.Flatten(),\n"
    path.write_text((LAB1 / "sequential.py").read_text().replace(flatten, ""))
    examined, grade = check(path)
    crash = examined.evidence.claims.crash
    assert grade.run.outcome is Outcome.ERROR
    assert crash is not None
    assert crash.line is not None
    assert crash.line <= len(path.read_text().splitlines())
    assert "grader_probe" not in crash.traceback
    assert crash.file == path.name
    assert f'File "{path.name}"' in crash.traceback


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
