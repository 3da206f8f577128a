"""Verdicts and a rubric become points."""

import sys
from dataclasses import replace

import pytest
from builders import (
    OURS,
    claims,
    criterion,
    evidence,
    expectation,
    measurements,
    rubric,
    run_figures,
    snapshots,
    unmeasured,
)
from hypothesis import given
from hypothesis import strategies as st

from grader.checks import CHECKS
from grader.checks.interface import Check, NoParameters
from grader.errors import CourseError
from grader.model.claims import Crash
from grader.model.evidence import Agreement, GapKind, Moved
from grader.model.run import Outcome
from grader.model.verdict import Finding, Verdict
from grader.scoring import score

MET, PARTIAL, UNMET, BLOCKED, FAULT = Verdict


def fixed(name, verdict, share=0.0, found="So it is."):
    """A check that always finds the same."""
    finding = Finding(
        verdict=verdict, share=share, expected="It be.", found=found, next_step="Do it."
    )
    return Check(name, "Always the same.", NoParameters, lambda *_: finding)


TABLE = {
    **CHECKS,
    **{
        check.name: check
        for check in (
            fixed("good", MET, 1),
            fixed("half", PARTIAL, 0.5),
            fixed("third", PARTIAL, 1 / 3),
            fixed("bad", UNMET, found="The loop never ends."),
            fixed("ours", FAULT, found="The disk was full."),
        )
    },
}


def grade(*criteria, found=None, pass_mark=0.5):
    return score(found or evidence(), rubric(*criteria, pass_mark=pass_mark), expectation(), TABLE)


def by_id(result):
    return {item.id: item for item in result.criteria}


def test_points_are_the_shares_of_each_criterion():
    result = grade(criterion("a", "good", 60), criterion("b", "half", 30), criterion("c", "bad", 9))
    assert [item.earned for item in result.criteria] == [60, 15, 0]
    assert (result.score, result.max_score, result.passed) == (75, 99, True)
    assert not result.provisional
    assert not result.needs_review


def test_points_are_rounded_to_hundredths():
    result = grade(*(criterion(name, "third", 10) for name in "abc"))
    assert [item.earned for item in result.criteria] == [3.33] * 3
    assert result.score == 9.99


@pytest.mark.parametrize(
    ("pass_mark", "passed"), [(0.0, True), (0.55, True), (0.56, False), (1.0, False)]
)
def test_exactly_the_pass_mark_is_a_pass(pass_mark, passed):
    result = grade(criterion("a", "good", 55), criterion("b", "bad", 45), pass_mark=pass_mark)
    assert result.passed is passed


def test_the_pass_mark_is_exact_for_every_percentage():
    for percent in range(1, 101):
        criteria = [criterion("a", "good", percent), criterion("b", "bad", 100 - percent)]
        assert grade(*criteria, pass_mark=percent / 100).passed


def test_full_marks_pass_a_mark_of_one_in_odd_points():
    result = grade(*(criterion(f"c{i}", "good", 0.1) for i in range(3)), pass_mark=1.0)
    assert result.score == result.max_score
    assert result.passed


def test_a_failed_prerequisite_blocks_and_is_named_and_does_not_fail_twice():
    result = grade(
        criterion("a", "bad"), criterion("b", "good", requires=["a"]), criterion("c", "good")
    )
    found = by_id(result)
    assert [item.verdict for item in result.criteria] == [UNMET, BLOCKED, MET]
    assert found["b"].earned == 0
    assert "Not judged, because of “The a criterion”" in found["b"].found
    assert found["b"].help == "Do it."


def test_blocking_goes_down_the_whole_chain():
    result = grade(
        criterion("a", "bad"),
        criterion("b", "good", requires=["a"]),
        criterion("c", "good", requires=["b"]),
        criterion("d", "good", requires=["a", "c"]),
    )
    assert [item.verdict for item in result.criteria] == [UNMET, BLOCKED, BLOCKED, BLOCKED]


@pytest.mark.parametrize(("check", "verdict"), [("good", MET), ("half", MET)])
def test_a_prerequisite_met_in_part_blocks_nothing(check, verdict):
    result = grade(criterion("a", check), criterion("b", "good", requires=["a"]))
    assert by_id(result)["b"].verdict is verdict


def test_what_requires_a_fault_is_a_fault_too():
    result = grade(
        criterion("a", "ours"),
        criterion("b", "good", requires=["a"]),
        criterion("c", "good", requires=["b"]),
        criterion("d", "good"),
    )
    assert [item.verdict for item in result.criteria] == [FAULT, FAULT, FAULT, MET]


def test_a_fault_stays_a_fault_below_a_failed_prerequisite():
    result = grade(criterion("a", "bad"), criterion("b", "ours", requires=["a"]))
    assert by_id(result)["b"].verdict is FAULT
    assert result.needs_review


