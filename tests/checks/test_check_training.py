"""The check ``really_trained``."""

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
from grader.model.evidence import GapKind, Moved
from grader.model.verdict import Verdict

CHECK = "really_trained"


def look(heard, moved=None, **parameters):
    found = evidence(claims=claims(trace=heard), measurements=measurements(moved=moved))
    return judge(CHECK, found, **parameters)


def passes(*changes):
    return tuple(training_pass(i, **change) for i, change in enumerate(changes, 1))


def test_an_honest_training_is_met():
    finding = look(trace(5), Moved(parameters=6, moved=6, relative_distance=0.4), epochs=2)
    assert finding.verdict is Verdict.MET
    assert finding.found == "5 epochs, 500 steps with Adam."


@pytest.mark.parametrize("wanted", [2, 5])
def test_a_single_epoch_is_no_training_where_more_are_asked_for(wanted):
    finding = look(trace(1), epochs=wanted)
    assert (finding.verdict, finding.share) == (Verdict.UNMET, 0)
    assert finding.found == f"It trained 1 whole epoch; {wanted} are asked for."
    assert "step()" not in finding.next_step


@pytest.mark.parametrize(("epochs", "share"), [(2, 0.4), (4, 0.8)])
def test_a_training_that_stops_early_earns_its_share_of_the_epochs(epochs, share):
    finding = look(trace(epochs), epochs=5)
    assert (finding.verdict, finding.share) == (Verdict.PARTIAL, share)
    assert finding.found == f"It trained {epochs} whole epochs; 5 are asked for."
    assert "early stopping" in finding.next_step
    assert "step()" not in finding.next_step


@pytest.mark.parametrize("epochs", [1, 2])
def test_epochs_without_a_step_are_unmet_however_many_there_are(epochs):
    idle = passes(*[{"steps": 0, "backwards": 0}] * epochs)
    finding = look(trace(epochs, passes=idle), epochs=2)
    assert finding.verdict is Verdict.UNMET
    assert "step() for every batch" in finding.next_step


def test_a_hand_written_optimizer_counts_by_its_backward_calls():
    own = passes({"steps": 0}, {"steps": 0})
    finding = look(trace(2, passes=own, optimizer=None))
    assert finding.verdict is Verdict.MET
    assert finding.found == "2 epochs, 200 steps with its own update."


def test_steps_without_gradients_are_explained():
    heard = trace(5, without_gradients=True)
    finding = look(heard, Moved(parameters=6, moved=0, relative_distance=0.0))
    assert finding.verdict is Verdict.UNMET
    assert "No parameter ever got a gradient" in finding.found
    assert "outside torch.no_grad()" in finding.next_step
    moved = look(heard, Moved(parameters=6, moved=6, relative_distance=0.4))
    assert moved.verdict is Verdict.MET, "what is measured counts more than what is claimed"


def test_a_network_that_did_not_move_is_unmet():
    finding = look(trace(5), Moved(parameters=6, moved=0, relative_distance=0.0))
    assert finding.verdict is Verdict.UNMET
    assert finding.found == "No parameter of the network changed."


@pytest.mark.parametrize("last", [1.0, 2.0])
def test_a_loss_that_does_not_fall_is_unmet(last):
    finding = look(trace(2, passes=passes({"loss": 1.0}, {"loss": last})))
    assert finding.verdict is Verdict.UNMET
    assert "never fell" in finding.found


def test_one_epoch_needs_no_second_to_compare_with():
    assert look(trace(1), epochs=1).verdict is Verdict.MET


def test_passes_too_short_to_be_an_epoch_do_not_count():
    short = (training_pass(None, loss=0.01), *passes({"loss": 1.0}, {"loss": 0.5}))
    assert look(trace(2, passes=short)).found == "2 epochs, 200 steps with Adam."


def test_a_run_that_was_never_heard_is_unmet():
    assert look(None).verdict is Verdict.UNMET


def test_a_program_that_trained_nothing_blocks_it():
    assert judge(CHECK, unmeasured(GapKind.NOTHING_TRAINED)).verdict is Verdict.BLOCKED


@pytest.mark.parametrize("kind", OURS)
def test_a_model_we_could_not_measure_is_our_fault(kind):
    finding = judge(CHECK, unmeasured(kind, "the graph is empty"))
    assert finding.verdict is Verdict.FAULT
    assert finding.found == "Your model could not be measured: the graph is empty."


@pytest.mark.parametrize("wrong", [{"epochs": 0}, {"epochs": 1.5}, {"steps": 10}])
def test_wrong_parameters_are_refused(wrong):
    with pytest.raises(ValidationError):
        CHECKS[CHECK].parameters.model_validate(wrong)


def test_a_network_that_answers_nan_did_not_learn():
    found = evidence(
        claims=claims(trace=trace(5)), measurements=measurements(finite=False, valid_loss=None)
    )
    finding = judge(CHECK, found, epochs=2)
    assert finding.verdict is Verdict.UNMET
    assert "diverged" in finding.found
    assert "learning rate" in finding.next_step


MOVED = Moved(parameters=6, moved=6, relative_distance=0.4)


def counted(heard, **changes):
    measured = measurements(moved=MOVED, **changes)
    found = evidence(claims=claims(trace=heard), measurements=measured)
    return judge(CHECK, found, epochs=2)


def test_epochs_that_changed_no_weight_do_not_count():
    finding = counted(trace(5), idle_epochs=4)
    assert finding.verdict is Verdict.UNMET
    assert finding.found == "It trained 1 whole epoch; 2 are asked for."
    assert counted(trace(5), idle_epochs=3).verdict is Verdict.MET


def test_epochs_that_left_no_weights_do_not_count():
    finding = counted(trace(5), snapshots=snapshots(0.9))
    assert finding.found == "It trained 1 whole epoch; 2 are asked for."
    assert counted(trace(5), snapshots=snapshots(0.9, 0.95)).verdict is Verdict.MET


def test_where_no_epoch_was_kept_the_record_is_believed():
    final = measurements().snapshots[-1].model_copy(update={"name": "final", "epoch": None})
    assert counted(trace(5), snapshots=(final,)).verdict is Verdict.MET
