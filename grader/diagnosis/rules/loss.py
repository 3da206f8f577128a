"""What reaches the loss function: probabilities instead of plain scores, or not the outputs."""

import ast
from dataclasses import replace

from grader.diagnosis.batch import idle, place, refused
from grader.diagnosis.case import Case
from grader.diagnosis.code import Call, Found, mentions, written
from grader.diagnosis.crashes import said
from grader.diagnosis.effort import walk
from grader.diagnosis.figures import percent
from grader.diagnosis.interface import Suspicion
from grader.diagnosis.loops import evaluates
from grader.diagnosis.losses import Loss, losses
from grader.diagnosis.names import loss_made
from grader.model.diagnosis import Confidence, Effect
from grader.model.source import Place

NOT_SCORES = "got Long|not implemented for 'Long'"
"""What torch says where a loss gets class numbers in place of scores."""
NONE = r"argument 'input' \(position 1\) must be Tensor, not None|^'NoneType' object has no"
"""What Python and torch say where something is computed with an answer that is none."""
CLASS_NUMBERS = ("argmax", "same", "swapped")
FORGETFUL = ("detached", "argmax")
"""Losses whose gradients do not reach the network, whatever else asks for some."""
LOGARITHMS = ("LogSoftmax", "log_softmax", "logsumexp")
COPIES = ("requires_grad_", "Variable", "tensor")
"""Calls that make something new which asks for gradients, and has forgotten the network."""


def softmax_before_cross_entropy(case: Case) -> Suspicion | None:
    """Softmax, in the network or outside of it, before a loss that applies it itself."""
    return _squashed(case, "softmax")


def sigmoid_before_cross_entropy(case: Case) -> Suspicion | None:
    """Sigmoid before a cross-entropy: scores that cannot differ by more than one."""
    return _squashed(case, "sigmoid")


def log_softmax_before_cross_entropy(case: Case) -> Suspicion | None:
    """LogSoftmax before a cross-entropy changes nothing, and shows a misunderstanding.

    The logarithm of a softmax is the same, but there is no LogSoftmax that could be removed.
    """
    found = _squashed(case, "log_softmax")
    if found is None or (found.variant and case.program and not case.code.called(*LOGARITHMS)):
        return None
    return replace(found, effect=None)


def loss_on_wrong_tensors(case: Case) -> Suspicion | None:
    """The loss does not compare the network's outputs with the labels."""
    nothing = _nothing(case)
    if nothing is not None:
        return nothing
    found = next((one for one in losses(case) if one.kind), None)
    kind = found.kind if found else ""
    where = found.place if found else place(case, "backward")
    no_scores = said(case, NOT_SCORES) is not None
    # other things than the loss are compared too, a score for one: where weights move, all is well
    unrelated = case.signs.from_model is False and idle(case)
    cut = "F" in case.signs.order and (refused(case) or unrelated)
    empty = kind in FORGETFUL and _only_empty_steps(case)
    if (no_scores and kind in CLASS_NUMBERS) or (cut and not _switched_off(case)) or empty:
        variant = "" if kind == "own" else kind
        return Suspicion(
            Confidence.CERTAIN, {"forced": _forced(case, found)}, where, variant=variant
        )
    if kind == "own" and case.suffers:
        facts = {"reached": percent(case.train_accuracy)}
        sure = case.sure(Confidence.LIKELY)
        return Suspicion(sure, facts, where, Effect.RUINS, kind)
    return _copied(case)


def _only_empty_steps(case: Case) -> bool:
    """Whether no step found a gradient, though backward ran and the optimizer has the weights."""
    order, steps = case.signs.order, case.trace.steps
    heard = "F" in order and "B" in order and case.signs.owned != "none"
    return heard and 0 < steps <= case.signs.empty_steps


def _forced(case: Case, found: Loss | None) -> str:
    """The line that asks a loss, or what it gets, for gradients: torch refuses it once these have
    gradients of their own.
    """
    roots = {one.owner for one in case.code.called("backward")}
    given = [] if found is None else list(walk(found.call.args[0]))
    roots |= {one.id for one in given if isinstance(one, ast.Name)}
    lines = [one for one in case.code.assignments if one.name.endswith(".requires_grad")]
    lines = [one for one in lines if one.name.removesuffix(".requires_grad") in roots]
    if len(lines) != 1 or case.code.value(lines[0].value) is not True:
        return ""
    return f", and remove {lines[0].name} = True ({lines[0].place.words})"


