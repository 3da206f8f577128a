"""What a check says of one criterion."""

from enum import StrEnum

from pydantic import Field

from grader.model.base import Frozen
from grader.model.source import Place


class Verdict(StrEnum):
    """How a criterion stands. ``BLOCKED``: a prerequisite failed. ``FAULT``: ours, not theirs."""

    MET = "met"
    PARTIAL = "partial"
    UNMET = "unmet"
    BLOCKED = "blocked"
    FAULT = "fault"


class Finding(Frozen):
    """A verdict with its reasons, in the student's terms.

    ``share`` is the part of the points earned; ``next_step`` says what to do, empty when met.
    ``near`` marks a value so close to what is asked that another seed could reach it.
    """

    verdict: Verdict
    share: float = Field(ge=0, le=1)
    expected: str
    found: str
    next_step: str = ""
    where: Place | None = None
    near: bool = False


def met(expected: str, found: str) -> Finding:
    """The criterion is met in full."""
    return Finding(verdict=Verdict.MET, share=1, expected=expected, found=found)


def unmet(expected: str, found: str, next_step: str, where: Place | None = None) -> Finding:
    """The criterion is not met."""
    return Finding(
        verdict=Verdict.UNMET,
        share=0,
        expected=expected,
        found=found,
        next_step=next_step,
        where=where,
    )


def blocked(expected: str, found: str, next_step: str) -> Finding:
    """The criterion cannot be judged, for a reason the student can change."""
    return Finding(
        verdict=Verdict.BLOCKED, share=0, expected=expected, found=found, next_step=next_step
    )
