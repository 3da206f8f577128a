"""The check ``completes``."""

import pytest
from builders import claims, evidence, judge, run_figures, trace

from grader.model.claims import Crash
from grader.model.run import Outcome
from grader.model.source import Place
from grader.model.verdict import Verdict


def test_a_run_that_ended_by_itself_is_met():
    finding = judge("completes")
    assert (finding.verdict, finding.share, finding.next_step) == (Verdict.MET, 1, "")


def test_a_notebook_is_told_how_many_cells_ran():
    finding = judge("completes", evidence(claims=claims(cells_run=7, cells_total=7)))
    assert finding.found == "All 7 code cells ran."


def test_cells_that_failed_because_they_may_are_not_said_to_have_run():
    finding = judge("completes", evidence(claims=claims(cells_run=6, cells_total=7)))
    assert finding.verdict is Verdict.MET
    assert finding.found.startswith("6 of 7 code cells ran; the others failed")


def test_an_exception_is_unmet_and_says_where():
    crash = Crash(type="NameError", message=" name 'modle' is not defined", line=12, cell=3)
    finding = judge("completes", evidence(claims=claims(crash=crash)))
    assert (finding.verdict, finding.share) == (Verdict.UNMET, 0)
    assert (
        finding.found == "It stopped in cell 3, line 12 with NameError: name 'modle' is not defined"
    )
    assert finding.where is not None
    assert (finding.where.cell, finding.where.line) == (3, 12)
    assert finding.next_step


def test_a_long_message_of_an_exception_is_cut():
    crash = Crash(type="ValueError", message="x" * 5000)
    assert len(judge("completes", evidence(claims=claims(crash=crash))).found) < 400


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome.TIMEOUT, "time was up"),
        (Outcome.MEMORY, "more memory"),
        (Outcome.OUTPUT, "printed more"),
        (Outcome.SIGNAL, "ended by SIGSEGV"),
        (Outcome.ERROR, "exit code 5"),
    ],
)
def test_any_other_ending_is_unmet_and_named(outcome, words):
    run = run_figures(outcome, signal="SIGSEGV", exit_code=5, detail="After 12 s.")
    finding = judge("completes", evidence(run=run))
    assert finding.verdict is Verdict.UNMET
    assert words in finding.found
    assert "After 12 s." in finding.found


@pytest.mark.parametrize(
    ("epochs", "words"), [(0, "make an epoch faster"), (4, "Epochs finished in that time: 4.")]
)
def test_the_advice_on_time_fits_how_far_the_program_came(epochs, words):
    found = evidence(run=run_figures(Outcome.TIMEOUT), claims=claims(trace=trace(epochs)))
    assert words in judge("completes", found).next_step


@pytest.mark.parametrize(
    ("place", "epochs", "words"),
    [
        (Place(cell=5, line=3), 2, "It was in cell 5, line 3, after epoch 2."),
        (Place(file="lab.py", line=41), 0, "It was at line 41 of lab.py."),
        (None, 3, "It was after epoch 3."),
    ],
)
def test_what_stopped_it_is_said_with_where_it_was_then(place, epochs, words):
    said = claims(trace=trace(epochs)).model_copy(update={"stopped": place})
    found = evidence(run=run_figures(Outcome.TIMEOUT, detail="After 12 s."), claims=said)
    finding = judge("completes", found)
    assert finding.found.endswith(f"After 12 s. {words}")
    assert finding.where == place


def test_a_sandbox_that_did_not_work_is_our_fault():
    run = run_figures(Outcome.FAULT, detail="no room on the disk")
    finding = judge("completes", evidence(run=run))
    assert finding.verdict is Verdict.FAULT
    assert "no room on the disk" in finding.found


def test_a_cell_that_takes_too_long_is_a_matter_of_time_and_says_where():
    crash = Crash(type="CellTimeoutError", message="the cell ran longer than the 9 seconds", cell=7)
    run = run_figures(Outcome.ERROR, exit_code=1)
    found = judge("completes", evidence(run=run, claims=claims(crash=crash, trace=trace(3))))
    assert found.found == (
        "It was still running when its time was up. The cell ran longer than the 9 seconds. "
        "It was in cell 7, after epoch 3."
    )
    assert "Epochs finished in that time: 3" in found.next_step
    assert found.where == Place(cell=7)


def test_a_kernel_that_the_memory_limit_ended_is_a_matter_of_memory():
    crash = Crash(type="DeadKernelError", message="it died", cell=7, signal="SIGKILL")
    run = run_figures(Outcome.MEMORY, exit_code=None, detail="It may use 9 MB.")
    found = judge("completes", evidence(run=run, claims=claims(crash=crash, trace=trace(0))))
    assert found.found == "It used more memory than it may. It may use 9 MB. It was in cell 7."
    assert "batches that are too large" in found.next_step


def test_an_error_that_a_limit_came_after_is_still_the_error():
    crash = Crash(type="ValueError", message="no", cell=7)
    run = run_figures(Outcome.TIMEOUT, exit_code=None)
    found = judge("completes", evidence(run=run, claims=claims(crash=crash)))
    assert found.found.startswith("It stopped in cell 7 with ValueError")


@pytest.mark.parametrize(
    ("detail", "advice"),
    [
        ("The run saved more than the 9 MB it may.", "Save less"),
        ("The run saved more than the 10,000 files it may.", "fewer files"),
        ("The run made more than 10,000 temporary files.", "fewer files"),
        ("The run nested folders deeper than the 8 levels it may.", "fewer files"),
        ("The run wrote more than the 9 MB of temporary files it may.", "Save less"),
    ],
)
def test_what_filled_the_disk_is_said_with_where_it_was_then(detail, advice):
    run = run_figures(Outcome.ERROR, exit_code=None, detail=detail)
    said = claims(stopped=Place(cell=2, line=3), trace=trace(4))
    found = judge("completes", evidence(run=run, claims=said))
    assert found.found == f"{detail} It was in cell 2, line 3, after epoch 4."
    assert advice in found.next_step
