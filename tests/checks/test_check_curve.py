"""Percentages and thresholds as they are shown."""

import pytest
from builders import evidence, judge, measurements
from pydantic import ValidationError

from grader.checks import CHECKS
from grader.checks.curve import percent
from grader.errors import CourseError


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


@pytest.mark.parametrize(
    ("check", "levels"),
    [
        ("training_accuracy", {"full": {"above": 0.05}, "zero": 0.5}),
        ("validation_accuracy", {"full": {"above": 0.05}, "zero": 0.5}),
        ("generalisation_gap", {"full": {"below": 0.05}, "zero": 0.5}),
    ],
)
def test_a_level_nobody_can_reach_is_the_rubrics_mistake(check, levels):
    with pytest.raises(CourseError, match="nobody can reach"):
        judge(check, **levels)


@pytest.mark.parametrize("full", [0.0, 1.0])
def test_the_best_there_is_can_be_asked_for(full):
    check = "training_accuracy" if full else "generalisation_gap"
    assert judge(check, full=full, zero=0.5).share > 0.9


def test_which_epochs_count_is_no_parameter_of_training_accuracy():
    levels = {"full": 0.9, "zero": 0.5, "statistic": "final"}
    assert CHECKS["validation_accuracy"].parameters.model_validate(levels)
    with pytest.raises(ValidationError):
        CHECKS["training_accuracy"].parameters.model_validate(levels)
