"""The generalisation gap: training accuracy minus validation accuracy."""

from grader.checks.accuracy import gap
from grader.checks.curve import Curve, Levels, curve_for, percent, points
from grader.checks.interface import Check, Expectation, needs_measurements, not_measured
from grader.model.evidence import Evidence, Measurements
from grader.model.verdict import Finding


def _curve(expectation: Expectation, parameters: Levels) -> Curve:
    """Full points up to the gap ``full``, none from ``zero`` on; a smaller gap is never worse."""
    return curve_for(parameters, expectation, "gap", less_is_better=True)


def _expected(curve: Curve) -> str:
    return f"A gap between training and validation accuracy of at most {points(curve.full)}."


def _judge(
    evidence: Evidence, measured: Measurements, expectation: Expectation, parameters: Levels
) -> Finding:
    curve = _curve(expectation, parameters)
    value = gap(measured)
    if value is None:
        return not_measured(_expected(curve), "its training accuracy is missing")
    same = measured.typical or measured
    train, valid = same.train_accuracy or 0.0, same.valid_accuracy
    return curve.finding(
        value,
        expected=_expected(curve),
        found=f"The gap is {points(value)}: {percent(train)} on the training images, "
        f"{percent(valid)} on images the network has never seen.",
        advice="The network remembers images instead of learning what makes a letter: see the "
        "handout on overfitting.",
    )


CHECK = Check(
    "generalisation_gap",
    "How much better the network does on images it has seen.",
    Levels,
    needs_measurements(lambda known, levels: _expected(_curve(known, levels)), _judge),
    verify=_curve,
)
