"""Which of the suspected mistakes to tell, and which first."""

from collections.abc import Sequence
from dataclasses import dataclass

from grader.diagnosis.interface import Mistake, Suspicion
from grader.model.diagnosis import Confidence, Effect

MOST = 5
"""Nobody mends more at once; what is left shows itself in the next run."""
EFFECTS = list(Effect)
CONFIDENCES = list(Confidence)


@dataclass(frozen=True)
class Suspected:
    """A mistake of the table that a rule suspects."""

    mistake: Mistake
    suspicion: Suspicion

    @property
    def effect(self) -> Effect:
        """What it did to this run."""
        return self.suspicion.effect or self.mistake.effect


def ranked(found: Sequence[Suspected]) -> list[Suspected]:
    """Return the mistakes to tell, the one to mend first at the head.

    What does most harm comes first, of equals what is surest, then the table's order.
    """
    ordered = sorted(found, key=_weight)
    causes = [one for one in ordered if one.suspicion.confidence is not Confidence.POSSIBLE]
    kept = [one for one in ordered if not any(_explains(cause, one, ordered) for cause in causes)]
    return kept[:MOST]


def _explains(cause: Suspected, one: Suspected, ordered: Sequence[Suspected]) -> bool:
    """Whether one is only a consequence; of two that explain each other, the first is the cause."""
    if one.mistake.id not in cause.mistake.explains:
        return False
    mutual = cause.mistake.id in one.mistake.explains
    certain = one.suspicion.confidence is not Confidence.POSSIBLE
    return not (mutual and certain) or ordered.index(cause) < ordered.index(one)


def _weight(one: Suspected) -> tuple[int, int]:
    return EFFECTS.index(one.effect), CONFIDENCES.index(one.suspicion.confidence)
