"""Stands for the grader where only pytest's side is the point: a grade made by hand."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from builders import criterion, evidence, expectation, rubric

from grader.checks import CHECKS
from grader.model.evidence import SubmissionRecord
from grader.model.grade import Grade
from grader.model.submission import Kind
from grader.scoring import score

HELP = "Handout: Training."
CRITERIA = (
    criterion("completes", points=40),
    criterion(
        "secret",
        "training_accuracy",
        points=20,
        visibility="hidden",
        **{"with": {"full": 0.9, "zero": 0.5}},
    ),
    criterion(
        "accuracy",
        "validation_accuracy",
        points=40,
        help=HELP,
        **{"with": {"full": 0.95, "zero": 0.5}},
    ),
    criterion("claims", "claims_agree", points=0, **{"with": {"tolerance": 0.03}}),
)
RUBRIC = {"schema": 1, "assignment": "lab1", "pass_mark": 0.5, "criteria": list(CRITERIA)}


def played(**changes: Any) -> Grade:
    """The grade of a right submission; ``changes`` are those of its evidence."""
    record = SubmissionRecord(
        student="ada", kind=Kind.SCRIPT, main="lab.py", files=("lab.py",), sha256="1" * 64
    )
    found = evidence(submission=record, **changes)
    return score(found, rubric(*CRITERIA), expectation(), CHECKS)


Session = Callable[..., tuple[int, str]]
"""Run pytest with arguments; returns its exit code and what it wrote."""


@dataclass
class Grader:
    """Plays ``grader.grade``; ``asked`` are the names of the submissions it was called for."""

    answer: Grade | BaseException = field(default_factory=played)
    asked: list[str] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)

    def __call__(self, assignment: str, submission: Path, **options: Any) -> Grade:
        """Remember it, and answer."""
        self.asked.append(submission.name)
        self.options = options
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer
