"""The check ``claims_agree``."""

import pytest
from builders import (
    OURS,
    claims,
    evidence,
    judge,
    measurements,
    snapshots,
    trace,
    training_pass,
    unmeasured,
)
from pydantic import ValidationError

from grader.checks import CHECKS
from grader.model.claims import Printed
from grader.model.evidence import GapKind
from grader.model.verdict import Verdict

CHECK = "claims_agree"


def look(train=None, valid=None, heard=None, **measured):
    said = claims(printed=Printed(train_accuracy=train, valid_accuracy=valid), trace=heard)
    return judge(CHECK, evidence(claims=said, measurements=measurements(**measured)))


def test_what_is_printed_and_measured_alike_is_met():
    finding = look(0.99, 0.98)
    assert finding.verdict is Verdict.MET
    assert "Training accuracy printed 99.0 %, seen 99.0 %" in finding.found


def test_printing_nothing_is_not_met_by_default():
    finding = look()
    assert (finding.verdict, finding.share) == (Verdict.BLOCKED, 0)
    assert "nothing to compare" in finding.found


def test_a_printed_99_beside_a_measured_60_is_unmet():
    finding = look(valid=0.99, valid_accuracy=0.6, snapshots=snapshots(0.5, 0.6))
    assert finding.verdict is Verdict.UNMET
    assert "99.0 %" in finding.found
    assert "60.0 %" in finding.found


def test_a_false_training_accuracy_is_unmet():
    assert look(train=0.99, train_accuracy=0.6).verdict is Verdict.UNMET


def test_a_running_training_accuracy_is_honest():
    heard = trace(1, passes=(training_pass(1, accuracy=0.9),))
    assert look(train=0.9, heard=heard, train_accuracy=0.99).verdict is Verdict.MET


def test_the_best_epoch_of_validation_is_honest():
    finding = look(valid=0.83, valid_accuracy=0.7, snapshots=snapshots(0.6, 0.83, 0.7))
    assert finding.verdict is Verdict.MET


def validated(*accuracies):
    """The program's own validation accuracies, epoch by epoch."""
    passes = (
        training_pass(number, training=False, accuracy=value)
        for number, value in enumerate(accuracies, 1)
    )
    return trace(len(accuracies), passes=tuple(passes))


KEPT = {"snapshots": snapshots(0.9, 0.6, 0.7, 0.8, 0.8)[2:], "valid_accuracy": 0.8}


def test_an_earlier_epoch_that_is_not_kept_is_honest_where_the_others_are_right():
    heard = validated(0.9, 0.6, 0.7, 0.8, 0.8)
    assert look(valid=0.9, heard=heard, **KEPT).verdict is Verdict.MET


@pytest.mark.parametrize(
    "heard", [validated(0.9, 0.6, 0.9, 0.9, 0.9), validated(0.9, 0.6, 0.7, 0.8, 0.95)]
)
def test_who_validates_on_the_wrong_images_has_no_earlier_epoch_to_show(heard):
    finding = look(valid=0.9, heard=heard, **KEPT)
    assert finding.verdict is Verdict.UNMET
    assert "holds the validation images" in finding.next_step


def test_other_passes_of_the_same_epoch_do_not_disturb():
    once_more = training_pass(5, training=False, accuracy=0.99)  # on the training images
    heard = validated(0.9, 0.6, 0.7, 0.8, 0.8)
    heard = heard.model_copy(update={"passes": (*heard.passes, once_more)})
    assert look(valid=0.9, heard=heard, **KEPT).verdict is Verdict.MET


def test_a_training_pass_is_no_witness_for_validation():
    heard = trace(1, passes=(training_pass(1, training=True, accuracy=0.5),))
    assert look(valid=0.5, heard=heard).verdict is Verdict.UNMET


def test_who_validates_on_training_images_is_told_so_however_near_the_figures_are():
    finding = look(valid=0.99, validated_on="train")
    assert finding.verdict is Verdict.UNMET
    assert "Your validation loop reads training images: the 99.0 % it prints" in finding.found
    assert "the final model has 98.0 %" in finding.found
    assert "the validation set" in finding.next_step


@pytest.mark.parametrize(
    ("printed", "measured"),
    [
        ({"valid": 0.98}, {"validated_on": "valid"}),
        ({"valid": 0.98}, {"validated_on": "mixed"}),
        ({"valid": 0.98}, {"validated_on": "unknown"}),
        ({"valid": 0.98}, {"validated_on": "train", "trained_on": "valid"}),  # swapped
        ({"train": 0.99}, {"validated_on": "train"}),  # it claims nothing else
    ],
)
def test_nobody_else_is_told_that(printed, measured):
    assert look(**printed, **measured).verdict is Verdict.MET


@pytest.mark.parametrize(("tolerance", "verdict"), [(0.03, Verdict.UNMET), (0.06, Verdict.MET)])
def test_the_tolerance_is_the_rubrics(tolerance, verdict):
    said = claims(printed=Printed(train_accuracy=0.94), trace=None)
    finding = judge(CHECK, evidence(claims=said), tolerance=tolerance)
    assert finding.verdict is verdict


def test_a_program_that_trained_nothing_blocks_it():
    assert judge(CHECK, unmeasured(GapKind.NOTHING_TRAINED)).verdict is Verdict.BLOCKED


@pytest.mark.parametrize("kind", OURS)
def test_a_model_we_could_not_measure_is_our_fault(kind):
    assert judge(CHECK, unmeasured(kind)).verdict is Verdict.FAULT


@pytest.mark.parametrize("wrong", [{"tolerance": 0}, {"tolerance": 2}, {"limit": 0.1}])
def test_wrong_parameters_are_refused(wrong):
    with pytest.raises(ValidationError):
        CHECKS[CHECK].parameters.model_validate(wrong)


def test_what_argmax_makes_of_nan_is_not_held_against_anyone():
    finding = look(0.1, 0.1, train_accuracy=0.0, valid_accuracy=0.0, finite=False)
    assert finding.verdict is Verdict.BLOCKED
    assert "NaN" in finding.found
