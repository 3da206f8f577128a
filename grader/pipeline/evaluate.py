"""Measures a captured model in a process that never ran student code, or says why not."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from grader.data.dataset import DataSet
from grader.errors import Fault, OutboxRefused
from grader.intake.artefact import Artefact, Samples, take_artefact
from grader.intake.evaluation import predictions
from grader.intake.holdout import holdout_predictions, with_holdout
from grader.intake.measure import NotMeasured, measure, with_typical
from grader.intake.preprocessing import NotFitted, fit_preprocessing
from grader.intake.training import training_of
from grader.intake.typical import expected_snapshot, typical_snapshot
from grader.model.claims import Claims, Trace
from grader.model.evidence import Gap, GapKind, Measurements, Preprocessing, RunFigures
from grader.model.run import Outcome
from grader.pipeline.evaluator import Evaluator
from grader.pipeline.faults import advised, unexpected
from grader.pipeline.first_step import first_step
from grader.pipeline.setup import Setup

OWN_TENSORS = "it has no network: what it trains are tensors outside of any nn.Module"


def evaluate(
    claims: Claims,
    figures: RunFigures,
    setup: Setup,
    outbox: Path,
    evaluator: Evaluator,
    served_kaggle: bool,
) -> Measurements | Gap:
    """Measure what a run's ``outbox`` holds; where that cannot be done, say why."""
    trace = claims.trace
    if trace is None:
        return Gap(kind=GapKind.FAULT, reason="the record of the run is missing or damaged")
    if setup.stop_after:
        return first_step(trace, outbox, evaluator)
    if trace.epochs == 0:
        return _no_epoch(trace, figures)
    try:
        artefact = take_artefact(outbox, evaluator.artefact, trace.snapshots)
        if artefact is None:
            reason = trace.unmeasurable or "the trained model left no graph"
            return Gap(kind=GapKind.NOT_CAPTURED, reason=reason)
        predict = partial(evaluator.predict, artefact, run_s=figures.wall_s)
        return _measured(artefact, trace, setup, predict, served_kaggle)
    except OutboxRefused as error:
        return Gap(kind=GapKind.NOT_CAPTURED, reason=str(error))
    except NotFitted as error:
        return Gap(kind=GapKind.NOT_FITTED, reason=f"its inputs are not understood: {error}")
    except NotMeasured as error:
        return Gap(kind=GapKind.NOT_EVALUATED, reason=str(error))
    except Fault as error:
        return Gap(kind=GapKind.FAULT, reason=advised(str(error)))
    except Exception as error:  # noqa: BLE001 - a bug of ours must not lose the run or cost points
        return Gap(kind=GapKind.FAULT, reason=advised(unexpected(error)))


def _no_epoch(trace: Trace, figures: RunFigures) -> Gap:
    """Tell a program that trained nothing from training that we could not follow."""
    if trace.fault is not None:
        return Gap(kind=GapKind.FAULT, reason=f"the recording failed: {trace.fault}")
    if figures.outcome is Outcome.OK and trace.steps:
        reason = trace.unmeasurable or "it was trained in a way the grader does not recognise"
        return Gap(kind=GapKind.NOT_CAPTURED, reason=reason)
    if figures.outcome is Outcome.OK and trace.loss is not None and not trace.passes:
        return Gap(kind=GapKind.NOT_CAPTURED, reason=OWN_TENSORS)
    reason = "no epoch of training was seen to its end"
    return Gap(kind=GapKind.NOTHING_TRAINED, reason=reason)


def _measured(
    artefact: Artefact,
    trace: Trace,
    setup: Setup,
    predict: Callable[[Preprocessing, list[tuple[str, str]]], Path],
    served_kaggle: bool,
) -> Measurements:
    """Fit the preprocessing, predict, and put it together; a second look only if needed."""
    data = setup.data
    found = _preprocessing(artefact.samples, data)
    expected = expected_snapshot(artefact, trace, len(data.valid))
    wanted = [*predictions(artefact, expected), *holdout_predictions(artefact, data)]
    answers = predict(found, wanted)
    training = training_of(artefact.samples, data, served_kaggle, trace.passes)
    measured = measure(answers, artefact, found, data, setup.assignment, training)
    measured = with_holdout(measured, answers, artefact, data)
    accuracies = {one.name: one.accuracy for one in measured.snapshots}
    typical = typical_snapshot(accuracies, artefact.final)
    if typical == artefact.final:
        return measured
    known = with_typical(measured, answers, typical, data)
    if known is None:
        answers = predict(found, [(typical, "train")])
        known = with_typical(measured, answers, typical, data)
    return known or measured


def _preprocessing(samples: Samples, data: DataSet) -> Preprocessing:
    """Fit on evaluation inputs; where these do not do, on training inputs. Raises NotFitted."""
    try:
        return fit_preprocessing(samples.evaluation, data)
    except NotFitted:
        if not len(samples.training):
            raise
        return fit_preprocessing(samples.training, data)
