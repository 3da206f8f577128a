"""Prepares the mistakes that were named: in words, with the student's own lines."""

from dataclasses import dataclass

from grader.model.diagnosis import Confidence, Diagnosis, Effect
from grader.model.evidence import Evidence
from grader.model.grade import Grade
from grader.model.rubric import Visibility
from grader.reports import wording
from grader.reports.excerpts import Excerpt, excerpt

COSTLY = frozenset({Effect.STOPS, Effect.RUINS, Effect.LOWERS})
"""What a mistake has to do to be the one thing to fix."""
ANCHOR = "mistake-1"
"""Where the one to mend first stands on the page."""


@dataclass(frozen=True)
class DiagnosisView:
    """One mistake as shown; ``tone`` is the colour of what it does."""

    anchor: str
    title: str
    explanation: str
    fix: str
    idea: str
    effect: str
    confidence: str
    tone: str
    place: str
    line: str
    excerpt: Excerpt | None


TONES = {
    Effect.STOPS: "unmet",
    Effect.RUINS: "unmet",
    Effect.LOWERS: "partial",
    Effect.MISLEADS: "partial",
    Effect.HARMLESS: "blocked",
}


def named(grade: Grade) -> tuple[Diagnosis, ...]:
    """Every mistake as students may read it, the one to mend first at the head.

    An explanation tells what was measured, which is what a hidden criterion may be about: with any
    of these it is left out.
    """
    if all(one.visibility is Visibility.VISIBLE for one in grade.criteria):
        return grade.diagnosis
    return tuple(one.model_copy(update={"explanation": ""}) for one in grade.diagnosis)


def hedged(one: Diagnosis) -> str:
    """A mistake's title, and how sure it is where it is not certain."""
    if one.confidence is Confidence.CERTAIN:
        return one.title
    return f"{one.title} ({wording.CONFIDENCES[one.confidence]})"


def views(grade: Grade, evidence: Evidence | None) -> list[DiagnosisView]:
    """Every mistake that was named, the one to mend first at the head."""
    code = evidence.source.code if evidence else ()
    return [
        DiagnosisView(
            anchor=f"mistake-{number}",
            title=one.title,
            explanation=one.explanation,
            fix=one.fix,
            idea=one.idea,
            effect=wording.EFFECTS[one.effect],
            confidence=wording.CONFIDENCES[one.confidence],
            tone=TONES[one.effect],
            place=wording.place(one.where),
            line=one.where.text if one.where else "",
            excerpt=excerpt(code, one.where),
        )
        for number, one in enumerate(named(grade), start=1)
    ]


def to_fix(grade: Grade) -> Diagnosis | None:
    """The one thing to fix; ``None`` where no point is missing, or none for a reason we know."""
    first = next(iter(named(grade)), None)
    if first is None or first.effect not in COSTLY or not grade.open_criteria:
        return None
    return first
