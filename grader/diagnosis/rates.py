"""What learning rates are usual, and what a program's optimizer was made with."""

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


def making(case: Case) -> Call | None:
    """The call that makes the last optimizer of the kind that was heard."""
    calls = case.code.called(case.trace.optimizer or "")
    return calls[-1] if calls else None


def place(case: Case) -> Place | None:
    """Where the optimizer is made."""
    made = making(case)
    return None if made is None else made.place
