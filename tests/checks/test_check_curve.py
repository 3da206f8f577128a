"""Percentages and thresholds as they are shown."""

import pytest
from builders import evidence, judge, measurements

from grader.checks.curve import percent


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0.0 %"),
        (0.57, "57.0 %"),
        (0.29, "29.0 %"),
        (0.9756, "97.5 %"),
        (0.99999, "99.9 %"),
        (1.0, "100.0 %"),
    ],
)
def test_a_percentage_is_never_rounded_up(value, shown):
    assert percent(value) == shown


def test_a_percentage_with_one_decimal_is_shown_as_it_is():
    for thousandths in range(1001):
        assert percent(thousandths / 1000) == f"{thousandths / 10:.1f} %"


def test_expected_and_found_name_both_sides():
    found = evidence(measurements=measurements(train_accuracy=0.7))
    finding = judge("training_accuracy", found, full=0.9, zero=0.5)
    assert finding.expected == "Training accuracy of at least 90.0 %."
    assert finding.found.startswith("Measured 70.0 %")
