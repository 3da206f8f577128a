"""Prepares the mistakes that were named: in words, with the student's own lines."""

from dataclasses import dataclass

from grader.model.diagnosis import Diagnosis, Effect
from grader.model.evidence import Evidence
from grader.model.grade import Grade
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
        for number, one in enumerate(grade.diagnosis, start=1)
    ]


def to_fix(grade: Grade) -> Diagnosis | None:
    """The one thing to fix; ``None`` where no point is missing, or none for a reason we know."""
    first = grade.diagnosis[0] if grade.diagnosis else None
    if first is None or first.effect not in COSTLY or not grade.open_criteria:
        return None
    return first
