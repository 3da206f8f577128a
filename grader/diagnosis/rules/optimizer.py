"""The optimizer: whose weights it holds, and how far each of its steps goes."""

import ast

from grader.diagnosis import batch, rates
from grader.diagnosis.case import Case
from grader.diagnosis.code import Call, Found
from grader.diagnosis.figures import number, percent
from grader.diagnosis.freezing import freezing, frozen_whole
from grader.diagnosis.interface import Suspicion
from grader.diagnosis.layers import listed
from grader.diagnosis.names import rate_given
from grader.model.diagnosis import Confidence, Effect
from grader.model.source import Place

HIGH, FAR_TOO_HIGH = 10, 100
LOW, FAR_TOO_LOW = 1 / 20, 1 / 100
"""Multiples of the usual rate; right work with a rate beyond them is right all the same."""
PLAIN = (0.001, 0.05)
"""Rates at which SGD without momentum needs more epochs than these labs have."""
FADED = 1e-3
"""What a schedule left of the first rate, where that is next to nothing."""
FLAT = 0.9
"""A loss that is still above this share of an early one has not fallen."""
REBUILT = 2
"""Models of one kind beside the first: two may be compared, or the second is another try."""
MOST = 0.5


def optimizer_of_another_model(case: Case) -> Suspicion | None:
    """The optimizer holds weights of a network that is not the one being called."""
    if case.signs.owned != "none" or not case.trace.steps or not case.suffers:
        return None
    sure = case.sure(Confidence.CERTAIN)
    return Suspicion(sure, {"steps": f"{case.trace.steps:,}"}, rates.place(case))


def frozen_layers(case: Case) -> Suspicion | None:
    """Weights that no step can change: frozen, or not given to the optimizer."""
    if not case.suffers:
        return None
    frozen = [name for name in case.signs.frozen if not name.endswith("bias")]
    if case.unknown:  # a factor of the program's own is no layer that should learn
        frozen = [name for name in frozen if "weight" in name.rpartition(".")[2]]
    line, place = freezing(case)
    if frozen:
        facts = {
            "names": listed(case, frozen),
            "reached": percent(case.train_accuracy),
            "line": line,
        }
        return Suspicion(case.sure(Confidence.CERTAIN), facts, place)
    if frozen_whole(case):
        return Suspicion(Confidence.LIKELY, {"line": line}, place, Effect.STOPS, "whole")
    unmoved = [name for name in _unmoved(case) if not name.endswith("bias")]
    if case.signs.owned != "some" or not unmoved or case.signs.rebuilt:
        return None
    facts = {"names": listed(case, unmoved), "reached": percent(case.train_accuracy)}
    sure = case.sure(Confidence.CERTAIN)
    return Suspicion(sure, facts, rates.place(case), variant="left-out")


def rate_too_high(case: Case) -> Suspicion | None:
    """Steps so long that they jump over what they look for."""
    rate, usual = rates.highest(case), rates.usual(case)
    if rate is None or usual is None or rate < HIGH * usual or not _learned_badly(case):
        return None
    certain = rate >= FAR_TOO_HIGH * usual or not _falls(case)
    return Suspicion(
        confidence=Confidence.CERTAIN if certain else Confidence.LIKELY,
        facts=_rate(case, rate, usual),
        where=rates.place(case),
        effect=Effect.STOPS if _diverged(case) else None,
    )


def rate_too_low(case: Case) -> Suspicion | None:
    """Steps so short that the epochs do not suffice."""
    rate, usual = rates.highest(case), rates.usual(case)
    if rate is None or usual is None or not _learned_badly(case) or _diverged(case):
        return None
    if rates.may_rise(case):
        return None
    if rate > LOW * usual or (case.trace.optimizer == "SGD" and rate >= PLAIN[0]):
        return _faded(case, usual)
    certain = rate <= FAR_TOO_LOW * usual
    return Suspicion(
        confidence=Confidence.CERTAIN if certain else Confidence.LIKELY,
        facts=_rate(case, rate, usual),
        where=rates.place(case),
    )


def _faded(case: Case, usual: float) -> Suspicion | None:
    """A schedule that takes the rate to next to nothing long before the training ends."""
    first, last = case.trace.learning_rate, case.signs.last_rate
    losses = [one.loss for one in case.training if one.loss is not None]
    if first is None or last is None or last > FADED * first or len(losses) <= 2:
        return None
    if not rates.divided(case):
        return None  # most others come to 0 at the very end, as they should
    if losses[-1] < FLAT * losses[1]:
        return None
    facts = {"first": number(first), "last": number(last), "usual": number(usual)}
    return Suspicion(Confidence.LIKELY, facts, _scheduler_step(case), variant="faded")


