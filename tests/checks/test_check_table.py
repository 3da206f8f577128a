"""The table of checks, and a course's own beside it."""

import pytest
from builders import evidence, expectation

from grader.checks import CHECKS, with_course_checks
from grader.checks.interface import NoParameters
from grader.errors import CourseError
from grader.model.verdict import Verdict

OWN = """
from __future__ import annotations

from dataclasses import dataclass

from grader.checks.interface import Check
from grader.model.base import Frozen
from grader.model.verdict import met, unmet


@dataclass
class Words:
    expected: str = "It runs in time."


class Limit(Frozen):
    seconds: float | None = None


def judge(evidence, expectation, parameters):
    took = evidence.run.wall_s
    if parameters.seconds is None or took <= parameters.seconds:
        return met(Words().expected, f"It took {took} s.")
    return unmet(Words().expected, f"It took {took} s.", "Train less.")


CHECK = Check("in_time", "It runs in time.", Limit, judge)
"""


def test_each_check_is_listed_under_its_name_with_a_summary():
    assert all(name == check.name and check.summary for name, check in CHECKS.items())


def test_these_checks_exist():
    assert set(CHECKS) == {
        "completes",
        "exercises_finished",
        "architecture",
        "training_accuracy",
        "validation_accuracy",
        "generalisation_gap",
        "really_trained",
        "claims_agree",
    }


@pytest.mark.parametrize("name", ["completes", "exercises_finished"])
def test_checks_with_nothing_to_set_refuse_parameters(name):
    assert CHECKS[name].parameters is NoParameters
    with pytest.raises(ValueError, match="extra_forbidden"):
        CHECKS[name].parameters.model_validate({"tolerance": 1})


def test_a_course_can_bring_its_own_check(tmp_path):
    (tmp_path / "in_time.py").write_text(OWN)
    table = with_course_checks([tmp_path / "in_time.py"])
    assert set(table) == {*CHECKS, "in_time"}
    check = table["in_time"]
    verdicts = [
        check.judge(evidence(), expectation(), check.parameters.model_validate(given)).verdict
        for given in ({"seconds": 60}, {"seconds": 10}, {})
    ]
    assert verdicts == [Verdict.MET, Verdict.UNMET, Verdict.MET]


def test_a_course_check_does_not_change_the_table_of_another_course(tmp_path):
    (tmp_path / "in_time.py").write_text(OWN)
    with_course_checks([tmp_path / "in_time.py"])
    assert "in_time" not in CHECKS


@pytest.mark.parametrize(
    "text", ["CHECK = 5", "", "def broken(", "raise RuntimeError('one\\ntwo')", "import nothere"]
)
def test_a_broken_course_check_is_the_courses_mistake(tmp_path, text):
    path = tmp_path / "own.py"
    path.write_text(text)
    with pytest.raises(CourseError, match=r"own\.py") as caught:
        with_course_checks([path])
    assert "\n" not in str(caught.value)


def test_a_missing_course_check_is_the_courses_mistake(tmp_path):
    with pytest.raises(CourseError):
        with_course_checks([tmp_path / "nothing.py"])
