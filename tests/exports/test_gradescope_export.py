"""Gradescope: what is written is what its specification has, and a fault of ours is no zero."""

import json
from typing import Annotated, Any, Literal

import pytest
from builders import measurements, run_figures
from export_cases import RUBRIC, entry, grade, wanted
from pydantic import BaseModel, ConfigDict, Field

from grader.errors import ResultsError
from grader.exports import FORMATS
from grader.model.run import Outcome
from grader.model.verdict import Verdict

Text = Literal["text", "simple_format", "md"]
Seen = Literal["visible", "hidden", "after_due_date", "after_published"]


class Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class Test(Strict):
    __test__ = False
    score: float | None = None
    max_score: float | None = None
    status: Literal["passed", "failed"] | None = None
    name: str | None = None
    name_format: Text | None = None
    number: str | None = None
    output: str | None = None
    output_format: Text | None = None
    tags: list[str] | None = None
    visibility: Seen | None = None
    extra_data: dict[str, Any] | None = None


class Results(Strict):
    """As the specification lists it; the total is there, so tests may lack theirs."""

    score: Annotated[float, Field(ge=0)]
    execution_time: int | None = None
    output: str | None = None
    output_format: Text | None = None
    test_output_format: Text | None = None
    test_name_format: Text | None = None
    visibility: Seen | None = None
    stdout_visibility: Seen | None = None
    extra_data: dict[str, Any] | None = None
    tests: list[Test] | None = None
    leaderboard: list[dict[str, Any]] | None = None


def results(*grades, **options):
    exported = FORMATS["gradescope"].export(wanted(entry("ada"), grades=grades, **options))
    return Results.model_validate_json(exported.content)


def with_fault(one, at=0, **more):
    """The same, with a criterion that could not be judged."""
    fault = one.criteria[at].model_copy(update={"verdict": Verdict.FAULT, "earned": 0.0})
    criteria = tuple(fault if i == at else item for i, item in enumerate(one.criteria))
    waits = {"criteria": criteria, "provisional": True, "needs_review": True, "score": 60.0}
    return one.model_copy(update=waits | {"reasons": ("A sandbox did not start.",)} | more)


def test_the_criteria_are_tests_in_the_order_of_the_rubric():
    found = results(grade("ada"))
    assert found.score == 100
    assert [one.name for one in found.tests] == [
        "The completes criterion",
        "The secret criterion",
        "The accuracy criterion",
    ]
    assert [one.number for one in found.tests] == ["1", "2", "3"]
    assert sum(one.score for one in found.tests) == found.score
    assert found.leaderboard is None


def test_gradescope_hides_what_the_rubric_hides():
    found = results(grade("ada"))
    assert [one.visibility for one in found.tests] == ["visible", "hidden", "visible"]
    assert "secret" not in found.output
    assert found.stdout_visibility == "hidden"


def test_the_total_is_said_only_where_nothing_is_hidden():
    hidden = results(grade("ada"))
    assert not any(sign.isdigit() for sign in hidden.output)
    assert hidden.extra_data["headline"] == "100 of 100 points, passed"
    shown = [one for one in RUBRIC if one.get("visibility") != "hidden"]
    assert results(grade("ada", criteria=shown)).output == "80 of 80 points, passed"


def test_what_is_not_met_fails_with_the_reason_and_the_next_step():
    low = grade("ada", measurements=measurements(valid_accuracy=0.6, snapshots=()))
    last = results(low).tests[-1]
    assert last.status == "failed"
    assert 0 < last.score < last.max_score
    assert "Handout: Training." in last.output


def test_a_run_that_failed_by_our_fault_is_refused():
    broken = grade("ada", run=run_figures(Outcome.FAULT), measurements=None)
    for provisional in (False, True):
        with pytest.raises(ResultsError, match=r"ada: it has no score.*grade it again"):
            results(broken, provisional=provisional)


@pytest.mark.parametrize("provisional", [False, True])
def test_points_that_could_not_be_judged_are_no_zero(provisional):
    with pytest.raises(ResultsError, match="40 of its points"):
        results(with_fault(grade("ada")), provisional=provisional)


def test_a_grade_that_only_waits_for_a_look_arrives_and_says_so():
    update = {"provisional": True, "needs_review": True, "reasons": ("Odd\u202e",)}
    found = results(grade("ada").model_copy(update=update))
    assert "Needs review: Odd⟨U+202E⟩" in found.output
    assert found.extra_data["needs_review"] is True


def test_practice_data_and_the_isolation_are_said():
    found = results(grade("ada", profile="practice"))
    assert found.output == "Graded on practice data."
    assert found.extra_data["isolation"] == 3


def test_a_class_is_not_one_result():
    several = wanted(entry("ada"), entry("bob"))
    with pytest.raises(ResultsError, match="2 grades"):
        FORMATS["gradescope"].export(several)


def test_letters_that_no_file_can_hold_do_not_stop_it():
    spoilt = grade("ada").model_copy(update={"notes": ("\ud800 é",)})
    exported = FORMATS["gradescope"].export(wanted(entry("ada"), grades=[spoilt]))
    assert "⟨U+D800⟩ é" in json.loads(exported.content)["output"]
