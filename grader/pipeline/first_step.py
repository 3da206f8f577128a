"""What is known of a network that took no more than its first step: the layers it runs."""

from pathlib import Path

from grader.errors import Fault, OutboxRefused
from grader.intake.artefact import Artefact, take_artefact
from grader.intake.evaluation import read_result
from grader.intake.measure import NotMeasured
from grader.model.claims import Trace
from grader.model.evidence import Gap, GapKind, Preprocessing
from grader.pipeline.evaluator import Evaluator

STOPPED = "it was stopped after its first step of training"
"""The reason why nothing is measured, and no mistake of anybody's."""
NO_STEP = "no step of training was seen"


def first_step(trace: Trace, outbox: Path, evaluator: Evaluator) -> Gap:
    """Read the layers of the network in ``outbox``; where that cannot be done, say why."""
    try:
        artefact = take_artefact(outbox, evaluator.artefact, trace.snapshots)
        if artefact is None:
            reason = trace.unmeasurable if trace.steps or trace.backwards else NO_STEP
            return Gap(kind=GapKind.NOTHING_TRAINED, reason=reason or NO_STEP)
        answers = evaluator.predict(artefact, _untouched(artefact), [], run_s=0)
        layers = read_result(answers).layers
    except (OutboxRefused, NotMeasured, Fault) as error:
        return Gap(kind=GapKind.NOT_CAPTURED, reason=str(error))
    return Gap(kind=GapKind.NOTHING_TRAINED, reason=STOPPED, layers=layers)


def _untouched(artefact: Artefact) -> Preprocessing:
    """A map from images to inputs for a task that predicts nothing: as they are."""
    return Preprocessing(
        layout=artefact.model.input_shape,
        kind="affine",
        scale=(1.0,),
        shift=(0.0,),
        rows_fitted=0,
        rows_verified=0,
        largest_error=0.0,
        description="as they are",
    )
