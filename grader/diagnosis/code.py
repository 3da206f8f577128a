"""Reads a student's code for the rules: which calls it makes, with which values, inside of what.

What a program does is heard and measured; its code says where, and a few things that leave no other
trace. Nothing here runs anything, and what cannot be read is ``None`` or missing, never guessed.
"""

import ast
import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from grader.discovery.parse import Parsed
from grader.model.source import Place

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Loop = ast.For | ast.AsyncFor | ast.While
AROUND = (
    *Function.__args__,
    *Loop.__args__,
    ast.With,
    ast.AsyncWith,
    ast.ClassDef,
    ast.If,
    ast.IfExp,
)
RECKONED: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
}
Constant = bool | int | float | str | None


@dataclass(frozen=True)
class Found:
    """A node of the code with its place; ``around`` are the blocks it is in, the outermost first:
    classes, functions, lambdas, loops, ``with`` and ``if``, as a statement or within an expression.
    """

    node: ast.AST
    place: Place
    around: tuple[ast.AST, ...]

    @property
    def function(self) -> str | None:
        """The name of the innermost named function it is in."""
        names = [one.name for one in self.around if isinstance(one, ast.FunctionDef)]
        return names[-1] if names else None

    @property
    def class_(self) -> str | None:
        """The name of the innermost class it is in."""
        names = [one.name for one in self.around if isinstance(one, ast.ClassDef)]
        return names[-1] if names else None

    @property
    def loops(self) -> tuple[Loop, ...]:
        """The loops it is in, within its function; the outermost first."""
        inside: list[Loop] = []
        for one in self.around:
            if isinstance(one, Function):
                inside = []
            elif isinstance(one, Loop):
                inside.append(one)
        return tuple(inside)

    @property
    def under(self) -> tuple[str, ...]:
        """What the ``with`` blocks around it open, as written: ``torch.no_grad()``."""
        blocks = [one for one in self.around if isinstance(one, ast.With | ast.AsyncWith)]
        return tuple(written(item.context_expr) for one in blocks for item in one.items)


@dataclass(frozen=True)
class Call(Found):
    """A call. ``name`` is its last part, ``owner`` what stands before the last dot, as written."""

    node: ast.Call
    name: str
    owner: str

    def argument(self, position: int | None, name: str = "") -> ast.expr | None:
        """The argument at a position from 0, or of that name."""
        for one in self.node.keywords:
            if name and one.arg == name:
                return one.value
        before = self.node.args[: (position or 0) + 1]
        if position is None or len(before) <= position or _starred(before):
            return None
        return before[position]


@dataclass(frozen=True)
class Assignment(Found):
    """``name = value``, of a plain name or an attribute (``self.rate``), one for each target."""

    name: str
    value: ast.expr


class Reading:
    """The whole program as it is written, in the order of its text."""

    def __init__(self, program: Sequence[Parsed]) -> None:
        """Take the parsed cells; those that are not Python are left out."""
        self.program = program

    @cached_property
    def nodes(self) -> tuple[Found, ...]:
        """Every node, a block before what is in it."""
        trees = [(one, one.tree) for one in self.program if one.tree is not None]
        return tuple(found for one, tree in trees for found in _walk(one, tree))

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """Every call of something that has a name."""
        found = [_call(one) for one in self.nodes if isinstance(one.node, ast.Call)]
        return tuple(one for one in found if one is not None)

    @cached_property
    def assignments(self) -> tuple[Assignment, ...]:
        """Every assignment to names and attributes."""
        return tuple(made for one in self.nodes for made in _assigned(one))

    @cached_property
    def networks(self) -> frozenset[str]:
        """The names of the student's own classes of layers and networks."""
        made = [one.node for one in self.nodes if isinstance(one.node, ast.ClassDef)]
        return frozenset(
            one.name for one in made if any("Module" in written(base) for base in one.bases)
        )

    def called(self, *names: str) -> list[Call]:
        """The calls whose last part is one of ``names``: ``backward``, ``Linear``."""
        return [one for one in self.calls if one.name in names]

    def assigned(self, name: str) -> list[Assignment]:
        """The assignments to a name, or to an attribute as written: ``self.rate``."""
        return [one for one in self.assignments if one.name == name]

    def value(self, node: ast.expr | None, depth: int = 5) -> Constant:
        """The number or text that an expression is: written out, reckoned (``28 * 28``), or a name
        that is only ever given one; ``None`` where that is not known.
        """
        if isinstance(node, ast.Name | ast.Attribute):
            given = self.assigned(written(node)) if depth else []
            return self.value(given[0].value, depth - 1) if len(given) == 1 else None
        if isinstance(node, ast.BinOp) and type(node.op) in RECKONED and depth:
            sides = [self.value(side, depth - 1) for side in (node.left, node.right)]
            return _reckoned(node.op, sides)
        return constant(node)

    def origin(self, node: ast.expr | None) -> ast.expr | None:
        """The expression a name stands for, where it is given only one; others are themselves."""
        for _ in range(5):
            given = self.assigned(written(node)) if isinstance(node, ast.Name) else []
            if len(given) != 1:
                break
            node = given[0].value
        return node


