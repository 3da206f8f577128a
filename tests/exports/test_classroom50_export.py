"""Classroom 50: whole points that tell the truth, and everything its result needs."""

import json
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest
from builders import criterion
from export_cases import entry, grade, wanted
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import CallerError, ResultsError
from grader.exports import FORMATS
from grader.model.verdict import Verdict

ENVIRONMENT = {
    "CLASSROOM": "ml-2026",
    "ASSIGNMENT": "lab1",
    "ASSIGNMENT_TYPE": "individual",
    "OWNER": "ada",
    "SUBMISSION_TAG": "submit/2026-11-20",
    "COMMIT_URL": "https://example.org/commit/1",
    "RELEASE_URL": "https://example.org/release/1",
    "REVIEW_URL": "https://example.org/review/1",
}
SUBMITTED = datetime(2026, 11, 20, tzinfo=UTC)
SCHEMA = json.loads(
    (Path(__file__).parent / "schemas" / "classroom50.schema.json").read_text(encoding="utf-8")
)


def result(one, environment=None, submitted=SUBMITTED, **options):
    given = wanted(
        entry("ada", submitted=submitted),
        grades=[one],
        environment=ENVIRONMENT if environment is None else environment,
        **options,
    )
    document = json.loads(FORMATS["classroom50"].export(given).content)
    jsonschema.validate(document, SCHEMA)
    return document


def scored(points, shares, pass_mark=50.0):
    """A grade with those points, of which those shares are earned."""
    one = grade(criteria=[criterion(f"c{i}", points=most) for i, most in enumerate(points)])
    earned = [round(most * share, 2) for most, share in zip(points, shares, strict=True)]
    criteria = tuple(
        item.model_copy(
            update={"earned": got, "verdict": Verdict.MET if got == most else Verdict.PARTIAL}
        )
        for item, got, most in zip(one.criteria, earned, points, strict=True)
    )
    total = round(sum(earned), 2)
    update = {"criteria": criteria, "score": total, "max_score": round(sum(points), 2)}
    update |= {"pass_mark": pass_mark, "passed": total >= pass_mark}
    return one.model_copy(update=update)


def test_a_result_says_whose_it_is_and_what_was_earned():
    found = result(grade("ada"))
    assert (found["score"], found["max-score"], found["owner"]) == (100, 100, "ada")
    assert found["submission"] == "submit/2026-11-20"
    assert [one["passed"] for one in found["tests"]] == [True, True, True]


def test_the_time_is_that_of_the_submission_where_it_is_known():
    assert result(grade("ada"))["datetime"] == "2026-11-20T00:00:00Z"


def test_else_the_time_is_that_of_the_tag_whenever_it_is_graded_again():
    tag = {"SUBMISSION_TAG": "submit/2026-06-01T14-32-05Z-a1b2c3d"}
    found = result(grade("ada"), ENVIRONMENT | tag, None)
    assert found["datetime"] == "2026-06-01T14:32:05Z"
    assert found["graded_at"] != found["datetime"]


@pytest.mark.parametrize("tag", ["submit/1", "submit/2026-13-01T14-32-05Z-a1b2c3d"])
def test_a_tag_without_a_time_leaves_that_of_now(tag):
    found = result(grade("ada"), ENVIRONMENT | {"SUBMISSION_TAG": tag}, None)
    assert found["datetime"] == found["graded_at"]


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({}, None),
        ({"GITHUB_ACTOR_ID": "7"}, None),
        ({"GITHUB_ACTOR": "bob"}, {"username": "bob", "id": None}),
        ({"GITHUB_ACTOR": "bob", "GITHUB_ACTOR_ID": "7"}, {"username": "bob", "id": 7}),
        ({"GITHUB_ACTOR": "bob", "GITHUB_ACTOR_ID": "²"}, {"username": "bob", "id": None}),
    ],
)
def test_who_pushed_is_said_where_the_workflow_tells(variables, said):
    assert result(grade("ada"), ENVIRONMENT | variables).get("submitted_by") == said


