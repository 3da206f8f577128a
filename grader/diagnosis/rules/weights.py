"""Weights that began all alike, or ended where they began."""

from grader.diagnosis import rates
from grader.diagnosis.batch import place, still
from grader.diagnosis.case import Case
from grader.diagnosis.figures import percent
from grader.diagnosis.interface import Suspicion
from grader.model.diagnosis import Confidence
from grader.model.source import Place

SETTERS = ("constant_", "zeros_", "ones_", "fill_", "zero_")
"""What gives all values of a tensor the same."""
SCHEDULES = ("LR", "WarmRestarts")
"""How the names of torch's schedules end."""
FLAT = 0.95
NAMES = 3


def weights_all_equal(case: Case) -> Suspicion | None:
    """Units that begin alike get the same gradients, and so stay alike."""
    equal = case.signs.equal or _still_equal(case)
    if not equal or not case.learns_badly:
        return None
    names = ", ".join(equal[:NAMES]) + (f" and {len(equal) - NAMES} more" * (len(equal) > NAMES))
    facts = {"names": names, "reached": percent(case.train_accuracy)}
    return Suspicion(Confidence.CERTAIN, facts, _setting(case))


def weights_never_change(case: Case) -> Suspicion | None:
    """Steps were taken, and not one weight is another than before."""
    last = case.signs.last_rate
    if last == 0 and case.learns_badly and (still(case) or _flat(case)):
        facts = {"reached": percent(case.train_accuracy)}
        return Suspicion(Confidence.CERTAIN, facts, _rate(case), variant="rate")
    if not still(case) or not (case.trace.steps or case.trace.backwards):
        return None
    facts = {"steps": f"{case.trace.steps:,}", "reached": percent(case.train_accuracy)}
    return Suspicion(Confidence.CERTAIN, facts, place(case, "step"))


def _flat(case: Case) -> bool:
    """Whether the loss hardly fell behind the first epoch: many right schedules end at 0."""
    losses = [one.loss for one in case.training if one.loss is not None]
    return len(losses) > 1 and losses[-1] > FLAT * losses[0]


def _rate(case: Case) -> Place | None:
    """Where the learning rate is set: by a schedule where there is one, else the optimizer."""
    made = [one for one in case.code.calls if one.name.endswith(SCHEDULES)]
    return made[0].place if made else rates.place(case)


def _still_equal(case: Case) -> tuple[str, ...]:
    """Weights that are all alike after the training: older results know of no beginning."""
    weights = () if case.measured is None else case.measured.weights
    alike = [one for one in weights if one.spread == 0 and one.size > 1]
    return tuple(
        one.name for one in alike if "weight" in one.name and not _normalises(case, one.name)
    )


def _normalises(case: Case, name: str) -> bool:
    """Whether a weight belongs to a normalisation, whose weights begin as ones."""
    owners = {layer.module for layer in case.layers if "norm" in layer.kind}
    return name.rpartition(".")[0] in owners


def _setting(case: Case) -> Place | None:
    calls = case.code.called(*SETTERS)
    weights = [one for one in calls if "bias" not in one.owner and "grad" not in one.owner]
    return weights[0].place if weights else None
