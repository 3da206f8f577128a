"""Sandbox B: measures a captured model in a process that never ran student code."""

import shutil
from pathlib import Path

from grader.errors import OutboxRefused
from grader.intake.artefact import Artefact, take_artefact
from grader.intake.evaluation import write_task
from grader.intake.measure import NotMeasured, measure, trained_on
from grader.intake.preprocessing import NotFitted, fit_preprocessing
from grader.model.evidence import Claims, Gap, GapKind, Measurements, Trace
from grader.model.run import Outcome
from grader.pipeline.execute import environment
from grader.pipeline.setup import Setup
from grader.sandbox.interface import Job

EVALUATOR = Path(__file__).parent.parent / "evaluator"
TIME_S = 900


def evaluate(claims: Claims, setup: Setup, scratch: Path) -> Measurements | Gap:
    """Measure what ``scratch/outbox`` holds; where that cannot be done, say why."""
    trace = claims.trace or Trace()
    if trace.epochs == 0:
        reason = "no epoch of training was seen to its end"
        return Gap(kind=GapKind.NOTHING_TRAINED, reason=reason)
    try:
        artefact = take_artefact(scratch / "outbox", scratch / "artefact", trace.snapshots)
        if artefact is None:
            reason = trace.unmeasurable or "the trained model left no graph"
            return Gap(kind=GapKind.NOT_CAPTURED, reason=reason)
        return _measured(artefact, setup, scratch)
    except OutboxRefused as error:
        return Gap(kind=GapKind.NOT_CAPTURED, reason=str(error))
    except NotFitted as error:
        return Gap(kind=GapKind.NOT_FITTED, reason=f"its inputs are not understood: {error}")
    except NotMeasured as error:
        return Gap(kind=GapKind.NOT_EVALUATED, reason=str(error))


def _measured(artefact: Artefact, setup: Setup, scratch: Path) -> Measurements | Gap:
    samples = artefact.samples
    rows = samples.evaluation if len(samples.evaluation) else samples.training
    found, _ = fit_preprocessing(rows, setup.data)
    write_task(scratch / "task", artefact, found, setup.device)
    job = Job(
        command=("grader_evaluator/start.py",),
        inputs={
            "grader_evaluator": EVALUATOR,
            "artefact": artefact.folder,
            "task": scratch / "task",
            "images": _images(setup, scratch / "images"),
        },
        outbox=scratch / "results",
        limits=setup.assignment.limits.model_copy(update={"wall_s": TIME_S}),
        environment=environment(setup),
        hidden=setup.course.private_folders(),
        gpu=None if setup.device == "cpu" else setup.device,
    )
    end = setup.chosen.backend.run(job)
    if end.outcome is not Outcome.OK:
        last = (end.stderr.strip().splitlines() or [end.detail])[-1]
        return Gap(
            kind=GapKind.FAULT, reason=f"the measuring process ended with {end.outcome}: {last}"
        )
    return measure(
        scratch / "results",
        artefact,
        found,
        setup.data,
        setup.assignment,
        trained_on(artefact, setup.data),
    )


def _images(setup: Setup, target: Path) -> Path:
    """Images without labels: sandbox B has no use for any."""
    target.mkdir()
    for name, split in (("train", setup.data.train), ("valid", setup.data.valid)):
        shutil.copyfile(split.images_file, target / f"{name}.npy")
    return target
