"""The whole path from a run to the mistakes that are told."""

import contextlib
from collections.abc import Collection, Iterator, Mapping

from grader.diagnosis.case import Case
from grader.diagnosis.effort import EACH, MOST, Effort, counted
from grader.diagnosis.figures import UNKNOWN
from grader.diagnosis.ranking import Suspected, ranked
from grader.diagnosis.table import MISTAKES
from grader.diagnosis.texts import Wording, our_texts, without
from grader.model.baseline import Baseline
from grader.model.diagnosis import Diagnosis
from grader.model.evidence import Evidence


def diagnose(
    evidence: Evidence, baseline: Baseline, wording: Wording, leave_out: Collection[str] = ()
) -> tuple[Diagnosis, ...]:
    """Return the mistakes behind a run, the one to mend first at the head. Pure.

    ``leave_out`` are ids of mistakes that are none here.
    """
    found = suspected(Case(evidence, baseline))
    wanted = [one for one in found if one.mistake.id not in leave_out]
    said = (_told(one, wording) for one in ranked(wanted))
    return tuple(one for one in said if one is not None)


def suspected(case: Case) -> Iterator[Suspected]:
    """Yield every mistake that its rule suspects, in the table's order.

    A rule that fails costs nothing but what it would have said.
    """
    left = MOST
    for mistake in MISTAKES:
        suspicion, effort = None, Effort(min(EACH, left))
        # A student's code can be anything, and a text is no grade.
        with contextlib.suppress(Exception), counted(effort):
            suspicion = mistake.rule(case)
        left -= effort.spent
        if suspicion is not None:
            yield Suspected(mistake, suspicion)


def _told(one: Suspected, wording: Wording) -> Diagnosis | None:
    """What is said of it, in our words where a course's cannot be filled.

    ``None`` where neither can: a grade is worth more than a text.
    """
    for words in (wording, Wording(our_texts())):
        with contextlib.suppress(Exception):
            return _said(one, words)
    return None


def _said(one: Suspected, wording: Wording) -> Diagnosis:
    text = wording.text(one.mistake.id, one.suspicion.variant)
    facts = {"where": _place(one)} | dict(one.suspicion.facts)
    return Diagnosis(
        id=one.mistake.id,
        title=text.title,
        explanation=_filled(text.explanation, facts),
        fix=_filled(text.fix, facts),
        idea=text.idea,
        confidence=one.suspicion.confidence,
        effect=one.effect,
        where=one.suspicion.where,
    )


def _place(one: Suspected) -> str:
    place = one.suspicion.where
    return place.words if place is not None else ""


def _filled(text: str, facts: Mapping[str, str]) -> str:
    """A text with its facts; a place in brackets is left out where none is known, and so is what
    is said of a figure.
    """
    for name in [name for name, fact in facts.items() if fact == UNKNOWN]:
        text = without(text, name)
    if facts["where"]:
        return text.format_map(facts)
    return text.replace(" ({where})", "").format_map({**facts, "where": "your code"})
