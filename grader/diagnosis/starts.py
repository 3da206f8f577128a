"""Where a program gives weights their first values, and what there is to remove of it."""

import ast
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from grader.diagnosis.case import Case
from grader.diagnosis.code import Assignment, Call, Found, Loop, constant, mentions, written
from grader.diagnosis.effort import walk
from grader.diagnosis.names import LISTED, together
from grader.model.source import Place

LINES = "the lines that set the weights"
SETTERS = frozenset(
    "constant_ zeros_ fill_ zero_ uniform_ normal_ copy_ mul_ neg_ abs_ sub_".split()
)
"""What gives a tensor values in place; the usual ways to begin are not among them."""
OWN = re.compile(r"(?!self\.\w+$|.*(?:loss|crit)).*\.(?:weight|bias)(?:\.data)?(?:\[.*\])?$")
"""A weight or bias of some layer, as written; ``self.weight`` is what a layer of one's own has."""
ANY = re.compile(r"\w+(?:\.data)?(?:\[.*\])?$")
"""The same of one that a loop over all parameters goes over."""
ALL = ("parameters", "named_parameters")


@dataclass(frozen=True)
class Start:
    """The line that sets weights, and in words everything that belongs to it; ``where`` has all
    lines that set some.
    """

    place: Place
    lines: str
    where: str = ""


def start(
    case: Case, names: Collection[str], wanted: Callable[[Call], bool] = lambda one: True
) -> Start | None:
    """The first call of one of ``names`` that sets weights, and is ``wanted``."""
    # noise and averages are made in the same ways
    sets = [one for one in case.code.called(*names) if _sets(one) or _of_parameter(case, one)]
    calls = [one for one in sets if wanted(one)]
    return Start(calls[0].place, _lines(case, calls[0])) if calls else None


def by_hand(case: Case) -> Start | None:
    """All lines that set weights or biases outside of the training, told together; ``None`` where
    there are none, or only biases are set, to 0.
    """
    sets = [one for one in case.code.called(*SETTERS) if _sets(one)]
    gives = [one for one in case.code.assignments if _gives(one)]
    lines = {one.place.words: one for one in (*gives, *sets)}
    found = [one for one in lines.values() if not _in_training(case, one)]
    if all(_clears_bias(one) for one in found):
        return None
    found.sort(key=lambda one: (one.place.cell or 0, one.place.line or 0))
    place = found[0].place
    named = together(one.place for one in found) if _close(found) else ""
    return Start(place, _removed(case, found, named), named or place.words)


def _in_training(case: Case, found: Found) -> bool:
    """Whether something is done while the network trains, or in a function that is called then."""
    learning = case.code.called("backward")
    functions = {one.function for one in learning if one.function is not None}
    loops = [loop for one in learning for loop in one.loops]

    def beside(one: Found) -> bool:
        return one.function in functions or any(loop in loops for loop in one.loops)

    calls = [one for one in case.code.calls if one.name == found.function]
    return beside(found) or any(beside(one) for one in calls)


def _sets(call: Call) -> bool:
    if not call.owner or call.owner.endswith("init"):
        return "grad" not in written(call.argument(0))
    return _is_parameter(call, call.owner)


def _gives(one: Assignment) -> bool:
    of_tensor = isinstance(one.node, ast.AugAssign) or not isinstance(
        one.value, ast.Attribute | ast.Name
    )
    return of_tensor and _is_parameter(one, one.name)


def _is_parameter(one: Found, name: str) -> bool:
    """Whether a name is that of a weight or bias, which nothing of a gradient is given to."""
    if "grad" in written(one.node):
        return False
    over = getattr(one.loops[-1], "iter", None) if one.loops else None
    inside = isinstance(one, Call) or ".data" in name
    every = mentions(over, *ALL) and inside and ANY.match(name) is not None
    return every or OWN.match(name) is not None


def _clears_bias(one: Found) -> bool:
    """Whether a line sets a bias to 0, which is a usual start."""
    if "bias" not in written(one.node):
        return False
    if isinstance(one, Assignment):
        return constant(one.value) == 0
    named = isinstance(one, Call) and one.name in ("zeros_", "zero_")
    return named or (isinstance(one, Call) and constant(one.argument(1, "val")) == 0)


def _close(found: Sequence[Found]) -> bool:
    """Whether a few lines, or lines without others between them, can be named as a range."""
    lines = sorted(one.place.line or 0 for one in found)
    return len(found) <= LISTED or lines[-1] - lines[0] == len(found) - 1


def _removed(case: Case, found: Sequence[Found], named: str) -> str:
    """What there is to remove: a function, a loop that does nothing else, or the lines."""
    calls = [one for one in found if isinstance(one, Call)]
    if calls and len({one.function for one in found}) == 1:
        whole = _lines(case, calls[0])
        if whole.startswith("the function"):
            return whole
    for block in found[0].around:
        inside = isinstance(block, Loop | ast.With | ast.If) and all(
            block in one.around for one in found
        )
        if inside and _alone(block, found):
            kind = "loop" if isinstance(block, Loop) else "block"
            return f"the whole {kind} ({together(_of_block(found[0].place, block))})"
    return "these lines" if named else "all lines that set weights or biases"


def _of_block(place: Place, block: ast.AST) -> list[Place]:
    """All lines of a block."""
    first, last = getattr(block, "lineno", 0), getattr(block, "end_lineno", 0)
    return [place.model_copy(update={"line": line}) for line in range(first, last + 1)]


def _alone(block: ast.AST, found: Sequence[Found]) -> bool:
    """Whether a block sets values and does nothing else."""
    lines = {one.place.line for one in found}
    plain = (ast.Expr, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Continue, ast.Pass)
    inside = [one for one in walk(block) if isinstance(one, plain)]
    return all(one.lineno in lines for one in inside)


def _of_parameter(case: Case, call: Call) -> bool:
    """Whether a call sets what is, or becomes, a parameter that has no usual name."""
    target = call.owner.removesuffix(".data")
    if any(mentions(one.value, "Parameter") for one in case.code.assigned(target)):
        return True
    around = [one.node for one in case.code.called("Parameter")]
    return any(call.node is inner for one in around for inner in walk(one))


def of_weights(call: Call) -> bool:
    """Whether a call sets weights, not the bias beside them."""
    return "bias" not in f"{call.owner} {written(call.argument(0))}"


def _lines(case: Case, call: Call) -> str:
    """The function that does it and the lines that call it; or the loop; or the lines."""
    made = [one for one in case.code.nodes if _is_function(one.node, call.function)]
    users = [one.place for one in case.code.calls if _uses(one, call.function)]
    if len(made) == 1 and users and call.class_ is None:
        return f"the function {call.function} and the call of it ({together(users)})"
    loop = call.loops[0] if call.loops and len(call.around) == len(call.loops) else None
    return "the loop that sets the weights" if loop is not None else LINES


def _is_function(node: ast.AST, name: str | None) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name == name


def _uses(call: Call, name: str | None) -> bool:
    """Whether a call is one of the function, or is given it: ``model.apply(init_weights)``."""
    given = [one.id for one in call.node.args if isinstance(one, ast.Name)]
    return name is not None and (call.name == name or (call.name == "apply" and name in given))
