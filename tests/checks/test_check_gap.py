"""The check ``generalisation_gap``."""

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
from grader.errors import CourseError
from grader.model.evidence import GapKind, TypicalEpoch
from grader.model.verdict import Verdict

CHECK = "generalisation_gap"
MET, PARTIAL, UNMET = Verdict.MET, Verdict.PARTIAL, Verdict.UNMET
fractions = st.floats(0, 1)


def gap(train, valid, expected=None, epochs=(), **parameters):
    measured = measurements(
        train_accuracy=train, valid_accuracy=valid, snapshots=snapshots(*epochs)
    )
    return judge(CHECK, evidence(measurements=measured), expected, **parameters)


@pytest.mark.parametrize(
    ("valid", "verdict", "share"),
    [(0.95, MET, 1), (0.8, MET, 1), (0.7, PARTIAL, 0.75), (0.4, UNMET, 0), (0.1, UNMET, 0)],
)
def test_points_fall_as_the_gap_grows(valid, verdict, share):
    finding = gap(1.0, valid, full=0.2, zero=0.6)
    assert finding.verdict is verdict
    assert finding.share == pytest.approx(share)
    assert bool(finding.next_step) is (verdict is not MET)


def test_a_network_that_does_better_on_unseen_images_has_no_gap():
    finding = gap(0.8, 0.9, full=0.0, zero=0.5)
    assert finding.verdict is MET
    assert finding.found.startswith("The gap is 0.0 percentage points")


def test_one_unlucky_last_epoch_makes_no_gap():
    typical = TypicalEpoch(
        name="epoch-00004", train_accuracy=1.0, train_loss=None, valid_accuracy=0.95
    )
    unlucky = measurements(train_accuracy=0.9, valid_accuracy=0.6, typical=typical)
    parameters = {"full": 0.06, "zero": 0.4}
    assert judge(CHECK, evidence(measurements=unlucky), **parameters).verdict is MET
    alone = unlucky.model_copy(update={"typical": None})
    assert judge(CHECK, evidence(measurements=alone), **parameters).verdict is PARTIAL


@pytest.mark.parametrize(("sd", "threshold"), [(0.0, 0.3), (0.05, 0.35)])
def test_the_limit_is_the_mean_plus_three_deviations_or_the_tolerance(sd, threshold):
    expected = expectation(gap=statistic(0.2, sd))
    parameters = {"full": {"above": 0.1}, "zero": 0.7}
    assert gap(1.0, 1 - threshold + 1e-9, expected, **parameters).verdict is MET
    assert gap(1.0, 1 - threshold - 1e-3, expected, **parameters).verdict is PARTIAL


def test_no_points_for_the_gap_of_another_lab():
    expected = expectation({"lab2": baseline("lab2", gap=statistic(0.2))}, gap=statistic(0.02))
    parameters = {"full": {"above": 0.06}, "zero": {"above": 0.0, "of": "lab2"}}
    assert gap(1.0, 0.8, expected, **parameters).share == pytest.approx(0)
    assert gap(1.0, 0.86, expected, **parameters).share == pytest.approx(0.5)
    assert gap(1.0, 0.92, expected, **parameters).verdict is MET


@pytest.mark.parametrize("zero", [0.1, 0.05])
@pytest.mark.parametrize("valid", [0.5, 0.99])
def test_levels_the_wrong_way_round_are_the_rubrics_mistake(zero, valid):
    with pytest.raises(CourseError, match="wrong way round"):
        gap(1.0, valid, full=0.1, zero=zero)


@given(train=fractions, worse=fractions, better=fractions, full=fractions, zero=fractions)
def test_a_smaller_gap_never_loses(train, worse, better, full, zero):
    worse, better = sorted((worse, better))
    full, zero = sorted((full, zero))
    assume(full < zero)
    small, large = (gap(train, value, full=full, zero=zero) for value in (better, worse))
    assert 0 <= large.share <= small.share <= 1


def test_a_program_that_trained_nothing_blocks_it():
    finding = judge(CHECK, unmeasured(GapKind.NOTHING_TRAINED), full=0.1, zero=0.5)
    assert finding.verdict is Verdict.BLOCKED


@pytest.mark.parametrize("kind", OURS)
def test_a_model_we_could_not_measure_is_our_fault(kind):
    assert judge(CHECK, unmeasured(kind), full=0.1, zero=0.5).verdict is Verdict.FAULT


def test_a_training_accuracy_that_was_not_measured_is_our_fault():
    assert gap(None, 0.5, full=0.1, zero=0.5).verdict is Verdict.FAULT


@pytest.mark.parametrize(
    "wrong", [{}, {"full": 0.1}, {"full": 12, "zero": 70}, {"full": 0.1, "zero": 0.2, "k": 5}]
)
def test_wrong_parameters_are_refused(wrong):
    with pytest.raises(ValidationError):
        CHECKS[CHECK].parameters.model_validate(wrong)
