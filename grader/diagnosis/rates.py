"""What learning rates are usual, and what a program's optimizer was made with."""

import re
from collections.abc import Sequence

from grader.diagnosis.case import Case
from grader.diagnosis.code import Call
from grader.model.source import Place

ADAPTIVE = {
    "Adam": 0.001,
    "AdamW": 0.001,
    "NAdam": 0.001,
    "RAdam": 0.001,
    "Adamax": 0.002,
    "RMSprop": 0.001,
    "Adagrad": 0.01,
}
"""Rates at which these labs learn with each optimizer; torch's own default for most of them."""
SCHEDULES = ("LR", "WarmRestarts", "ReduceLROnPlateau")
"""How the names of schedules end."""
DIVIDING = ("ExponentialLR", "StepLR")
"""Schedules that take the same share off the rate again and again: it is next to nothing early on.
"""
FALLING = (
    *DIVIDING,
    "MultiStepLR",
    "CosineAnnealingLR",
    "CosineAnnealingWarmRestarts",
    "PolynomialLR",
    "ReduceLROnPlateau",
)
"""Schedules whose highest rate is the first one."""
BY_HAND = re.compile(r"\[['\"]lr['\"]\]$")
WITH_MOMENTUM = 0.01
WITHOUT_MOMENTUM = 0.1


def usual(case: Case) -> float | None:
    """A rate that works with this optimizer on these labs; ``None`` where there is no telling."""
    name = case.trace.optimizer
    if name == "SGD":
        return WITH_MOMENTUM if momentum(case) else WITHOUT_MOMENTUM
    return ADAPTIVE.get(name or "")


def momentum(case: Case) -> float:
    """The momentum of the last optimizer: as heard, else as written."""
    if case.signs.momentum is not None:
        return case.signs.momentum
    made = making(case)
    found = None if made is None else case.code.value(made.argument(2, "momentum"))
    return float(found) if isinstance(found, int | float) else 0.0


def highest(case: Case) -> float | None:
    """The highest learning rate that was heard; both ends of a schedule are."""
    known = [one for one in (case.trace.learning_rate, case.signs.last_rate) if one is not None]
    return max(known) if known else None


def schedules(case: Case) -> Sequence[Call]:
    """The calls that make schedules of the rate."""
    return [one for one in case.code.calls if one.name.endswith(SCHEDULES)]


def divided(case: Case) -> bool:
    """Whether a schedule is known to have made the rate small long before the training ended."""
    return any(one.name in DIVIDING for one in schedules(case)) and not may_rise(case)


def may_rise(case: Case) -> bool:
    """Whether the rate may have been higher than at both of the ends that are heard."""
    made, ends = schedules(case), (case.trace.learning_rate, case.signs.last_rate)
    if any(one.name not in FALLING for one in made):
        return True
    by_hand = any(BY_HAND.search(one.name) for one in case.code.assignments)
    changed = None not in ends and ends[0] != ends[1]
    return by_hand or (changed and not made)


def making(case: Case) -> Call | None:
    """The call that makes the last optimizer of the kind that was heard."""
    calls = case.code.called(case.trace.optimizer or "")
    return calls[-1] if calls else None


def place(case: Case) -> Place | None:
    """Where the optimizer is made."""
    made = making(case)
    return None if made is None else made.place
