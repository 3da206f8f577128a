"""What stands at the top of the page."""

import pytest
from report_cases import criterion, evidence, grade

from grader.reports import wording
from grader.reports.summary import summarise
from grader.reports.training import tiles


def summary(*criteria, **more):
    return summarise(grade(evidence(), list(criteria), **more))


def test_a_good_result_has_passed_and_asks_for_nothing():
    found = summary(criterion("a", "met"))
    assert (found.status, found.word, found.score) == ("passed", "Passed", "10")
    assert found.next_step == wording.NEXT_DONE


def test_the_first_criterion_that_falls_short_is_the_next_step():
    found = summary(criterion("a", "met"), criterion("b", "partial"), criterion("c", "unmet"))
    assert found.status == "not-yet"
    assert (found.next_step.criterion, found.next_step.text) == ("b", "how to mend b")


def test_without_help_the_next_step_is_what_was_found():
    assert summary(criterion("a", "unmet", help="")).next_step.text == "what was found for a"


def test_a_provisional_result_needs_review_even_if_it_would_pass():
    found = summary(criterion("a", "met"), provisional=True, needs_review=True)
    assert found.status == "review"
    assert found.sentence.startswith("Provisional")
    assert found.next_step == wording.NEXT_REVIEW


def test_a_fault_is_nothing_for_the_student_to_do():
    found = summary(criterion("a", "fault"), score=None, provisional=True, passed=False)
    assert (found.status, found.score) == ("review", None)
    assert found.next_step == wording.NEXT_FAULT


def test_what_the_student_can_mend_comes_before_our_fault():
    found = summary(criterion("a", "fault"), criterion("b", "unmet"), provisional=True)
    assert found.next_step.criterion == "b"


def test_a_fault_that_a_person_has_seen_is_no_step_any_more():
    found = summary(criterion("a", "met"), criterion("b", "fault", 0))
    assert (found.status, found.next_step) == ("passed", wording.NEXT_DONE)
    assert found.criteria[1].help == ""


@pytest.mark.parametrize("visibility", ["hidden", "after_due_date", "after_published"])
def test_hidden_criteria_are_only_a_sum(visibility):
    found = summary(criterion("a", "met"), criterion("b", "unmet", 5, visibility=visibility))
    assert [one.result.id for one in found.criteria] == ["a"]
    assert found.hidden is not None
    assert (found.hidden.count, found.hidden.earned, found.hidden.points) == (1, "0", "5")
    assert found.next_step == wording.NEXT_HIDDEN


def test_what_is_not_scored_is_only_worth_a_step_where_it_contradicts():
    met, silent = criterion("a", "met"), criterion("b", "blocked", 0)
    assert summary(met, silent).next_step == wording.NEXT_DONE
    assert summary(met, criterion("b", "unmet", 0)).next_step.criterion == "b"


def test_the_pass_mark_is_a_number_of_points():
    found = summary(criterion("a", "met"), pass_mark=7)
    assert (found.pass_points, found.pass_share) == ("7", pytest.approx(0.7))


def test_a_flag_that_is_a_reason_is_not_said_twice():
    found = summary(criterion("a", "met"), flags=("one", "two"), reasons=("one",))
    assert found.flags == ("two",)


def test_the_validation_accuracy_that_counts_is_shown_with_the_final_models():
    attempts = [{"seed": seed, "score": 1, "valid_accuracy": seed * 0.9} for seed in (0, 1)]
    made = grade(evidence(), [criterion("a", "met")], attempts=attempts)
    lower = made.measurements.model_copy(update={"valid_accuracy": 0.8})
    tile = tiles(made.model_copy(update={"measurements": lower}), None)[0]
    assert tile.value == "90.0\u00a0%"
    assert tile.note == "median of the last 5 epochs; final model 80.0\u00a0%"


@pytest.mark.parametrize(
    ("said", "measured", "words"),
    [
        (None, 0.9, "none that we could read"),
        (0.9, None, "could not measure"),
        (0.985, 0.98, "They agree"),
        (0.96, 0.98, "Close enough"),
        (0.99, 0.62, "37 percentage points less"),
        (0.62, 0.99, "37 percentage points more"),
    ],
)
def test_claims_are_compared_in_words(said, measured, words):
    assert words in wording.comparison(said, measured)


def test_statistics_are_said_in_words():
    assert wording.statistic("median_last_k", 5) == "median of the last 5 epochs"
    assert wording.statistic("best_last_k", 3) == "best of the last 3 epochs"
    assert wording.statistic("median_last_k", 0) == "final model"
    assert wording.statistic(None, 5) == "final model"
