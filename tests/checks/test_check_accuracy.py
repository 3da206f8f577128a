"""The checks ``training_accuracy`` and ``validation_accuracy``."""

import pytest
from builders import (
    OURS,
    baseline,
    evidence,
    expectation,
    judge,
    measurements,
    snapshots,
    statistic,
    unmeasured,
)
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from grader.checks import CHECKS
from grader.checks.accuracy import robust
from grader.errors import CourseError
from grader.model.evidence import GapKind
from grader.model.verdict import Verdict

TRAIN, VALID = "training_accuracy", "validation_accuracy"
MET, PARTIAL, UNMET = Verdict.MET, Verdict.PARTIAL, Verdict.UNMET
fractions = st.floats(0, 1)


def train(value, expected=None, **parameters):
    return judge(
        TRAIN, evidence(measurements=measurements(train_accuracy=value)), expected, **parameters
    )


def valid(value, expected=None, epochs=(), **parameters):
    measured = measurements(valid_accuracy=value, snapshots=snapshots(*epochs))
    return judge(VALID, evidence(measurements=measured), expected, **parameters)


@pytest.mark.parametrize("look", [train, valid])
@pytest.mark.parametrize(
    ("value", "verdict", "share"),
    [
        (1.0, MET, 1),
        (0.9, MET, 1),
        (0.8, PARTIAL, 0.75),
        (0.6, PARTIAL, 0.25),
        (0.5, UNMET, 0),
        (0.1, UNMET, 0),
    ],
)
def test_points_rise_between_zero_and_full(look, value, verdict, share):
    finding = look(value, full=0.9, zero=0.5)
    assert finding.verdict is verdict
    assert finding.share == pytest.approx(share)
    assert bool(finding.next_step) is (verdict is not MET)


@pytest.mark.parametrize(("look", "metric"), [(train, "robust_train"), (valid, "robust_valid")])
@pytest.mark.parametrize(
    ("sd", "tolerance", "threshold"), [(0.0, 0.1, 0.8), (0.02, 0.1, 0.8), (0.1, 0.1, 0.6)]
)
def test_the_threshold_is_the_mean_minus_three_deviations_or_the_tolerance(
    look, metric, sd, tolerance, threshold
):
    expected = expectation(**{f"{metric}_accuracy": statistic(0.9, sd)})
    parameters = {"full": {"below": tolerance}, "zero": 0.1}
    assert look(threshold + 1e-9, expected, **parameters).verdict is MET
    assert look(threshold - 1e-3, expected, **parameters).verdict is PARTIAL


def test_a_level_can_be_another_labs():
    other = baseline("lab2", robust_valid_accuracy=statistic(0.7, 0.01))
    expected = expectation({"lab2": other}, robust_valid_accuracy=statistic(0.95))
    parameters = {"full": {"below": 0.05}, "zero": {"above": 0.02, "of": "lab2"}}
    assert valid(0.73, expected, **parameters).share == pytest.approx(0)
    assert valid(0.815, expected, **parameters).share == pytest.approx(0.5)
    assert valid(0.9, expected, **parameters).verdict is MET


def test_a_level_of_a_lab_without_baseline_is_the_rubrics_mistake():
    with pytest.raises(CourseError, match="grader calibrate lab9"):
        valid(0.9, full=0.9, zero={"above": 0.0, "of": "lab9"})


@pytest.mark.parametrize("look", [train, valid])
@pytest.mark.parametrize("zero", [0.8, 0.9])
@pytest.mark.parametrize("value", [0.1, 0.95])
def test_levels_the_wrong_way_round_are_the_rubrics_mistake(look, zero, value):
    with pytest.raises(CourseError, match="wrong way round"):
        look(value, full=0.8, zero=zero)


def test_a_reference_no_better_than_the_other_lab_is_the_courses_mistake():
    other = baseline("lab2", robust_valid_accuracy=statistic(0.94, 0.01))
    expected = expectation({"lab2": other}, robust_valid_accuracy=statistic(0.95))
    with pytest.raises(CourseError, match="calibrate again"):
        valid(0.1, expected, full={"below": 0.05}, zero={"above": 0.0, "of": "lab2"})


def test_the_median_of_the_last_epochs_forgives_an_unlucky_last_one():
    epochs = (0.8, 0.82, 0.81, 0.83, 0.5)
    assert valid(0.5, epochs=epochs, full=0.8, zero=0.2).verdict is MET