def constant(node: ast.expr | None) -> Constant:
    """The plain number or text that an expression is; ``None`` for any other."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        positive = constant(node.operand)
        return -positive if isinstance(positive, int | float) else None
    if isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float | str):
        return node.value
    return None


def _reckoned(op: ast.operator, sides: Sequence[Constant]) -> Constant:
    left, right = sides
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        return None
    try:
        found: Constant = RECKONED[type(op)](left, right)
    except ArithmeticError:
        return None
    return found


def written(node: ast.AST | None) -> str:
    """An expression as text, in Python's own spelling; empty where there is none."""
    if node is None:
        return ""
    try:
        return ast.unparse(node)
    except RecursionError:
        return ""


def mentions(node: ast.AST | None, *names: str) -> bool:
    """Whether any of ``names`` stands in a piece of code, as a name, attribute or argument."""
    parts = [] if node is None else list(ast.walk(node))
    return any(
        getattr(one, "id", None) in names
        or getattr(one, "attr", None) in names
        or getattr(one, "arg", None) in names
        for one in parts
    )


def _walk(one: Parsed, tree: ast.Module) -> Iterator[Found]:
    waiting: list[tuple[ast.AST, int | None, tuple[ast.AST, ...]]] = [(tree, None, ())]
    places: dict[int | None, Place] = {}
    while waiting:
        node, line, around = waiting.pop()
        line = getattr(node, "lineno", line)
        if line not in places:
            places[line] = Place(file=one.cell.file, cell=one.cell.number, line=line)
        yield Found(node, places[line], around)
        inner = (*around, node) if isinstance(node, AROUND) else around
        children = [
            (child, line, inner)
            for child in ast.iter_child_nodes(node)
            if not isinstance(child, ast.expr_context)  # half of all nodes, and they say nothing
        ]
        waiting.extend(reversed(children))


def _call(found: Found) -> Call | None:
    node = found.node
    made = node.func if isinstance(node, ast.Call) else None
    if not isinstance(node, ast.Call) or not isinstance(made, ast.Name | ast.Attribute):
        return None
    owner = written(made.value) if isinstance(made, ast.Attribute) else ""
    name = made.attr if isinstance(made, ast.Attribute) else made.id
    return Call(node, found.place, found.around, name=name, owner=owner)


def _assigned(found: Found) -> Iterator[Assignment]:
    node = found.node
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr | ast.AugAssign):
        targets = [node.target]
    value = getattr(node, "value", None)
    for target in targets:
        for one, given in _pairs(target, value):
            yield Assignment(node, found.place, found.around, name=written(one), value=given)


def _pairs(target: ast.expr, value: ast.expr | None) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Targets with what each is given; parts of something that is not written out get it whole."""
    if value is None:
        return
    if not isinstance(target, ast.Tuple | ast.List):
        yield target, value
        return
    parts = value.elts if isinstance(value, ast.Tuple | ast.List) else []
    matched = len(parts) == len(target.elts) and not _starred([*parts, *target.elts])
    for index, one in enumerate(target.elts):
        yield one, parts[index] if matched else value


def _starred(nodes: Sequence[ast.expr]) -> bool:
    return any(isinstance(one, ast.Starred) for one in nodes)
