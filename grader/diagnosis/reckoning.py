"""Reckons with numbers as students write sizes: ``28 * 28``."""

import ast
import operator
from collections.abc import Callable, Sequence

RECKONED: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
}
Constant = bool | int | float | str | None


def reckoned(op: ast.operator, sides: Sequence[Constant]) -> Constant:
    """What comes out of two numbers; ``None`` where one is none, or nothing comes out."""
    left, right = sides
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        return None
    try:
        found: Constant = RECKONED[type(op)](left, right)
    except ArithmeticError:
        return None
    return found
