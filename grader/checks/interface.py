"""The seam every check implements: evidence and parameters in, finding out.

A check is pure: it reads nothing but its arguments, so a stored run can be judged again. A course
may bring its own in ``checks/*.py``: each such file defines ``CHECK``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from grader.checks.ending import ending_of
from grader.model.base import Frozen
from grader.model.baseline import Baseline
from grader.model.evidence import Evidence, Gap, GapKind, Measurements
from grader.model.run import Outcome
from grader.model.verdict import Finding, Verdict, blocked


@dataclass(frozen=True)
class Expectation:
    """What the reference says: the baseline of this assignment, and all of them by name."""

    baseline: Baseline
    others: Mapping[str, Baseline]


@dataclass(frozen=True)
class Check:
    """One kind of criterion.

    ``parameters`` is the model of what a rubric may write under ``with``; ``judge`` gets it
    validated. ``summary`` says in one sentence what the check looks at. ``verify`` raises
    CourseError where parameters and baselines do not go together, before anything is run.
    """

    name: str
    summary: str
    parameters: type[Frozen]
    judge: Callable[[Evidence, Expectation, Any], Finding]
    verify: Callable[[Expectation, Any], object] | None = None


class NoParameters(Frozen):
    """For checks that have nothing to set."""


TRAIN_AN_EPOCH = "Make the program train its model to the end of at least one epoch."


def trained_nothing(evidence: Evidence) -> bool:
    """Whether the program ran to its end without training anything: nothing then counts as done."""
    gap = evidence.gap
    trained = gap is None or gap.kind is not GapKind.NOTHING_TRAINED
    return evidence.run.outcome is Outcome.OK and not trained


def unmeasured(evidence: Evidence, expected: str) -> Finding:
    """The finding where a check needs measurements and there are none.

    A program that trained nothing blocks the check, by what ended it where something did; a model
    we could not measure is our fault or a matter for a person, never a zero.
    """
    gap = evidence.gap or Gap(kind=GapKind.NOTHING_TRAINED, reason="nothing was trained")
    if gap.kind is not GapKind.NOTHING_TRAINED:
        return not_measured(expected, gap.reason)
    ending = ending_of(evidence)
    if ending is None:
        return blocked(expected, f"There is nothing to measure: {gap.reason}.", TRAIN_AN_EPOCH)
    not_run = evidence.run.outcome is Outcome.NOT_RUN
    why = ending.cause if not_run else f"{gap.reason}, because {ending.cause}"
    return blocked(expected, f"There is nothing to measure: {why}.", ending.next_step)


def not_measured(expected: str, reason: str) -> Finding:
    """The finding where a measurement is missing for a reason that is not the student's."""
    return Finding(
        verdict=Verdict.FAULT,
        share=0,
        expected=expected,
        found=f"Your model could not be measured: {reason}.",
        next_step="A person will look at it; nothing is lost.",
    )


Measured = Callable[[Evidence, Measurements, Expectation, Any], Finding]


Expected = Callable[[Expectation, Any], str]


def needs_measurements(
    expected: str | Expected, judge: Measured
) -> Callable[[Evidence, Expectation, Any], Finding]:
    """Wrap a judgement that only makes sense on measurements."""

    def judged(evidence: Evidence, expectation: Expectation, parameters: Any) -> Finding:
        if evidence.measurements is None:
            text = expected if isinstance(expected, str) else expected(expectation, parameters)
            return unmeasured(evidence, text)
        return judge(evidence, evidence.measurements, expectation, parameters)

    return judged