def _switched_off(case: Case) -> bool:
    """Whether gradients are switched off from some line on: the loop's rule tells that."""
    return bool(case.code.called("set_grad_enabled")) and case.trace.epochs > 0


def _nothing(case: Case) -> Suspicion | None:
    """The network's own ``forward`` ends without ``return``, and what it answers is used."""
    if said(case, NONE) is None:
        return None
    own = [one for one in case.code.nodes if _is_forward(case, one)]
    silent = [one for one in own if not _answers(one.node)]
    if len(silent) != 1:
        return None
    end = getattr(silent[0].node, "end_lineno", None)
    made = [one.name for one in case.code.assignments if one.function == "forward"]
    names = [one for one in made if one.isidentifier()]
    facts = {"name": names[-1] if names else "x"}
    where = silent[0].place.model_copy(update={"line": end})
    return Suspicion(Confidence.CERTAIN, facts, where, variant="nothing")


def _is_forward(case: Case, one: Found) -> bool:
    named = isinstance(one.node, ast.FunctionDef) and one.node.name == "forward"
    return named and one.class_ in case.code.networks


def _answers(function: ast.AST) -> bool:
    returns = [one for one in walk(function) if isinstance(one, ast.Return)]
    return any(one.value is not None for one in returns)


def _copied(case: Case) -> Suspicion | None:
    """Backward starts from a copy of the loss, which does not lead to the weights."""
    order, steps = case.signs.order, case.trace.steps
    if "F" not in order or "B" not in order or not steps or not idle(case):
        return None
    copy = _copy(case)
    if copy is None or case.signs.owned == "none":
        return None
    facts = {"steps": f"{steps:,}"}
    return Suspicion(Confidence.CERTAIN, facts, copy.place, variant="copy")


def _copy(case: Case) -> Call | None:
    """The call that makes what backward is called on, or is called on it."""
    roots = {one.owner.split("(")[0].split(".")[0] for one in case.code.called("backward")}
    made = [one for root in roots for one in case.code.assigned(root)]
    makers = [name for name in COPIES if any(mentions(one.value, name) for one in made)]
    calls = case.code.called(*COPIES)
    return next((one for one in calls if one.owner in roots or one.name in makers), None)


def broadcast_loss(case: Case) -> Suspicion | None:
    """A hand-written loss whose shapes differ: each output meets each label."""
    if not case.signs.table or not case.suffers:
        return None
    batch = case.trace.batch_size
    facts = {"batch": str(batch), "pairs": f"{batch * batch:,}"}
    return Suspicion(case.sure(Confidence.CERTAIN), facts, _computed(case))


def _computed(case: Case) -> Place | None:
    """Where the loss is computed: in a function of the student's, or where it gets its name."""
    made = loss_made(case)
    if made is None:
        return place(case, "backward")
    for one in case.code.nodes:
        node = one.node
        if isinstance(node, ast.FunctionDef) and node.name == _called(made.value):
            ends = [part.lineno for part in walk(node) if isinstance(part, ast.Return)]
            return one.place.model_copy(update={"line": max(ends, default=node.lineno)})
    return made.place


def _called(value: ast.expr) -> str:
    return written(value.func) if isinstance(value, ast.Call) else ""


def _squashed(case: Case, kind: str) -> Suspicion | None:
    """What squashes the scores of the last layer before a cross-entropy gets them."""
    last = case.layers[-1] if case.layers else None
    in_network = last is not None and last.kind == kind
    if case.trace.loss != "cross_entropy" or not _given(case, kind, in_network):
        return None
    place = last.line if in_network and last is not None else None
    return Suspicion(
        confidence=Confidence.CERTAIN,
        facts={"reached": percent(case.train_accuracy)},
        where=place or case.written(kind) or _applied(case, kind),
        effect=None if case.suffers else Effect.LOWERS,
        variant="" if in_network else "outside",
    )


def _applied(case: Case, kind: str) -> Place | None:
    """The one line of the training that calls such a function."""
    calls = [one for one in case.code.called(kind) if not evaluates(case.code, one)]
    places = {one.place.words: one.place for one in calls}
    return places.popitem()[1] if len(places) == 1 else None


def _given(case: Case, kind: str, in_network: bool) -> bool:
    """Whether the loss was given such values. What was heard of them goes before the last layer:
    a logarithm may follow, or only evaluation may have that layer.
    """
    if in_network or case.signs.probabilities is not None:
        return case.signs.may_be(kind)
    return kind == "softmax" and case.trace.probabilities  # all that older results know
