"""The four moves of a batch: gradients to zero, backward, the optimizer's step, and their order."""

import ast

from grader.diagnosis.batch import (
    MOST_BATCHES,
    callers,
    idle,
    mostly,
    place,
    refused,
    still,
    without_brackets,
    written_batch,
)
from grader.diagnosis.case import Case
from grader.diagnosis.code import Found, mentions, written
from grader.diagnosis.figures import percent
from grader.diagnosis.interface import Suspicion
from grader.diagnosis.names import loss_made, moves
from grader.model.diagnosis import Confidence, Effect
from grader.model.source import Place

EARLY = "^[^B]*S.*B"
"""A step before the batch's own backward call."""
THROWN = "B[^S]*Z[^B]*S"
"""Gradients set to zero between the backward call and the step that was to use them."""
MANY = 8
"""Batches in a pass, of which one step is too few."""
FEW = 3
"""Steps that may add to old gradients: of two networks, or before a loop begins."""
PUT_BACK = ".grad"
BLIND = ("no_grad", "inference_mode")


def no_zero_grad(case: Case) -> Suspicion | None:
    """Gradients of earlier batches, already used by a step, are added to those of each new one."""
    carried, backwards = case.signs.carried, case.trace.backwards
    if carried < FEW or carried <= MOST_BATCHES * backwards:
        return None
    missing, call = without_brackets(case, "zero_grad")
    return Suspicion(
        confidence=Confidence.CERTAIN,
        facts=moves(case) | {"carried": f"{carried:,}", "batches": f"{backwards:,}"} | call,
        where=missing or place(case, "backward"),
        effect=None if case.suffers else Effect.HARMLESS,
        variant="brackets" if missing else "",
    )


def no_backward(case: Case) -> Suspicion | None:
    """No gradient is ever computed."""
    steps = case.trace.steps
    if case.trace.backwards or case.crash is not None:
        return None
    if not steps:
        return _neither(case)
    if not idle(case):
        return None  # gradients came in another way, torch.autograd.grad for one
    missing, call = without_brackets(case, "backward")
    return Suspicion(
        confidence=Confidence.CERTAIN,
        facts=moves(case) | {"steps": f"{steps:,}"} | call,
        where=missing or place(case, "step"),
        variant="brackets" if missing else "",
    )


def _neither(case: Case) -> Suspicion | None:
    """An optimizer is made and outputs are computed, and that is all."""
    forwards = sum(one.forwards for one in case.trace.passes)
    makes_one = any(mentions(one.node, "optim", "optimizer") for one in case.code.calls)
    learns = case.code.called("backward", "step", "grad")
    if not forwards or not makes_one or learns or "B" in case.signs.order:
        return None
    facts = moves(case) | {"calls": f"{forwards:,}"}
    return Suspicion(Confidence.LIKELY, facts, variant="neither")


def no_step(case: Case) -> Suspicion | None:
    """Gradients are computed and nothing uses them: hand-written updates would move weights."""
    backwards = case.trace.backwards
    if not backwards or refused(case):
        return None
    if case.trace.steps or not still(case):
        return _once(case)
    missing, call = without_brackets(case, "step")
    return Suspicion(
        confidence=Confidence.CERTAIN,
        facts=moves(case) | {"batches": f"{backwards:,}"} | call,
        where=missing or place(case, "backward"),
        variant="brackets" if missing else "",
    )


def _once(case: Case) -> Suspicion | None:
    """Both calls stand behind the loop over batches: one step in an epoch, after the last batch."""
    trace = case.trace
    whole = [one for one in trace.passes if not one.eval_mode and one.forwards >= MANY]
    backward = next(iter(case.code.called("backward")), None)
    made = loss_made(case)
    if not whole or backward is None or made is None or made.function != backward.function:
        return None
    outside = made.loops[: len(backward.loops)] == backward.loops != made.loops
    if not outside or not 0 < trace.backwards <= len(whole) or (case.measured and not case.suffers):
        return None
    facts = moves(case) | {"batches": f"{whole[0].forwards:,}", "steps": f"{trace.steps:,}"}
    return Suspicion(Confidence.CERTAIN, facts, backward.place, Effect.RUINS, "once")


