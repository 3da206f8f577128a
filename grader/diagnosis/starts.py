"""Where a program gives weights their first values, and what there is to remove of it."""

import ast
from collections.abc import Callable, Collection
from dataclasses import dataclass

from grader.diagnosis.case import Case
from grader.diagnosis.code import Call, written
from grader.diagnosis.names import together
from grader.model.source import Place

LINES = "the lines that set the weights"


@dataclass(frozen=True)
class Start:
    """The line that sets weights, and in words everything that belongs to it."""

    place: Place
    lines: str


def start(
    case: Case, names: Collection[str], wanted: Callable[[Call], bool] = lambda one: True
) -> Start | None:
    """The first call of one of ``names`` that sets weights, and is ``wanted``."""
    calls = [one for one in case.code.called(*names) if "grad" not in one.owner and wanted(one)]
    return Start(calls[0].place, _lines(case, calls[0])) if calls else None


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
