"""The generalisation gap: training accuracy minus validation accuracy."""

from grader.checks.accuracy import gap
from grader.checks.curve import Curve, Levels, curve_for, percent
from grader.checks.interface import Check, Expectation, needs_measurements, not_measured
from grader.model.evidence import Evidence, Measurements
from grader.model.verdict import Finding

EXPECTED = "The gap between training and validation accuracy is small enough."


def _curve(expectation: Expectation, parameters: Levels) -> Curve:
    """Full points up to the gap ``full``, none from ``zero`` on; a smaller gap is never worse."""
    return curve_for(parameters, expectation, "gap", less_is_better=True)


def _judge(
    evidence: Evidence, measured: Measurements, expectation: Expectation, parameters: Levels
) -> Finding:
    curve = _curve(expectation, parameters)
    value = gap(measured)
    if value is None:
        return not_measured(EXPECTED, "its training accuracy is missing")
    same = measured.typical or measured
    train, valid = same.train_accuracy or 0.0, same.valid_accuracy
    limit, shown = percent(curve.full, up=True), percent(value, up=True)
    return curve.finding(
        value,
        expected=f"A gap between training and validation accuracy of at most {limit}.",
        found=f"The gap is {shown}: {percent(train)} on the training images, "
        f"{percent(valid)} on images the network has never seen.",
        advice="The network remembers images instead of learning what makes a letter: see the "
        "handout on overfitting.",
    )


CHECK = Check(
    "generalisation_gap",
    "How much better the network does on images it has seen.",
    Levels,
    needs_measurements(EXPECTED, _judge),
    verify=_curve,
)
