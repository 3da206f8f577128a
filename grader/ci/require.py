"""What a gate asks for before it is green: the workflow decides it, never the repository."""

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.model.grade import Grade


class Require(StrEnum):
    """The rubric's pass mark, or all points of every criterion as well."""

    PASS = "pass"  # noqa: S105 - no password
    ALL = "all"


def falls_short(require: Require, grade: "Grade") -> bool:
    """Whether a grade that passes, and needs nobody, still lacks what the gate asks for."""
    if require is Require.PASS or not grade.passed or grade.needs_review:
        return False
    return any(one.points > 0 and one.earned < one.points for one in grade.criteria)
