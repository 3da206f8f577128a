"""Classes to export: hand-built grades, without any run."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from builders import ASSIGNMENT, criterion, evidence, expectation, rubric

from grader.checks import CHECKS
from grader.exports import Wanted
from grader.model.assignment import Assignment
from grader.model.evidence import SubmissionRecord
from grader.model.grade import Grade
from grader.model.roll import Entry, Layout, NotGraded, Roll, Student
from grader.model.submission import Kind
from grader.reports.class_members import Graded, members
from grader.scoring import score

RUBRIC = (
    criterion("completes", points=40),
    criterion("secret", points=20, visibility="hidden"),
    criterion(
        "accuracy",
        "validation_accuracy",
        points=40,
        help="Handout: Training.",
        **{"with": {"full": 0.95, "zero": 0.5}},
    ),
)


def grade(student: str = "ada", *, criteria: Sequence[dict] = RUBRIC, **changes: Any) -> Grade:
    """The grade of a right submission to lab 1; ``changes`` are those of its evidence."""
    record = SubmissionRecord(
        student=student, kind=Kind.SCRIPT, main="lab.py", files=("lab.py",), sha256="1" * 64
    )
    found = evidence(**{"submission": record, "profile": "official"} | changes)
    return score(found, rubric(*criteria), expectation(), CHECKS)


def entry(student: str, name: str = "", *known_as: str, **changes: Any) -> Entry:
    """Who handed something in."""
    document = {"student": student, "source": f"{student}.py", "name": name, "known_as": known_as}
    return Entry.model_validate(
        document | {"submitted": datetime(2026, 11, 20, tzinfo=UTC)} | changes
    )


def wanted(
    *entries: Entry,
    grades: Sequence[Grade] | None = None,
    missing: Sequence[Student] = (),
    left: Sequence[NotGraded] = (),
    **options: Any,
) -> Wanted:
    """A class of those, each with a right submission where no ``grades`` are given."""
    roll = Roll(
        assignment="lab1",
        layout=Layout.PLAIN,
        entries=entries,
        missing=tuple(missing),
        left=tuple(left),
    )
    graded = [grade(one.student) for one in entries] if grades is None else grades
    by_name = {one.student: one for one in entries}
    found = [Graded(one.student, one, by_name.get(one.student)) for one in graded]
    lab = Assignment.model_validate(ASSIGNMENT | {"slug": "lab1", "title": "Lab 1: Digits"})
    return Wanted(assignment=lab, members=members(roll, found), **options)