def test_a_fault_makes_the_grade_provisional_and_says_why():
    result = grade(criterion("a", "ours", 60), criterion("b", "good", 40))
    assert (result.provisional, result.needs_review) == (True, True)
    assert result.reasons == ("The disk was full.",)
    assert result.score == 40


def test_one_cause_is_one_reason():
    result = grade(*(criterion(name, "ours") for name in "abc"), criterion("d", "good"))
    assert result.reasons == ("The disk was full.",)


def test_a_fault_that_leaves_nothing_to_score_is_no_zero():
    result = grade(criterion("a", "ours"), criterion("b", "ours"))
    assert result.score is None
    assert not result.passed
    assert result.needs_review


def test_criteria_without_points_are_nothing_to_score():
    result = grade(criterion("a", "ours"), criterion("b", "good", points=0))
    assert result.score is None


def test_a_run_that_was_our_fault_has_no_score():
    result = grade(criterion("a", "good"), found=evidence(run=run_figures(Outcome.FAULT)))
    assert result.score is None


def test_nothing_right_is_a_zero():
    result = grade(criterion("a", "bad"), criterion("b", "bad"))
    assert (result.score, result.passed, result.provisional) == (0, False, False)


LAB1 = [
    criterion("exercises", "exercises_finished", 10),
    criterion("completes", "completes", 10),
    criterion("trained", "really_trained", 10, **{"with": {"epochs": 2}}),
    criterion("architecture", "architecture", 20, **{"with": {"match": "sequence"}}),
    criterion(
        "training",
        "training_accuracy",
        20,
        requires=["trained"],
        **{"with": {"full": {"below": 0.015}, "zero": 0.5}},
    ),
    criterion(
        "validation",
        "validation_accuracy",
        30,
        requires=["trained"],
        **{"with": {"full": {"below": 0.015}, "zero": 0.5}},
    ),
]


def test_a_right_submission_has_full_marks():
    result = grade(*LAB1, pass_mark=0.7)
    assert (result.score, result.passed, result.needs_review) == (100, True, False)


def test_a_program_that_crashed_before_training_is_scored_and_not_reviewed():
    crash = Crash(type="NameError", message="name 'modle' is not defined")
    found = unmeasured(
        GapKind.NOTHING_TRAINED,
        claims=claims(crash=crash, trace=None),
        run=run_figures(Outcome.ERROR),
    )
    result = grade(*LAB1, found=found, pass_mark=0.7)
    assert [item.verdict for item in result.criteria] == [MET, UNMET, *[BLOCKED] * 4]
    assert (result.score, result.passed, result.needs_review) == (10, False, False)


CRASH = Crash(type="ValueError", message="planned", file="lab.py", line=33)
ENDED = {
    "memory": ({"run": run_figures(Outcome.MEMORY)}, "more memory than it may", "less memory"),
    "time": (
        {"run": run_figures(Outcome.TIMEOUT), "claims": claims(trace=None)},
        "when its time was up",
        "an epoch faster",
    ),
    "output": ({"run": run_figures(Outcome.OUTPUT)}, "printed more than it may", "once per epoch"),
    "signal": ({"run": run_figures(Outcome.SIGNAL, signal="SIGSEGV")}, "by SIGSEGV", "a library"),
    "exit": ({"run": run_figures(Outcome.ERROR, exit_code=5)}, "exit code 5", "exit()"),
    "crash": (
        {"run": run_figures(Outcome.ERROR), "claims": claims(crash=CRASH)},
        "stopped in line 33 of lab.py with ValueError",
        "Correct the error in line 33 of lab.py",
    ),
}


@pytest.mark.parametrize("name", ENDED)
def test_what_could_not_be_measured_names_what_ended_the_run_and_what_fits(name):
    changes, cause, advice = ENDED[name]
    found = unmeasured(GapKind.NOTHING_TRAINED, "no epoch was seen to its end", **changes)
    judged = [item for item in grade(*LAB1, found=found).criteria if item.verdict is BLOCKED]
    assert [item.id for item in judged] == ["trained", "architecture", "training", "validation"]
    for item in judged:
        assert "no epoch was seen to its end, because it " in item.found
        assert cause in item.found
        assert advice in item.help


def test_what_was_not_run_at_all_says_why():
    not_run = run_figures(Outcome.NOT_RUN, detail="It was not run: cell 3 is no Python.")
    found = unmeasured(GapKind.NOTHING_TRAINED, "the program was not run", run=not_run)
    (judged,) = grade(LAB1[3], found=found).criteria
    assert judged.found == "There is nothing to measure: it was not run: cell 3 is no Python."
    assert "Correct what is named above" in judged.help


