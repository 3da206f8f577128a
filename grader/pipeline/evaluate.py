"""Sandbox B: measures a captured model in a process that never ran student code."""

import shutil
from pathlib import Path

from grader.data.dataset import DataSet
from grader.errors import Fault, OutboxRefused
from grader.intake.artefact import Artefact, Samples, take_artefact
from grader.intake.evaluation import predictions, write_task
from grader.intake.measure import NotMeasured, measure, trained_on, with_typical
from grader.intake.preprocessing import NotFitted, fit_preprocessing
from grader.intake.typical import expected_snapshot, typical_snapshot
from grader.model.evidence import (
    Claims,
    Gap,
    GapKind,
    Measurements,
    Preprocessing,
    RunFigures,
    Trace,
)
from grader.model.run import Outcome
from grader.pipeline.execute import environment
from grader.pipeline.setup import Setup
from grader.sandbox.interface import Job

EVALUATOR = Path(__file__).parent.parent / "evaluator"
TIME_S = 900


def evaluate(
    claims: Claims, figures: RunFigures, setup: Setup, scratch: Path
) -> Measurements | Gap:
    """Measure what ``scratch/outbox`` holds; where that cannot be done, say why."""
    trace = claims.trace
    if trace is None:
        return Gap(kind=GapKind.FAULT, reason="the record of the run is missing or damaged")
    if trace.epochs == 0:
        return _no_epoch(trace, figures)
    try:
        artefact = take_artefact(scratch / "outbox", scratch / "artefact", trace.snapshots)
        if artefact is None:
            reason = trace.unmeasurable or "the trained model left no graph"
            return Gap(kind=GapKind.NOT_CAPTURED, reason=reason)
        return _measured(artefact, trace, setup, scratch)
    except OutboxRefused as error:
        return Gap(kind=GapKind.NOT_CAPTURED, reason=str(error))
    except NotFitted as error:
        return Gap(kind=GapKind.NOT_FITTED, reason=f"its inputs are not understood: {error}")
    except NotMeasured as error:
        return Gap(kind=GapKind.NOT_EVALUATED, reason=str(error))
    except Fault as error:
        return Gap(kind=GapKind.FAULT, reason=str(error))
    except Exception as error:  # noqa: BLE001 - a bug of ours must not lose the run or cost points
        return Gap(kind=GapKind.FAULT, reason=f"{type(error).__name__}: {str(error)[:200]}")


def _no_epoch(trace: Trace, figures: RunFigures) -> Gap:
    """Tell a program that trained nothing from training that we could not follow."""
    if trace.fault is not None:
        return Gap(kind=GapKind.FAULT, reason=f"the recording failed: {trace.fault}")
    if figures.outcome is Outcome.OK and trace.steps:
        reason = trace.unmeasurable or "it was trained in a way the grader does not recognise"
        return Gap(kind=GapKind.NOT_CAPTURED, reason=reason)
    reason = "no epoch of training was seen to its end"
    return Gap(kind=GapKind.NOTHING_TRAINED, reason=reason)


def _measured(artefact: Artefact, trace: Trace, setup: Setup, scratch: Path) -> Measurements:
    """Fit the preprocessing, predict, and put it together; a second look only if needed."""
    data = setup.data
    found = _preprocessing(artefact.samples, data)
    images = _images(setup, scratch / "images")
    expected = expected_snapshot(artefact, trace, len(data.valid))
    outbox = _predict(
        artefact, found, setup, scratch / "first", images, predictions(artefact, expected)
    )
    split = trained_on(artefact, data)
    measured = measure(outbox, artefact, found, data, setup.assignment, split)
    accuracies = {one.name: one.accuracy for one in measured.snapshots}
    typical = typical_snapshot(accuracies, artefact.final)
    if typical == artefact.final:
        return measured
    known = with_typical(measured, outbox, typical, data)
    if known is None:
        wanted = [(typical, "train")]
        outbox = _predict(artefact, found, setup, scratch / "second", images, wanted)
        known = with_typical(measured, outbox, typical, data)
    return known or measured


def _preprocessing(samples: Samples, data: DataSet) -> Preprocessing:
    """Fit on evaluation inputs; where these do not do, on training inputs. Raises NotFitted."""
    try:
        return fit_preprocessing(samples.evaluation, data)
    except NotFitted:
        if not len(samples.training):
            raise
        return fit_preprocessing(samples.training, data)


def _predict(
    artefact: Artefact,
    found: Preprocessing,
    setup: Setup,
    folder: Path,
    images: Path,
    wanted: list[tuple[str, str]],
) -> Path:
    """Run sandbox B once and return its outbox. Raises Fault where it did not end well."""
    # The one GPU that a run is shown is the first one it sees.
    device = "cpu" if setup.device == "cpu" else "cuda"
    write_task(folder / "task", artefact, found, device, wanted)
    job = Job(
        command=("grader_evaluator/start.py",),
        inputs={
            "grader_evaluator": EVALUATOR,
            "artefact": artefact.folder,
            "task": folder / "task",
            "images": images,
        },
        outbox=folder / "results",
        limits=setup.assignment.limits.model_copy(update={"wall_s": TIME_S}),
        environment=environment(setup),
        hidden=setup.course.private_folders(),
        gpu=None if setup.device == "cpu" else setup.device,
    )
    end = setup.chosen.backend.run(job)
    if end.outcome is not Outcome.OK:
        last = (end.stderr.strip().splitlines() or [end.detail])[-1]
        raise Fault(f"the measuring process ended with {end.outcome}: {last}")
    return folder / "results"


def _images(setup: Setup, target: Path) -> Path:
    """Images without labels: sandbox B has no use for any."""
    target.mkdir()
    for name, split in (("train", setup.data.train), ("valid", setup.data.valid)):
        shutil.copyfile(split.images_file, target / f"{name}.npy")
    return target
