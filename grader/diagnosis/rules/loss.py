"""What reaches the loss function: probabilities instead of plain scores, or not the outputs."""

from dataclasses import replace

from grader.diagnosis.case import Case
from grader.diagnosis.figures import percent
from grader.diagnosis.interface import Suspicion
from grader.model.diagnosis import Confidence, Effect


def softmax_before_cross_entropy(case: Case) -> Suspicion | None:
    """Softmax, in the network or outside of it, before a loss that applies it itself."""
    return _squashed(case, "softmax")


def sigmoid_before_cross_entropy(case: Case) -> Suspicion | None:
    """Sigmoid before a cross-entropy: scores that cannot differ by more than one."""
    return _squashed(case, "sigmoid")


def log_softmax_before_cross_entropy(case: Case) -> Suspicion | None:
    """LogSoftmax before a cross-entropy changes nothing, and shows a misunderstanding."""
    found = _squashed(case, "log_softmax")
    return None if found is None else replace(found, effect=None)


def _squashed(case: Case, kind: str) -> Suspicion | None:
    """What squashes the scores of the last layer before a cross-entropy gets them."""
    last = case.layers[-1] if case.layers else None
    in_network = last is not None and last.kind == kind
    if case.trace.loss != "cross_entropy" or not (in_network or _heard(case, kind)):
        return None
    place = last.line if in_network and last is not None else None
    return Suspicion(
        confidence=Confidence.CERTAIN,
        facts={"reached": percent(case.train_accuracy)},
        where=place or case.written(kind),
        effect=None if case.suffers else Effect.HARMLESS,
        variant="" if in_network else "outside",
    )


def _heard(case: Case, kind: str) -> bool:
    """Whether the loss was given such values; older results know it of a softmax alone."""
    return case.signs.probabilities == kind or (kind == "softmax" and case.trace.probabilities)