@pytest.mark.parametrize("kind", OURS)
def test_a_model_that_cannot_be_measured_is_reviewed_and_keeps_its_other_points(kind):
    result = grade(*LAB1, found=unmeasured(kind, "its forward cannot be captured"))
    assert [item.verdict for item in result.criteria] == [MET, MET, *[FAULT] * 4]
    assert result.score == 20
    assert result.reasons == (
        "Your model could not be measured: its forward cannot be captured.",
        *[reason for reason in result.reasons if reason.startswith("Not judged")],
    )


FLAGGED = {
    "a forward that cheats": {
        "agreement": Agreement(rows=64, disagreements=9, largest_difference=3.0, agrees=False)
    },
    "no answers to compare": {"agreement": None},
    "trained on validation": {"trained_on": "valid"},
    "trained on both": {"trained_on": "mixed"},
    "another network in evaluation": {"forms_agree": False},
}


@pytest.mark.parametrize("name", FLAGGED)
def test_a_flag_asks_for_review_and_never_subtracts(name):
    result = grade(*LAB1, found=evidence(measurements=measurements(**FLAGGED[name])))
    assert result.score == 100
    assert len(result.flags) == 1
    assert result.reasons == result.flags
    assert (result.provisional, result.needs_review, result.passed) == (True, True, True)


KILLED = {
    "the program": (Outcome.SIGNAL, "SIGKILL", None),
    "its kernel": (
        Outcome.ERROR,
        None,
        Crash(type="DeadKernelError", message="", signal="SIGKILL"),
    ),
    "a loader's worker": (
        Outcome.ERROR,
        None,
        Crash(
            type="RuntimeError", message="DataLoader worker (pid 7) is killed by signal: Killed. "
        ),
    ),
}


def test_a_run_that_was_kept_from_its_work_until_its_limit_needs_a_person():
    for cpu_s, device, needed in ((2, "cpu", True), (55, "cpu", False), (2, "cuda:0", False)):
        run = run_figures(Outcome.TIMEOUT, wall_s=60, cpu_s=cpu_s)
        slow = unmeasured(GapKind.NOTHING_TRAINED, run=run, device=device)
        found = grade(*LAB1, found=slow)
        assert found.needs_review == needed
        assert [one for one in found.reasons if "worked for only 3% of it" in one] == (
            list(found.reasons) if needed else []
        )


@pytest.mark.parametrize("what", KILLED)
def test_a_run_killed_from_outside_needs_a_person(what):
    outcome, signal, crash = KILLED[what]
    run = run_figures(outcome, signal=signal, exit_code=None if signal else 1)
    killed = unmeasured(GapKind.NOTHING_TRAINED, run=run, claims=claims(crash=crash))
    assert "killed, and by none of the grader's limits" in grade(*LAB1, found=killed).reasons[0]


def test_a_kernel_that_a_limit_ended_or_that_ended_itself_needs_nobody():
    died = Crash(type="DeadKernelError", message="", signal="SIGKILL")
    run = run_figures(Outcome.MEMORY, exit_code=None)
    found = unmeasured(GapKind.NOTHING_TRAINED, run=run, claims=claims(crash=died))
    assert not grade(*LAB1, found=found).needs_review
    left = died.model_copy(update={"signal": "SIGSEGV"})
    run = run_figures(Outcome.ERROR, exit_code=1)
    found = unmeasured(GapKind.NOTHING_TRAINED, run=run, claims=claims(crash=left))
    assert not grade(*LAB1, found=found).needs_review


@pytest.mark.parametrize("outcome", [Outcome.TIMEOUT, Outcome.MEMORY, Outcome.ERROR])
def test_a_run_that_ended_by_itself_or_at_a_limit_needs_nobody(outcome):
    found = unmeasured(GapKind.NOTHING_TRAINED, run=run_figures(outcome, exit_code=None))
    assert not grade(*LAB1, found=found).needs_review


def test_dropout_that_stays_on_is_no_disagreement():
    found = evidence(measurements=measurements(agreement=None, always_dropout=True))
    assert grade(*LAB1, found=found).flags == ()


def fails(*_):
    raise ZeroDivisionError("planned")


def leaves(*_):
    sys.exit("planned")


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (fails, "ZeroDivisionError: planned"),
        (leaves, "SystemExit: planned"),
        (lambda *_: None, "TypeError: it returned no finding"),
    ],
)
def test_a_check_that_fails_is_our_fault_and_the_others_are_judged(broken, said):
    own = dict(CHECKS) | {"own": replace(CHECKS["completes"], name="own", judge=broken)}
    rules = rubric(criterion("a"), criterion("b", "own"), criterion("c", requires=["b"]))
    result = score(evidence(), rules, expectation(), own)
    assert [item.verdict for item in result.criteria] == [MET, FAULT, FAULT]
    assert said in result.criteria[1].found
    assert (result.score, result.needs_review) == (10, True)