def test_the_final_model_can_be_all_that_counts():
    epochs = (0.8, 0.82, 0.81, 0.83, 0.5)
    finding = valid(0.5, epochs=epochs, full=0.8, zero=0.2, statistic="final")
    assert finding.share == pytest.approx(0.5)


def test_restored_best_weights_are_not_punished():
    assert valid(0.9, epochs=(0.5, 0.9, 0.6, 0.6, 0.6), full=0.9, zero=0.2).verdict is MET


@pytest.mark.parametrize(
    ("name", "value"), [("final", 0.6), ("median_last_k", 0.7), ("best_last_k", 0.9)]
)
def test_each_statistic_is_what_it_says(name, value):
    measured = measurements(valid_accuracy=0.6, snapshots=snapshots(0.5, 0.9, 0.7))
    assert robust(measured, name) == pytest.approx(value)


@pytest.mark.parametrize("name", ["final", "median_last_k", "best_last_k"])
def test_without_snapshots_of_epochs_the_final_model_counts(name):
    final = snapshots(0.1)[0].model_copy(update={"name": "final", "epoch": None})
    assert robust(measurements(valid_accuracy=0.6, snapshots=(final,)), name) == 0.6


@given(final=fractions, epochs=st.lists(fractions, max_size=6))
def test_the_robust_statistic_is_never_below_the_final_model(final, epochs):
    measured = measurements(valid_accuracy=final, snapshots=snapshots(*epochs))
    for name in ("final", "median_last_k", "best_last_k"):
        assert final <= robust(measured, name) <= max([final, *epochs])


@given(low=fractions, high=fractions, full=fractions, zero=fractions)
def test_a_higher_accuracy_never_loses(low, high, full, zero):
    low, high = sorted((low, high))
    zero, full = sorted((zero, full))
    assume(zero < full)
    for look in (train, valid):
        assert look(low, full=full, zero=zero).share <= look(high, full=full, zero=zero).share


@given(value=fractions, full=fractions, zero=fractions)
def test_shares_stay_between_none_and_all(value, full, zero):
    zero, full = sorted((zero, full))
    assume(zero < full)
    finding = train(value, full=full, zero=zero)
    assert 0 <= finding.share <= 1
    assert (finding.verdict is MET) is (finding.share == 1)


@pytest.mark.parametrize("check", [TRAIN, VALID])
def test_a_program_that_trained_nothing_blocks_it(check):
    finding = judge(check, unmeasured(GapKind.NOTHING_TRAINED), full=0.9, zero=0.5)
    assert finding.verdict is Verdict.BLOCKED


@pytest.mark.parametrize("check", [TRAIN, VALID])
@pytest.mark.parametrize("kind", OURS)
def test_a_model_we_could_not_measure_is_our_fault(check, kind):
    assert judge(check, unmeasured(kind), full=0.9, zero=0.5).verdict is Verdict.FAULT


def test_a_training_accuracy_that_was_not_measured_is_our_fault():
    assert train(None, full=0.9, zero=0.5).verdict is Verdict.FAULT


@pytest.mark.parametrize("check", [TRAIN, VALID])
@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"full": 0.9},
        {"full": "high", "zero": 0.5},
        {"full": 97.5, "zero": 0.5},
        {"full": 0.9, "zero": -0.5},
        {"full": {"below": 0.1, "above": 0.1}, "zero": 0.5},
        {"full": {}, "zero": 0.5},
        {"full": {"below": 1.5}, "zero": 0.5},
        {"full": {"under": 0.5}, "zero": 0.5},
        {"full": 0.9, "zero": 0.5, "statistic": "mean"},
    ],
)
def test_wrong_parameters_are_refused(check, wrong):
    with pytest.raises(ValidationError):
        CHECKS[check].parameters.model_validate(wrong)


@pytest.mark.parametrize("check", [TRAIN, VALID])
def test_whole_numbers_are_levels_too(check):
    assert judge(check, full=1, zero=0).verdict is PARTIAL


@pytest.mark.parametrize("check", [TRAIN, VALID])
@pytest.mark.parametrize("value", [0.6, 0.88])
def test_where_both_sets_are_prepared_differently_the_advice_is_to_mend_that(check, value):
    measured = {"train_accuracy": value, "valid_accuracy": value, "snapshots": ()}
    for alike in (True, False):
        found = evidence(measurements=measurements(**measured, prepared_alike=alike))
        finding = judge(check, found, full=0.9, zero=0.5)
        assert ("by the same lines" in finding.next_step) is not alike
