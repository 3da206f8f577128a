"""The generalisation gap: training accuracy minus validation accuracy."""

from grader.checks.accuracy import robust
from grader.checks.curve import Level, on_curve, percent, resolve
from grader.checks.interface import Check, Expectation, needs_measurements, not_measured
from grader.model.base import Frozen
from grader.model.evidence import Evidence, Measurements
from grader.model.verdict import Finding

EXPECTED = "The gap between training and validation accuracy is small enough."


class GapLimits(Frozen):
    """Full points up to the gap ``full``, none from ``zero`` on; a smaller gap is never worse."""

    full: Level
    zero: Level


def _judge(
    evidence: Evidence, measured: Measurements, expectation: Expectation, parameters: GapLimits
) -> Finding:
    full = resolve(parameters.full, expectation, "gap")
    zero = resolve(parameters.zero, expectation, "gap")
    valid = robust(measured, "median_last_k")
    if measured.train_accuracy is None:
        return not_measured(EXPECTED, "its training accuracy is missing")
    train = measured.train_accuracy
    value = max(0.0, train - valid)
    return on_curve(
        value,
        zero,
        full,
        expected=f"A gap between training and validation accuracy of at most {percent(full)}.",
        found=f"The gap is {percent(value)}: {percent(train)} on the training images, "
        f"{percent(valid)} on images the network has never seen.",
        less_is_better=True,
        advice="The network remembers images instead of learning what makes a letter: see the "
        "handout on overfitting.",
    )


CHECK = Check(
    "generalisation_gap",
    "How much better the network does on images it has seen.",
    GapLimits,
    needs_measurements(EXPECTED, _judge),
)