@pytest.mark.parametrize("split", ["train", "unknown"])
def test_training_on_the_training_set_or_on_unknown_images_is_no_flag(split):
    found = evidence(measurements=measurements(trained_on=split))
    assert grade(*LAB1, found=found).flags == ()


def test_notes_ask_for_no_review():
    result = grade(*LAB1, found=evidence(notes=("A file of the run was not usable.",)))
    assert result.notes == ("A file of the run was not usable.",)
    assert not result.needs_review


@pytest.mark.parametrize(
    ("statistic", "value"), [("final", 0.6), ("median_last_k", 0.7), ("best_last_k", 0.9)]
)
def test_the_attempt_records_the_statistic_the_rubric_uses(statistic, value):
    found = evidence(
        seed=7,
        measurements=measurements(valid_accuracy=0.6, snapshots=snapshots(0.5, 0.9, 0.7)),
    )
    rules = {"full": 0.9, "zero": 0.1, "statistic": statistic}
    result = grade(criterion("v", "validation_accuracy", **{"with": rules}), found=found)
    (attempt,) = result.attempts
    assert (attempt.seed, attempt.score) == (7, result.score)
    assert attempt.valid_accuracy == pytest.approx(value)
    assert result.measurements.statistic == statistic


def test_an_attempt_that_measured_nothing_says_so():
    (attempt,) = grade(*LAB1, found=unmeasured(GapKind.FAULT)).attempts
    assert attempt.valid_accuracy is None


def test_help_joins_the_next_step_and_the_rubrics_own():
    result = grade(
        criterion("a", "bad", help="Handout: page 3."), criterion("b", "good", help="Page 4.")
    )
    assert by_id(result)["a"].help == "Do it. Handout: page 3."
    assert by_id(result)["b"].help == ""
    assert by_id(result)["a"].reason == "It be. The loop never ends."


def test_the_grade_carries_what_was_measured_and_what_was_expected():
    result = grade(*LAB1)
    assert result.measurements.valid_accuracy == 0.98
    assert result.measurements.layers == result.measurements.expected_layers
    assert result.claims.optimizer == "Adam"
    assert result.claims.epochs == 5


def test_the_same_evidence_gives_the_same_grade():
    assert grade(*LAB1).document() == grade(*LAB1).document()


def test_a_check_nobody_knows_is_the_rubrics_mistake():
    with pytest.raises(CourseError, match="'nonsense', which does not exist: use one of"):
        grade(criterion("a", "nonsense"))


def test_a_wrong_parameter_is_the_rubrics_mistake_and_named():
    with pytest.raises(CourseError, match="criterion 'a' has a wrong parameter tolerance"):
        grade(criterion("a", "claims_agree", **{"with": {"tolerance": 7}}))


@given(
    shares=st.lists(st.floats(0, 1), min_size=1, max_size=8),
    points=st.lists(st.floats(0.01, 50), min_size=8, max_size=8),
)
def test_a_score_is_never_negative_nor_above_the_maximum(shares, points):
    table = {f"s{i}": fixed(f"s{i}", PARTIAL, share) for i, share in enumerate(shares)}
    rules = rubric(*(criterion(f"c{i}", f"s{i}", points[i]) for i in range(len(shares))))
    result = score(evidence(), rules, expectation(), table)
    assert result.score is not None
    assert 0 <= result.score <= result.max_score + 0.005 * len(shares)


@pytest.mark.parametrize(("distance", "flagged"), [(5e-8, True), (0.02, False)])
def test_a_network_whose_parameters_hardly_moved_is_looked_at(distance, flagged):
    moved = Moved(parameters=6, moved=6, relative_distance=distance)
    result = grade(*LAB1, found=evidence(measurements=measurements(moved=moved)))
    assert any("trained elsewhere" in flag for flag in result.flags) is flagged
    assert result.needs_review is flagged


@pytest.mark.parametrize("visibility", ["hidden", "after_due_date"])
def test_what_is_hidden_is_neither_named_nor_explained_to_students(visibility):
    secret = {"visibility": visibility, "title": "Uses the trick"}
    after = criterion("open", "good", requires=["secret"])
    (_, shown) = grade(criterion("secret", "bad", **secret), after).criteria
    assert "a hidden criterion" in shown.found
    assert not {"Uses the trick", "Do it."} & {shown.found, shown.help}
    assert "Uses the trick" not in shown.found
    lost = grade(criterion("secret", "ours", **secret), after)
    assert lost.reasons == (
        "A hidden criterion could not be judged.",
        "Not judged, because of a hidden criterion. So it is.",
    )