def plain_sgd(case: Case) -> Suspicion | None:
    """SGD without momentum, at a rate with which it needs many more epochs."""
    rate = rates.highest(case)
    if case.trace.optimizer != "SGD" or rate is None or rates.momentum(case):
        return None
    if rates.may_rise(case):
        return None
    if not PLAIN[0] <= rate <= PLAIN[1] or not _learned_badly(case) or _diverged(case):
        return None
    if not _falls(case):
        return None  # then more of the same would not help either
    facts = {
        "rate": number(rate),
        "epochs": _count(len(case.training), "epoch"),
        "reached": percent(case.train_accuracy),
    }
    return Suspicion(Confidence.LIKELY, facts, rates.place(case))


def model_rebuilt(case: Case) -> Suspicion | None:
    """A new network in every epoch: what was learned is thrown away with the old one."""
    rebuilt, passes = case.signs.rebuilt, [one for one in case.trace.passes if one.training]
    if rebuilt < REBUILT or len(passes) > rebuilt + 1:
        return None
    facts = {"models": str(rebuilt + 1), "reached": percent(case.train_accuracy)}
    return Suspicion(Confidence.CERTAIN, facts, _made_in_loop(case))


def optimizer_rebuilt(case: Case) -> Suspicion | None:
    """A new optimizer again and again: it forgets what it knew of the gradients."""
    made = case.signs.optimizers
    if case.signs.rebuilt or made < 3 or made < len(case.training) or not case.suffers:
        return None
    each = "batch" if made > MOST * case.trace.steps else "epoch"
    places = _again_and_again(case)
    if not places:
        return None  # several at once, one for each layer
    sure = case.sure(Confidence.LIKELY)
    return Suspicion(sure, {"made": f"{made:,}", "each": each}, places[-1])


def _rate(case: Case, rate: float, usual: float) -> dict[str, str]:
    return {
        "rate": number(rate),
        "usual": number(usual),
        "optimizer": case.trace.optimizer or "",
        "reached": percent(case.train_accuracy),
        "named": rate_given(case),
    }


def _learned_badly(case: Case) -> bool:
    """Whether it was measured that it learned too little; a crash alone says nothing of rates."""
    return _diverged(case) or (case.train_accuracy is not None and case.learns_badly)


def _diverged(case: Case) -> bool:
    heard = None in case.signs.losses
    return heard or (case.measured is not None and not case.measured.finite)


def _falls(case: Case) -> bool:
    """Whether the loss of the epochs falls; unknown counts as falling."""
    losses = [one.loss for one in case.training]
    known = [one for one in losses if one is not None]
    if _diverged(case) or len(known) < len(losses):
        return False
    return len(known) < 2 or known[-1] < FLAT * known[0] or known[-1] < min(known[:-1])


def _unmoved(case: Case) -> list[str]:
    weights = () if case.measured is None else case.measured.weights
    return [one.name for one in weights if one.moved == 0]


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def _again_and_again(case: Case) -> list[Place]:
    """The lines that make an optimizer in a loop which also trains, over epochs or batches: by
    themselves, or by the function that returns it.
    """
    learning = case.code.called("backward", "step")
    training = {id(loop) for one in learning for loop in batch.repeats(case, one)}
    calls = case.code.called(case.trace.optimizer or "")
    made = [one for one in calls if training & {id(loop) for loop in batch.repeats(case, one)}]
    asked = [one.place for call in made for one in _asked(case, call) if one.loops]
    return asked or [one.place for one in made]


def _asked(case: Case, made: Call) -> list[Call]:
    """The calls of a function that does no more than to make an optimizer and return it."""
    inner = made.around[-1] if made.around else None
    if isinstance(inner, ast.Lambda) and inner.body is made.node:
        names = [one.name for one in case.code.assignments if one.value is inner]
        return [one for one in case.code.called(*names) if not one.owner]
    returned = [one.node for one in case.code.nodes if isinstance(one.node, ast.Return)]
    direct = any(one.value is made.node for one in returned)
    return batch.callers(case, made) if direct else []


def _made_in_loop(case: Case) -> Place | None:
    """Where something that is called ``model`` in the training is made inside of a loop."""
    for one in case.code.assignments:
        made = one.value
        if isinstance(made, ast.Call) and _is_network(case, one.name) and _repeats(case, one):
            return one.place
    return None


def _is_network(case: Case, name: str) -> bool:
    """Whether something's weights are given to an optimizer under that name."""
    asked = case.code.called("parameters")
    return any(one.owner == name for one in asked)


def _repeats(case: Case, found: Found) -> bool:
    """Whether it is in a loop, or in a function that is called in one."""
    return bool(found.loops) or any(one.loops for one in batch.callers(case, found))


def _scheduler_step(case: Case) -> Place | None:
    """Where a schedule takes its steps: those of no optimizer, inside of a loop."""
    steps = [one for one in case.code.called("step") if one.loops]
    found = [one for one in steps if batch.schedules(case, one)]
    return found[0].place if found else None
