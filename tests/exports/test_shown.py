"""What a student may see of a grade, and what it is as a test."""

import pytest

from grader.exports.shown import Line, Outcome
from grader.model.verdict import Verdict


@pytest.mark.parametrize(
    ("verdict", "points", "outcome"),
    [
        (Verdict.MET, 10, Outcome.MET),
        (Verdict.MET, 0, Outcome.MET),
        (Verdict.UNMET, 10, Outcome.SHORT),
        (Verdict.PARTIAL, 10, Outcome.SHORT),
        (Verdict.BLOCKED, 10, Outcome.SHORT),
        (Verdict.UNMET, 0, Outcome.SKIPPED),
        (Verdict.BLOCKED, 0, Outcome.SKIPPED),
        (Verdict.FAULT, 10, Outcome.FAULT),
        (Verdict.FAULT, 0, Outcome.FAULT),
    ],
)
def test_a_line_fails_where_points_are_missing_and_a_fault_is_no_failure(verdict, points, outcome):
    assert Line("a", "A", points, 0.0, verdict, "").outcome is outcome
