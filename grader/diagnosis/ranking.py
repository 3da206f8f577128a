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
    causes = [one for one in found if one.suspicion.confidence is not Confidence.POSSIBLE]
    explained = {name for one in causes for name in one.mistake.explains}
    kept = [one for one in found if one.mistake.id not in explained]
    return sorted(kept, key=_weight)[:MOST]


def _weight(one: Suspected) -> tuple[int, int]:
    return EFFECTS.index(one.effect), CONFIDENCES.index(one.suspicion.confidence)
