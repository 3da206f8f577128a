"""What a gate asks for beyond the pass mark."""

import pytest
from gate_cases import grade, unmet

from grader.ci.require import Require, falls_short

LOST = unmet(grade(), "Odd.")


@pytest.mark.parametrize(
    ("found", "short"),
    [
        (grade(passed=True), False),
        (LOST.model_copy(update={"passed": True}), True),
        (LOST, False),  # it is below the pass mark, which says so by itself
        (LOST.model_copy(update={"passed": True, "needs_review": True}), False),
    ],
)
def test_a_grade_that_passes_falls_short_where_points_are_missing(
    found: object, short: bool
) -> None:
    assert falls_short(Require.ALL, found) is short
    assert falls_short(Require.PASS, found) is False
