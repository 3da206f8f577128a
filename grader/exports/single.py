"""What formats that hold one student's grade have in common."""

import json

from grader.errors import ResultsError
from grader.exports.counted import NO_SCORE, UNDECIDED
from grader.exports.interface import Wanted
from grader.model.grade import Grade
from grader.reports.class_members import Member, with_grade


def the_one(wanted: Wanted) -> tuple[Member, Grade]:
    """Return the student and the grade, whose points are all decided.

    Raises ResultsError where there is not exactly one, or a fault of ours would be a zero.
    """
    found = list(with_grade(wanted.members))
    if len(found) != 1:
        raise ResultsError(f"here are {len(found)} grades: name one student's folder")
    member, grade = found[0]
    if grade.score is None:
        raise ResultsError(f"{member.student}: {NO_SCORE}")
    if grade.undecided_points:
        why = UNDECIDED.format(points=grade.undecided_points)
        raise ResultsError(f"{member.student}: {why}")
    return member, grade


def documented(document: object) -> bytes:
    """Return a JSON document as it is written to a file."""
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "replace")
