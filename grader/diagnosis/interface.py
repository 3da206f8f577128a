"""The seam every rule implements: a case in, a suspicion or nothing out.

A rule is pure and says nothing itself: it fills in the facts of its mistake's text, which is in
``wording/``. It must be silent about right work, whatever that looks like: a student who is
sent after a mistake that is none loses more than one who is told nothing. ``HARMLESS`` is for what
is a mistake for certain, as it stands in the code or was heard, in a run that did not suffer from
it: the same line spoils another run. What is a mistake only by what it costs is told where it did.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from grader.diagnosis.case import Case
from grader.model.diagnosis import Confidence, Effect
from grader.model.source import Place


@dataclass(frozen=True)
class Suspicion:
    """A mistake seen in a run: how sure that is, where it was made, and what shows it.

    ``facts`` fill the places in the mistake's text. ``effect`` is what it did to this run, where
    that is not what the mistake does as a rule; ``variant`` names another text of the same mistake.
    """

    confidence: Confidence
    facts: Mapping[str, str] = field(default_factory=dict)
    where: Place | None = None
    effect: Effect | None = None
    variant: str = ""


Rule = Callable[[Case], Suspicion | None]


@dataclass(frozen=True)
class Mistake:
    """One row of the table. ``explains`` are mistakes that may be only consequences of this one:
    where both are suspected, those are left out.
    """

    id: str
    effect: Effect
    rule: Rule
    explains: frozenset[str] = frozenset()
