"""How one batch of a training goes, as it was heard and as it is written.

Both are strings of the letters that ``Signs.order`` has: ``LZBS`` is a loss, gradients set to zero,
backward and the optimizer's step.
"""

import ast
import re

from grader.diagnosis.case import Case
from grader.diagnosis.code import Call, Found, written
from grader.model.source import Place

LOOK = re.compile("f+L*")
"""Forward calls without gradients and their losses: a look at other images, no part of a batch."""
METHODS = {"zero_grad": "Z", "backward": "B", "step": "S"}
NO_GRADIENT = "does not require grad and does not have a grad_fn"
"""What torch says to a backward call on something that does not come from the weights."""
DEPTH = 4
"""Functions that call each other, between the loop over epochs and a batch."""
MOST_BATCHES = 0.5
"""A habit shows in most batches; one that goes another way has a reason of its own."""


def batches(order: str) -> list[str]:
    """The events of each whole batch, from behind its forward calls to the next one's.

    The last may be cut off where the record ends, so it is left out.
    """
    parts = re.split("F+", LOOK.sub("", order))
    return [part for part in parts[1:-1] if part]


def mostly(order: str, pattern: str) -> bool:
    """Whether most batches of a training contain what a regular expression describes."""
    found = batches(order)
    hits = sum(re.search(pattern, one) is not None for one in found)
    return bool(found) and hits > MOST_BATCHES * len(found)


def still(case: Case) -> bool:
    """Whether it was measured that not one weight changed in the training."""
    moved = None if case.measured is None else case.measured.moved
    return moved is not None and moved.moved == 0


def idle(case: Case) -> bool:
    """Whether no step of the optimizer changed anything, as far as is known."""
    steps = case.trace.steps
    return still(case) or (steps > 0 and case.signs.empty_steps >= steps)


def refused(case: Case) -> bool:
    """Whether backward was refused, as what it was called on does not come from the weights."""
    return case.crash is not None and NO_GRADIENT in case.crash.message


def place(case: Case, name: str) -> Place | None:
    """The first call of ``backward``, ``step`` or ``zero_grad`` where a batch is trained on."""
    beside = [one for one in case.code.called(name) if not schedules(case, one)]
    return beside[0].place if beside else None


def loop(case: Case) -> Place | None:
    """The loop over the batches that are trained on; the backward call where there is no loop."""
    for call in case.code.called("backward", "step"):
        if call.loops and not schedules(case, call):
            inner = call.loops[-1]
            return call.place.model_copy(update={"line": inner.lineno})
    return place(case, "backward")


def epoch_loop(case: Case) -> Place | None:
    """The loop over epochs: the outermost around the training of a batch, in whatever calls it."""
    inner = next(iter(case.code.called("backward")), None)
    call, around = inner, inner
    for _ in range(DEPTH):
        outer = callers(case, call) if call is not None else []
        if not outer:
            break
        call = outer[0]
        around = call if call.loops else around
    if inner is None or around is None or not around.loops:
        return None
    outermost = around.loops[0]
    if around is inner and len(inner.loops) < 2:
        return None  # that is the loop over batches
    return around.place.model_copy(update={"line": outermost.lineno})


def callers(case: Case, found: Found) -> list[Call]:
    """The calls of the function that something is in: ``model.train()`` is none of ``train()``."""
    name = found.function
    calls = case.code.called(name) if name else []
    wanted = [one for one in calls if bool(one.owner) == (found.class_ is not None)]
    return [one for one in wanted if one.function != name]


def repeats(case: Case, found: Found) -> list[ast.AST]:
    """The loops that something is in, and those that its function is called in, and so on."""
    loops: list[ast.AST] = list(found.loops)
    around = [found]
    for _ in range(DEPTH):
        around = [outer for one in around for outer in _users(case, one)]
        loops += [loop for one in around for loop in one.loops]
    return loops


def _users(case: Case, found: Found) -> list[Call]:
    """The calls of what something is in: a function, or a lambda that has a name."""
    inner = [one for one in found.around if isinstance(one, ast.FunctionDef | ast.Lambda)]
    if not inner or isinstance(inner[-1], ast.FunctionDef):
        return callers(case, found)
    names = [one.name for one in case.code.assignments if one.value is inner[-1]]
    return [one for one in case.code.calls if written(one.node.func) in names]


def steps_each(case: Case) -> int:
    """The optimizer's steps in the longest epoch; backward calls where it is hand-written."""
    return max((one.steps or one.backwards for one in case.training), default=0)


def without_brackets(case: Case, name: str) -> tuple[Place | None, dict[str, str]]:
    """Where ``name`` stands alone as a statement, and so is not called; and the fact how that call
    is to be written. Nothing of either where there is none.
    """
    for one in case.code.nodes:
        statement = one.node.value if isinstance(one.node, ast.Expr) else None
        if isinstance(statement, ast.Attribute) and statement.attr == name:
            return one.place, {name: f"{written(statement)}()"}
    return None, {}


def written_batch(case: Case) -> str:
    """The calls of a batch in the order they are written; empty where they are apart."""
    backward = next(iter(case.code.called("backward")), None)
    if backward is None or not backward.loops:
        return ""
    inner = backward.loops[-1]
    calls = [one for one in case.code.called(*METHODS) if one.loops and one.loops[-1] is inner]
    return "".join(METHODS[one.name] for one in calls if not schedules(case, one))


def schedules(case: Case, call: Call) -> bool:
    """Whether a call of ``step`` is a learning rate schedule's: by its name, or what made it."""
    return call.name == "step" and case.code.schedules(call.owner)
