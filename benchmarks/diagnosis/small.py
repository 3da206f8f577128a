"""A course whose trainings take seconds: fewer epochs, and baselines measured with as many.

The lessons stay: lab 2 overfits, lab 3 closes the gap. The baselines are kept in ``baselines/``;
``--recalibrate`` measures them again.
"""

import shutil
import sys
from dataclasses import replace
from pathlib import Path

from benchmarks.diagnosis.patches import shortened
from grader.calibration import calibrate, write_baseline
from grader.model.evidence import Evidence
from grader.pipeline import Request, Setup, prepare
from grader.sandbox.choose import warmed
from grader.sandbox.warm.templates import Templates

ROOT = Path(__file__).parent.parent.parent
BASELINES = Path(__file__).parent / "baselines"
EPOCHS = {"lab1": 3, "lab2": 8, "lab3": 5}
SEEDS = list(range(100, 105))


def small_course(folder: Path) -> Path:
    """Write the course below ``folder``."""
    for name in ("assignments", "rubrics", "reference"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.rmtree(folder / "rubrics" / "baselines")
    shutil.copytree(BASELINES, folder / "rubrics" / "baselines")
    for lab, epochs in EPOCHS.items():
        (path,) = (folder / "reference").glob(f"{lab}_*.py")
        text = shortened(path.read_text(encoding="utf-8"), lab, epochs)
        assert text is not None, path
        path.write_text(text, encoding="utf-8")
    return folder


def setup_for(lab: str, course: Path, templates: Templates | None = None) -> Setup:
    """Everything set up to grade on practice data, one thread a run and each run once."""
    request = Request(lab, course=course, practice=True, device="cpu", threads=1, reruns=0)
    setup = prepare(request)
    if templates is None:
        return setup
    return replace(setup, chosen=warmed(setup.chosen, templates))


def recalibrate(course: Path, jobs: int) -> None:
    """Measure the references and keep what came out in ``baselines/``, and in ``course``."""

    def report(seed: int, found: Evidence) -> None:
        measured = found.measurements
        valid = measured.valid_accuracy if measured else None
        print(f"{found.assignment} seed {seed}: {valid}, {found.run.wall_s} s", file=sys.stderr)

    for lab in EPOCHS:
        setup = setup_for(lab, course)
        baseline = calibrate(setup, SEEDS, jobs, report)
        write_baseline(setup.course.baseline_path(lab, "practice"), baseline)
        write_baseline(BASELINES / f"{lab}.practice.json", baseline)
