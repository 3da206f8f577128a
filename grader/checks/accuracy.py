"""Training and validation accuracy of the trained network, as measured by us."""

from statistics import median_high
from typing import Literal

from grader.checks.curve import Curve, Levels, curve_for, percent
from grader.checks.interface import Check, Expectation, needs_measurements, not_measured
from grader.model.evidence import Evidence, Measurements
from grader.model.verdict import Finding

StatisticName = Literal["final", "median_last_k", "best_last_k"]


class Accuracy(Levels):
    """Levels of a validation accuracy.

    ``statistic`` says which epochs count: the final model, or the median or best of the last K
    epochs, which is never below the final model.
    """

    statistic: StatisticName = "median_last_k"


def robust(measured: Measurements, statistic: StatisticName) -> float:
    """The validation accuracy that counts; one final epoch is a poor witness."""
    epochs = [snapshot.accuracy for snapshot in measured.snapshots if snapshot.epoch is not None]
    if statistic == "final" or not epochs:
        return measured.valid_accuracy
    value = median_high(epochs) if statistic == "median_last_k" else max(epochs)
    return max(value, measured.valid_accuracy)


def robust_training(measured: Measurements) -> float | None:
    """The training accuracy that counts: the typical epoch's where the final one was unlucky."""
    if measured.typical is None or measured.train_accuracy is None:
        return measured.train_accuracy
    return max(measured.typical.train_accuracy, measured.train_accuracy)


def gap(measured: Measurements) -> float | None:
    """Training minus validation accuracy of one and the same weights, never below 0."""
    if measured.typical is not None:
        return max(0.0, measured.typical.train_accuracy - measured.typical.valid_accuracy)
    if measured.train_accuracy is None:
        return None
    return max(0.0, measured.train_accuracy - measured.valid_accuracy)


NAMES = {"median_last_k": "the median of the last epochs", "best_last_k": "the best of them"}


ALIKE = (
    "Prepare the images you evaluate by the same lines as those you train on: the network meets "
    "numbers it has never learned."
)


def _source(measured: Measurements, value: float, statistic: StatisticName) -> str:
    """Say which weights an accuracy is of."""
    if value == measured.valid_accuracy:
        return "the final model"
    return f"{NAMES[statistic]}; the final model has {percent(measured.valid_accuracy)}"


def _level(curve: Curve, which: str) -> str:
    return f"{which} accuracy of at least {percent(curve.full)}."


def _valid_curve(expectation: Expectation, parameters: Accuracy) -> Curve:
    return curve_for(parameters, expectation, "robust_valid_accuracy")


def _train_curve(expectation: Expectation, parameters: Levels) -> Curve:
    return curve_for(parameters, expectation, "robust_train_accuracy")


def _with_advice(finding: Finding, measured: Measurements) -> Finding:
    """A finding with the next step that fits where training and evaluation differ in more."""
    if measured.prepared_alike or not finding.next_step:
        return finding
    return finding.model_copy(update={"next_step": ALIKE})


def _valid(
    evidence: Evidence, measured: Measurements, expectation: Expectation, parameters: Accuracy
) -> Finding:
    curve = _valid_curve(expectation, parameters)
    value = robust(measured, parameters.statistic)
    finding = curve.finding(
        value,
        expected=_level(curve, "Validation"),
        found=f"Measured {percent(value)} ({_source(measured, value, parameters.statistic)}).",
        advice="Compare your network, loss, optimizer and number of epochs with the handout.",
    )
    return _with_advice(finding, measured)


def _train(
    evidence: Evidence, measured: Measurements, expectation: Expectation, parameters: Levels
) -> Finding:
    curve = _train_curve(expectation, parameters)
    value = robust_training(measured)
    if value is None:
        return not_measured(_level(curve, "Training"), "its training accuracy is missing")
    which = "the final model"
    if value != measured.train_accuracy:
        which = "a typical one of your last epochs; the final one was an unlucky one"
    finding = curve.finding(
        value,
        expected=_level(curve, "Training"),
        found=f"Measured {percent(value)} on all training images ({which}).",
        advice="The network has not learned its own training images. Mend a mistake that is named "
        "first; where none is, train longer, and look at the learning rate and the loss.",
    )
    return _with_advice(finding, measured)


TRAIN = Check(
    "training_accuracy",
    "Accuracy on the whole training set, of the final model or of a typical epoch.",
    Levels,
    needs_measurements(
        lambda known, levels: _level(_train_curve(known, levels), "Training"), _train
    ),
    verify=_train_curve,
)
VALID = Check(
    "validation_accuracy",
    "Accuracy on the whole validation set, robust against one unlucky last epoch.",
    Accuracy,
    needs_measurements(
        lambda known, levels: _level(_valid_curve(known, levels), "Validation"), _valid
    ),
    verify=_valid_curve,
)
