"""What a program prints of its accuracy agrees with what we measure."""

from pydantic import Field

from grader.checks.curve import percent
from grader.checks.interface import Check, Expectation, needs_measurements
from grader.model.base import Frozen
from grader.model.claims import Printed, Trace
from grader.model.evidence import Evidence, Measurements
from grader.model.verdict import Finding, blocked, met, unmet

EXPECTED = "The accuracies the program prints agree with those measured."

NOTHING_PRINTED = blocked(
    EXPECTED,
    "No accuracy was recognised in what your program prints: there is nothing to compare.",
    "Print both accuracies after each epoch.",
)
COUNTING = (
    "Check how you count: correct predictions divided by the number of images (not of batches), "
    "with the model you trained."
)
VALIDATING = (
    "Check that the validation loader holds the validation images, prepared by the same lines as "
    "the training images, that the model is in evaluation mode, and how you count."
)
ON_TRAINING = (
    "Your validation loop reads training images: the {claim} it prints says nothing about new "
    "images; on the validation images the final model has {final}."
)
GIVE_IT_VALIDATION = "Give the validation loop the validation set, train=False or its own file."
DIVERGED = "The network answers NaN or infinity: there is no accuracy to compare."


class Claimed(Frozen):
    """``tolerance`` is the largest difference allowed, as a fraction."""

    tolerance: float = Field(default=0.03, gt=0, le=1)


def _training(trace: Trace, measured: Measurements) -> list[float]:
    """The running accuracies of all epochs, and the final model's."""
    heard = [one.accuracy for one in trace.passes if one.training and one.accuracy is not None]
    return [*heard, measured.train_accuracy or 0.0]


def _validation(trace: Trace, measured: Measurements, tolerance: float) -> list[float]:
    """The measured accuracies; of epochs that were not kept, those the program computed itself.

    These count only where its figures for the measured epochs are right: a program that validates
    on the wrong images computes wrong ones throughout.
    """
    known = {one.epoch: one.accuracy for one in measured.snapshots if one.epoch is not None}
    heard = [
        (one.epoch, one.accuracy)
        for one in trace.passes
        if not one.training and one.accuracy is not None and one.epoch is not None
    ]
    right = {epoch for epoch, value in heard if abs(value - known.get(epoch, 2)) <= tolerance}
    trusted = bool(right) and right == {epoch for epoch, _ in heard if epoch in known}
    earlier = [value for epoch, value in heard if epoch not in known] if trusted else []
    return [*known.values(), measured.valid_accuracy, *earlier]


def _on_training(measured: Measurements, printed: Printed) -> Finding | None:
    """The finding where a printed validation accuracy is that of the training images.

    Who trains on validation images has them swapped: that is said elsewhere.
    """
    claim = printed.valid_accuracy
    held_out = measured.trained_on in ("valid", "mixed")
    if claim is None or held_out or measured.validated_on != "train":
        return None
    final = percent(measured.valid_accuracy)
    found = ON_TRAINING.format(claim=percent(claim), final=final)
    return unmet(EXPECTED, found, GIVE_IT_VALIDATION)


def _judge(
    evidence: Evidence, measured: Measurements, expectation: Expectation, parameters: Claimed
) -> Finding:
    """Compare each printed accuracy with the nearest honest source of it.

    A printed training accuracy is usually the running one of an epoch, a printed validation
    accuracy may be an earlier epoch's best: both are honest, so each may match any epoch seen.
    """
    if not measured.finite:  # what argmax makes of NaN is nobody's accuracy
        return NOTHING_PRINTED.model_copy(update={"found": DIVERGED})
    trace, printed = evidence.claims.trace or Trace(), evidence.claims.printed
    on_training = _on_training(measured, printed)
    if on_training is not None:
        return on_training
    train = _training(trace, measured)
    valid = _validation(trace, measured, parameters.tolerance)
    compared = []
    for name, claim, sources, final, advice in (
        ("training", printed.train_accuracy, train, measured.train_accuracy or 0.0, COUNTING),
        ("validation", printed.valid_accuracy, valid, measured.valid_accuracy, VALIDATING),
    ):
        if claim is None:
            continue
        nearest = min(sources, key=lambda source: abs(source - claim))
        compared.append(f"{name} accuracy printed {percent(claim)}, seen {percent(nearest)}")
        if abs(nearest - claim) > parameters.tolerance:
            return unmet(
                EXPECTED,
                f"Your program prints a {name} accuracy of {percent(claim)}; "
                f"the final model has {percent(final)}, and no epoch comes nearer than "
                f"{percent(nearest)}.",
                advice,
            )
    found = "; ".join(compared)
    return met(EXPECTED, f"{found[0].upper()}{found[1:]}.") if compared else NOTHING_PRINTED


CHECK = Check(
    "claims_agree",
    "Printed accuracies agree with measured ones.",
    Claimed,
    needs_measurements(EXPECTED, _judge),
)
