"""What a student may see of a grade: the rubric decides it, and it holds in every export.

What is hidden appears as one line without a name, as in the report: so the points add up.
"""

from dataclasses import dataclass
from enum import StrEnum

from grader.model.diagnosis import Diagnosis, Effect
from grader.model.grade import CriterionResult, Grade
from grader.model.rubric import Visibility
from grader.model.source import Place
from grader.model.verdict import Verdict
from grader.reports.diagnoses import hedged, named
from grader.reports.text import visible

NOT_SHOWN = "not-shown"
PRACTICE = "Practice data: this is not your grade."
"""What every output says of a grade that was measured on practice data by choice of the student."""


MOST_MISTAKES = 3
"""Mistakes that are told where there is little room; the report has all."""


class Outcome(StrEnum):
    """What a line is where there are tests: in JUnit, in CI, in pytest."""

    MET = "met"
    """Nothing is missing: the test passes."""
    SHORT = "short"
    """Points are missing: the test fails."""
    SKIPPED = "skipped"
    """Something is missing that carries no points."""
    FAULT = "fault"
    """The grader could not judge it: an error, and no failure of the student's."""


@dataclass(frozen=True)
class Line:
    """One criterion as a student sees it; ``text`` is the reason and the next step."""

    id: str
    title: str
    points: float
    earned: float
    verdict: Verdict
    text: str
    where: Place | None = None

    @property
    def met(self) -> bool:
        """Whether nothing is missing."""
        return self.verdict is Verdict.MET

    @property
    def outcome(self) -> Outcome:
        """What it is as a test; a fault is one whatever points it carries."""
        if self.verdict is Verdict.FAULT:
            return Outcome.FAULT
        if self.met:
            return Outcome.MET
        return Outcome.SHORT if self.points else Outcome.SKIPPED


def mistakes(grade: Grade) -> tuple[Diagnosis, ...]:
    """The mistakes worth telling where there is little room; harmless ones are in the report."""
    found = [one for one in named(grade) if one.effect is not Effect.HARMLESS]
    return tuple(found[:MOST_MISTAKES])


def told(one: Diagnosis) -> str:
    """Return a mistake as one paragraph; the place is in the explanation, if there is one."""
    place = one.where.words if one.where and not one.explanation else ""
    head = f"{place}: {hedged(one)}" if place else hedged(one)
    return visible(" ".join(filter(None, (f"{head}.", one.explanation, one.fix))))


def lines(grade: Grade) -> tuple[Line, ...]:
    """Return what a student may see, in the order of the rubric; the hidden ones together last."""
    hidden = [one for one in grade.criteria if one.visibility is not Visibility.VISIBLE]
    seen = tuple(line(one) for one in grade.criteria if one not in hidden)
    return (*seen, _together(hidden)) if hidden else seen


def line(one: CriterionResult) -> Line:
    """Return a criterion with everything it says, whoever may see it."""
    help_wanted = one.help and one.verdict in (Verdict.UNMET, Verdict.PARTIAL)
    text = visible(f"{one.reason}\n{one.help}" if help_wanted else one.reason)
    return Line(one.id, visible(one.title), one.points, one.earned, one.verdict, text, one.where)


def _together(hidden: list[CriterionResult]) -> Line:
    points = round(sum(one.points for one in hidden), 2)
    earned = round(sum(one.earned for one in hidden), 2)
    verdicts = {one.verdict for one in hidden}
    verdict = verdicts.pop() if len(verdicts) == 1 else Verdict.PARTIAL
    if Verdict.FAULT in {one.verdict for one in hidden}:
        verdict = Verdict.FAULT
    count = f"{len(hidden)} criteria are" if len(hidden) > 1 else "One criterion is"
    text = f"{count} not shown: {earned:g} of {points:g} points."
    return Line(NOT_SHOWN, "What is not shown", points, earned, verdict, text)
