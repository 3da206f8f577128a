"""What a student's own code calls things: the names and lines that a text gives back to them."""

import ast
import re
from collections.abc import Iterable

from grader.diagnosis import rates
from grader.diagnosis.batch import schedules
from grader.diagnosis.case import Case
from grader.diagnosis.code import Assignment, Call, Found, written
from grader.diagnosis.loops import evaluates
from grader.diagnosis.origins import Origin, origin, value_of
from grader.model.source import Place

NAME = re.compile(r"[^\W\d][\w.]*")
"""A name, with what it belongs to: ``self.optimizer``."""
LISTED = 3
"""Lines that are named one by one; more are named by the first and the last."""
LOSSES = ("loss", "criterion", "cross_entropy", "entropy", "error")
"""Parts of the names that loss functions have."""


def together(places: Iterable[Place]) -> str:
    """Several places in one phrase: ``lines 17 and 18 of lab.py``; empty where there are none."""
    unique = list({one.words: one for one in places if one.words}.values())
    if len(unique) < 2:
        return unique[0].words if unique else ""
    lines = sorted(one.line for one in unique if one.line is not None)
    if len({(one.file, one.cell) for one in unique}) > 1 or len(lines) < len(unique):
        return " and ".join(one.words for one in unique[:LISTED])
    named = [str(one) for one in lines]
    listed = f"{', '.join(named[:-1])} and {named[-1]}"
    words = listed if len(lines) <= LISTED else f"{named[0]} to {named[-1]}"
    first = unique[0]
    if first.cell is not None:
        return f"cell {first.cell}, lines {words}"
    return f"lines {words}" + (f" of {first.file}" if first.file else "")


def moves(case: Case) -> dict[str, str]:
    """How the moves of a batch are written in this program: ``batch_loss.backward()``."""
    return {
        "backward": f"{_loss(case)}.backward()",
        "step": f"{optimizer(case)}.step()",
        "zero_grad": f"{optimizer(case)}.zero_grad()",
    }


def optimizer(case: Case) -> str:
    """The name of the optimizer."""
    calls = [one for one in case.code.called("step", "zero_grad") if not schedules(case, one)]
    named = [one.owner for one in calls if NAME.fullmatch(one.owner)]
    made = rates.making(case)
    given = [one.name for one in case.code.assignments if made and one.value is made.node]
    return next(iter([*given, *named]), "optimizer")


def network(case: Case) -> str:
    """The name of the network: what the optimizer gets the weights of."""
    owners = [one.owner for one in case.code.called("parameters")]
    return next((one for one in owners if NAME.fullmatch(one)), "model")


def loss_made(case: Case) -> Assignment | None:
    """Where the loss of a training batch is computed, if it has a name."""
    roots = {one.owner for one in case.code.called("backward") if NAME.fullmatch(one.owner)}
    learning = {one.function for one in case.code.called("step", "zero_grad", "backward")}
    found = [one for one in case.code.assignments if not evaluates(case.code, one)]
    if roots:
        named = [one for one in found if one.name in roots and isinstance(one.node, ast.Assign)]
        return named[-1] if named else None
    losses = [one for one in found if isinstance(one.node, ast.Assign) and _is_loss(one.value)]
    beside = [one for one in losses if one.function in learning]
    return next(iter([*beside, *losses]), None)


def _loss(case: Case) -> str:
    called = [one.owner for one in case.code.called("backward") if NAME.fullmatch(one.owner)]
    made = loss_made(case)
    return next(iter(called), made.name if made is not None else "loss")


def _is_loss(value: ast.expr) -> bool:
    """Whether a value is what a loss function gives: something called so, with two arguments."""
    if not isinstance(value, ast.Call) or len(value.args) < 2:
        return False
    name = written(value.func).lower()
    return any(part in name for part in LOSSES)


def labels_given(case: Case) -> str:
    """What the loss was given as its labels where the program ended: ``y``."""
    crash = case.crash
    calls = [one for one in case.code.calls if len(one.node.args) > 1]
    ended = crash.place if crash is not None else None
    given = [one.node.args[1] for one in calls if one.place == ended]
    return given[0].id if given and isinstance(given[0], ast.Name) else "labels"


def change(
    case: Case, call: Call | None, position: int | None, name: str, is_: float | None = None
) -> str:
    """Where an argument is a name, what is to be changed: ``: change rate in line 3 of lab.py``.

    Empty for anything but a name, and where that is seen to be another number than it ``is_``.
    """
    given = None if call is None else call.argument(position, name)
    return "" if call is None else changed(case, call, given, is_)


def changed(case: Case, at: Found, given: ast.expr | None, is_: float | None = None) -> str:
    """The same of any expression in some code."""
    found = origin(case.code, at, given)
    read = value_of(case.code, at, given)
    if found is None or (is_ is not None and read is not None and read != is_):
        return ""
    if found.place is None:
        return f": change {found.name} where it gets its value"
    what = f"the value for {found.name}" if found.unnamed else found.there or found.name
    return f": change {what} in {found.place.words}"


def named_value(case: Case, call: Call | None, position: int, name: str) -> Origin | None:
    """Where an argument gets its value, if it is a name and that is sure."""
    given = None if call is None else call.argument(position, name)
    found = None if call is None else origin(case.code, call, given)
    return found if found is not None and found.place is not None else None


def rate_given(case: Case) -> str:
    """What is to be changed for another learning rate."""
    heard = case.trace.learning_rate
    return change(case, rates.making(case), 1, "lr", heard) or " where you create the optimizer"