@pytest.mark.parametrize(
    "wrong",
    [{"extra": 1}, {"score": 1.5}, {"assignment_type": "team"}, {"tests": [{"test-name": "x"}]}],
    ids=lambda one: next(iter(one)),
)
def test_the_schema_finds_what_is_wrong(wrong):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(result(grade("ada")) | wrong, SCHEMA)


def test_points_we_failed_at_are_no_zero_whatever_is_asked_for():
    one = grade("ada")
    fault = one.criteria[0].model_copy(update={"verdict": Verdict.FAULT, "earned": 0.0})
    spoilt = one.model_copy(update={"criteria": (fault, *one.criteria[1:]), "score": 60.0})
    for provisional in (False, True):
        with pytest.raises(ResultsError, match="could not judge 40"):
            result(spoilt, provisional=provisional)


def test_without_a_comparison_the_commit_is_what_is_reviewed():
    assert (
        result(grade("ada"), ENVIRONMENT | {"REVIEW_URL": ""})["review"]
        == ENVIRONMENT["COMMIT_URL"]
    )


def test_students_see_no_hidden_criterion():
    content = FORMATS["classroom50"].export(wanted(entry("ada"), environment=ENVIRONMENT)).content
    assert b"secret" not in content
    assert b"What is not shown" in content


def test_variables_that_are_missing_are_all_named():
    some = {"CLASSROOM": "x", "OWNER": " "}
    with pytest.raises(CallerError) as caught:
        result(grade("ada"), some)
    names = set(ENVIRONMENT) - {"CLASSROOM"}
    assert all(name in str(caught.value) for name in names)
    assert "CLASSROOM," not in str(caught.value)


@pytest.mark.parametrize(
    "wrong",
    [{"SUBMISSION_TAG": "v1"}, {"ASSIGNMENT_TYPE": "pair"}, {"ASSIGNMENT_TYPE": "team"}],
    ids=lambda one: " ".join(*one.items()),
)
def test_a_variable_that_cannot_be_is_refused(wrong):
    with pytest.raises(CallerError, match=next(iter(wrong))):
        result(grade("ada"), ENVIRONMENT | wrong)


def test_a_grade_that_waits_is_refused_unless_asked_for():
    waits = grade("ada").model_copy(update={"needs_review": True, "provisional": True})
    with pytest.raises(ResultsError, match="ada: its grade still waits"):
        result(waits)
    assert result(waits, provisional=True)["score"] == 100


def test_parts_of_points_are_counted_in_smaller_units_alike_for_everybody():
    assert [result(scored((2.5, 7.5), shares))["max-score"] for shares in ((1, 1), (0, 0.33))] == [
        100,
        100,
    ]
    assert result(scored((2.25, 7.75), (1, 1)))["max-score"] == 1000


def test_a_grade_that_just_passes_still_passes():
    found = result(scored((30, 70), (0.85, 0.43), pass_mark=55.5))  # 25.5 + 30.1 = 55.6
    assert (found["score"], found["max-score"]) == (56, 100)
    assert [one["score"] for one in found["tests"]] == [26, 30]


whole = st.integers(1, 40).map(float)
tenths = st.integers(1, 400).map(lambda n: n / 10)
rubrics = st.one_of(
    st.lists(whole, min_size=1, max_size=6), st.lists(tenths, min_size=1, max_size=6)
)


@given(st.data(), rubrics)
def test_rounding_takes_nobody_over_or_under_the_mark(data, points):
    shares = [data.draw(st.floats(0, 1)) for _ in points]
    mark = round(data.draw(st.floats(0, 1)) * sum(points), 2)
    one = scored(points, shares, mark)
    found = result(one)
    unit = found["max-score"] / one.max_score
    assert (found["score"] >= mark * unit - 1e-6) is one.passed
    assert found["score"] == sum(test["score"] for test in found["tests"]) <= found["max-score"]
    assert abs(found["score"] - one.score * unit) < 1
    for test in found["tests"]:
        assert 0 <= test["score"] <= test["max-score"]
        assert not test["passed"] or test["score"] == test["max-score"]