def step_before_backward(case: Case) -> Suspicion | None:
    """The step stands above the backward call of the same batch."""
    heard = mostly(case.signs.order, EARLY)
    wasted = _wasted(case)
    if not heard and not (wasted and not case.signs.order and _is_written(case, "S", "B")):
        return None
    return Suspicion(
        confidence=Confidence.CERTAIN if heard else Confidence.LIKELY,
        facts=moves(case) | {"reached": percent(case.train_accuracy)},
        where=place(case, "step"),
        effect=None if wasted else Effect.LOWERS if case.suffers else Effect.HARMLESS,
        variant="" if wasted else "late",
    )


def zero_grad_after_backward(case: Case) -> Suspicion | None:
    """Gradients are set to zero before the step can use them."""
    heard = mostly(case.signs.order, THROWN)
    guessed = not case.signs.order and _is_written(case, "B", "Z", "S")
    if not _wasted(case) or not (heard or guessed):
        return None
    unused = idle(case)
    if not unused and (not case.suffers or _puts_back(case)):
        return None
    lost = case.signs.lost_gradients or case.trace.backwards
    emptied = _emptied(case)
    return Suspicion(
        confidence=Confidence.CERTAIN if heard and unused else Confidence.LIKELY,
        facts=moves(case) | {"lost": f"{lost:,}", "batches": f"{case.trace.backwards:,}"},
        where=emptied or place(case, "zero_grad"),
        effect=None if unused else Effect.RUINS,
        variant="by-hand" if emptied else "",
    )


def _emptied(case: Case) -> Place | None:
    """The line below a backward call that empties gradients without ``zero_grad``."""
    ends = [one.place.line or 0 for one in case.code.called("backward")]
    given = [one for one in case.code.assignments if one.name.endswith(PUT_BACK)]
    emptied = [one.place for one in given if written(one.value) == "None"]
    emptied += [one.place for one in case.code.called("zero_") if PUT_BACK in one.owner]
    return next((one for one in emptied if ends and (one.line or 0) > ends[0]), None)


def _puts_back(case: Case) -> bool:
    """Whether gradients are set by hand: they were copied before they were set to zero."""
    given = [one for one in case.code.assignments if one.name.endswith(PUT_BACK)]
    return any(written(one.value) != "None" for one in given)


def training_without_gradients(case: Case) -> Suspicion | None:
    """The network is called under ``no_grad`` where it should learn."""
    order = case.signs.order
    if not (case.trace.without_gradients or refused(case)) or _all_frozen(case):
        return None
    if refused(case) and "F" in order:
        return _left_off(case)
    if not order and not case.trace.without_gradients:
        return None
    confidence = Confidence.CERTAIN if order else Confidence.LIKELY
    return Suspicion(confidence, moves(case), _blinded(case))


def _left_off(case: Case) -> Suspicion | None:
    """Gradients were switched off for a validation, and never on again."""
    off = [
        one
        for one in case.code.called("set_grad_enabled")
        if case.code.value(one.argument(0, "mode")) is False and not one.under
    ]
    if not off or len(case.code.called("set_grad_enabled")) > len(off):
        return None
    return Suspicion(Confidence.LIKELY, moves(case), off[0].place, variant="left-off")


def _wasted(case: Case) -> bool:
    """Whether the gradients that were computed came to nothing."""
    lost = case.signs.lost_gradients > MOST_BATCHES * case.trace.backwards
    return case.trace.backwards > 0 and (lost or idle(case))


def _is_written(case: Case, *letters: str) -> bool:
    found = [one for one in written_batch(case) if one in letters]
    return tuple(found) == letters


def _all_frozen(case: Case) -> bool:
    weights = () if case.measured is None else case.measured.weights
    return 0 < len(weights) <= len(case.signs.frozen)


def _blinded(case: Case) -> Place | None:
    """The line that switches gradients off around a backward call, or around what makes one."""
    for call in case.code.called("backward"):
        for one in case.code.functions.get(call.function or "", ()):
            marks = getattr(one.node, "decorator_list", [])
            if any(mentions(mark, *BLIND) for mark in marks):
                return _at(one, marks[0])
        for one in (call, *callers(case, call)):
            blocks = [block for block in one.around if isinstance(block, ast.With)]
            off = [block for block in blocks if _is_blind(block)]
            if off:
                return _at(one, off[-1])
    return None


def _at(found: Found, node: ast.stmt | ast.expr) -> Place:
    return found.place.model_copy(update={"line": node.lineno})


def _is_blind(block: ast.With) -> bool:
    return any(mentions(item.context_expr, *BLIND) for item in block.items)
