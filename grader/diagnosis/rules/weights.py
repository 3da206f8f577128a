"""Weights that began all alike, or ended where they began."""

import ast
from collections.abc import Sequence

from grader.diagnosis import rates
from grader.diagnosis.batch import epoch_loop, place, schedules, still
from grader.diagnosis.case import Case
from grader.diagnosis.code import Call, written
from grader.diagnosis.figures import number, percent
from grader.diagnosis.interface import Suspicion
from grader.diagnosis.layers import WEIGHTED, listed
from grader.diagnosis.names import moves, network, rate_given, together
from grader.diagnosis.starts import LINES, of_weights, start
from grader.model.diagnosis import Confidence

SETTERS = ("constant_", "zeros_", "ones_", "fill_", "zero_")
"""What gives all values of a tensor the same."""
FLAT = 0.95
USUAL = 0.001


def weights_all_equal(case: Case) -> Suspicion | None:
    """Units that begin alike get the same gradients, and so stay alike."""
    begun = case.signs.equal
    if begun and set(begun) <= {_last(case, begun)}:
        return None  # units of the last layer get gradients of their own, from the labels
    equal = begun or _still_equal(case)
    if not equal or not case.learns_badly:
        return None
    found = start(case, SETTERS, of_weights)
    facts = {
        "names": listed(case, equal),
        "reached": percent(case.train_accuracy),
        "lines": LINES if found is None else found.lines,
    }
    where = None if found is None else found.place
    return Suspicion(case.sure(Confidence.CERTAIN), facts, where)


def _last(case: Case, equal: Sequence[str]) -> str:
    """The name of the last layer's weight; where that is not known, it may be any that is alone."""
    modules = [one.module for one in case.layers if one.kind in WEIGHTED]
    if modules and all(modules):
        return f"{modules[-1]}.weight"
    measured = () if case.measured is None else case.measured.weights
    names = [one.name for one in measured or case.signs.first_gradients if "weight" in one.name]
    return names[-1] if names else equal[-1]


def weights_never_change(case: Case) -> Suspicion | None:
    """Steps were taken, and not one weight is another than before."""
    if case.learns_badly and _at_zero(case):
        return _rate(case)
    if not still(case) or not (case.trace.steps or case.trace.backwards):
        return None
    facts = moves(case) | {
        "steps": f"{case.trace.steps:,}",
        "reached": percent(case.train_accuracy),
    }
    back = _put_back(case)
    if back is not None:
        facts["load"] = f"{back.owner}.load_state_dict({written(back.argument(0))})"
        return Suspicion(Confidence.CERTAIN, facts, back.place, variant="put-back")
    facts["network"] = network(case)
    return Suspicion(Confidence.CERTAIN, facts, place(case, "step"))


def _put_back(case: Case) -> Call | None:
    """The one line that gives the network older weights, in the loop over epochs or behind it,
    where there were gradients to change them.
    """
    epochs = epoch_loop(case)
    calls = [one for one in case.code.called("load_state_dict") if one.owner == network(case)]
    if epochs is None or len(calls) != 1 or case.signs.empty_steps >= case.trace.steps:
        return None
    call, first = calls[0], epochs.line or 0
    functions = [one.lineno for one in call.around if isinstance(one, ast.FunctionDef)]
    same = (call.place.file, call.place.cell) == (epochs.file, epochs.cell)
    after = (call.place.line or 0) > first and all(line < first for line in functions)
    return call if same and after else None


def _at_zero(case: Case) -> bool:
    """Whether the rate was 0 for most of the training: many right schedules end there."""
    first = case.trace.learning_rate
    if case.signs.last_rate != 0:
        return False
    if still(case):
        return not first  # else the first step had a rate, and something else stopped it
    return _flat(case) and (rates.divided(case) or (first == 0 and not rates.may_rise(case)))


def _flat(case: Case) -> bool:
    """Whether the loss hardly fell behind the first epoch."""
    losses = [one.loss for one in case.training if one.loss is not None]
    return len(losses) > 1 and losses[-1] > FLAT * losses[0]


def _rate(case: Case) -> Suspicion:
    """A rate of 0: by a schedule where there is one, else where the optimizer is made."""
    facts = {"reached": percent(case.train_accuracy), "usual": number(rates.usual(case) or USUAL)}
    made = rates.schedules(case)
    if not made:
        facts["named"] = rate_given(case)
        return Suspicion(Confidence.CERTAIN, facts, rates.place(case), variant="rate")
    steps = [one for one in case.code.called("step") if schedules(case, one)]
    lines = together(one.place for one in steps)
    facts["step"] = f", and the line {steps[0].owner}.step() ({lines})" if steps else ""
    return Suspicion(Confidence.CERTAIN, facts, made[0].place, variant="schedule")


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
