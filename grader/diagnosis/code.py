"""Reads a student's code for the rules: which calls it makes, with which values, inside of what.

What a program does is heard and measured; its code says where, and a few things that leave no other
trace. Nothing here runs anything, and what cannot be read is ``None`` or missing, never guessed.
"""

import ast
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from grader.diagnosis.effort import children, spend, walk
from grader.diagnosis.reckoning import RECKONED, Constant, reckoned
from grader.discovery.parse import Parsed
from grader.model.source import Place

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension = ast.ListComp | ast.GeneratorExp | ast.SetComp
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
Item = TypeVar("Item")
Key = TypeVar("Key", bound=Hashable)
SCHEDULES = ("sched", "lr_", "lr(", "warmrestarts(", "plateau(")
"""Parts of what a schedule is called, or is made with, in small letters."""
CALLS = 4
"""Functions that call each other, between a loop over epochs and the step for a batch."""
WRITING = 30
"""What writing a node costs beside looking at it."""


@dataclass(frozen=True)
class Found:
    """A node of the code with its place; ``around`` are the blocks it is in, the outermost first:
    classes, functions, lambdas, loops, ``with`` and ``if``, as a statement or within an expression.
    """

    node: ast.AST
    place: Place
    around: tuple[ast.AST, ...]

    @cached_property
    def function(self) -> str | None:
        """The name of the innermost named function it is in."""
        names = [one.name for one in self.around if isinstance(one, ast.FunctionDef)]
        return names[-1] if names else None

    @cached_property
    def class_(self) -> str | None:
        """The name of the innermost class it is in."""
        names = [one.name for one in self.around if isinstance(one, ast.ClassDef)]
        return names[-1] if names else None

    @cached_property
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
    """A call. ``name`` is its last part."""

    node: ast.Call
    name: str

    @cached_property
    def owner(self) -> str:
        """What stands before the last dot, as written."""
        made = self.node.func
        return written(made.value) if isinstance(made, ast.Attribute) else ""

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
        self._schedules: dict[str, bool] = {}
        self.random: dict[tuple[str, int], str | None] = {}
        """What is known of names: which random transform each leads to, in so many steps."""

    @property
    def nodes(self) -> tuple[Found, ...]:
        """Every node, a block before what is in it."""
        spend(len(self._nodes))
        return self._nodes

    @cached_property
    def _nodes(self) -> tuple[Found, ...]:
        trees = [(one, one.tree) for one in self.program if one.tree is not None]
        return tuple(found for one, tree in trees for found in _walk(one, tree))

    @property
    def calls(self) -> tuple[Call, ...]:
        """Every call of something that has a name."""
        spend(len(self._calls))
        return self._calls

    @cached_property
    def _calls(self) -> tuple[Call, ...]:
        found = [_call(one) for one in self.nodes if isinstance(one.node, ast.Call)]
        return tuple(one for one in found if one is not None)

    @property
    def assignments(self) -> tuple[Assignment, ...]:
        """Every assignment to names and attributes."""
        spend(len(self._assignments))
        return self._assignments

    @cached_property
    def _assignments(self) -> tuple[Assignment, ...]:
        return tuple(made for one in self.nodes for made in _assigned(one))

    @cached_property
    def functions(self) -> Mapping[str, list[Found]]:
        """The definitions of functions and methods, by their names."""
        made = [one for one in self.nodes if isinstance(one.node, ast.FunctionDef)]
        return _by(made, lambda one: getattr(one.node, "name", ""))

    @cached_property
    def comprehensions(self) -> tuple[Comprehension, ...]:
        """Lists and the like that are written with a ``for`` in them."""
        return tuple(one.node for one in self.nodes if isinstance(one.node, Comprehension))

    @cached_property
    def learning(self) -> frozenset[ast.AST]:
        """The functions that learn: by backward, by a step, or by calling another that does."""
        steps = [one for one in self.called("step") if not self.schedules(one.owner)]
        calls = [*self.called("backward"), *steps]
        found: set[ast.AST] = set()
        for _ in range(CALLS):
            around = [block for one in calls for block in one.around]
            found.update(block for block in around if isinstance(block, ast.FunctionDef))
            names = {getattr(one, "name", "") for one in found}
            calls = [one for one in self.called(*names) if one.owner in ("", "self")]
        return frozenset(found)

    @cached_property
    def _named(self) -> Mapping[str, list[int]]:
        return _by(range(len(self.calls)), lambda index: self._calls[index].name)

    @cached_property
    def _given(self) -> Mapping[str, list[Assignment]]:
        return _by(self.assignments, lambda one: one.name)

    @cached_property
    def _values(self) -> Mapping[ast.AST, list[Assignment]]:
        return _by(self.assignments, lambda one: one.value)

    @cached_property
    def networks(self) -> frozenset[str]:
        """The names of the student's own classes of layers and networks."""
        made = [one.node for one in self.nodes if isinstance(one.node, ast.ClassDef)]
        return frozenset(
            one.name for one in made if any("Module" in written(base) for base in one.bases)
        )

    def called(self, *names: str) -> list[Call]:
        """The calls whose last part is one of ``names``: ``backward``, ``Linear``."""
        found = sorted(index for name in set(names) for index in self._named.get(name, ()))
        spend(len(found))
        return [self._calls[index] for index in found]

    def assigned(self, name: str) -> list[Assignment]:
        """The assignments to a name, or to an attribute as written: ``self.rate``."""
        found = self._given.get(name, [])
        spend(len(found))
        return found

    def schedules(self, name: str) -> bool:
        """Whether something is a learning rate schedule: by its name, or what made it."""
        if name not in self._schedules:
            made = [written(one.value) for one in self.assigned(name)]
            text = f"{name} {' '.join(made)}".lower()
            self._schedules[name] = any(one in text for one in SCHEDULES)
        return self._schedules[name]

    def names(self, value: ast.expr) -> list[str]:
        """The names that a value is given where it is made."""
        return [one.name for one in self._values.get(value, ())]

    def value(self, node: ast.expr | None, depth: int = 5) -> Constant:
        """The number or text that an expression is: written out, reckoned (``28 * 28``), or a name
        that is only ever given one; ``None`` where that is not known.
        """
        if isinstance(node, ast.Name | ast.Attribute):
            given = self.assigned(written(node)) if depth else []
            return self.value(given[0].value, depth - 1) if len(given) == 1 else None
        if isinstance(node, ast.BinOp) and type(node.op) in RECKONED and depth:
            sides = [self.value(side, depth - 1) for side in (node.left, node.right)]
            return reckoned(node.op, sides)
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


def written(node: ast.AST | None) -> str:
    """An expression as text, in Python's own spelling; empty where there is none."""
    if node is None:
        return ""
    parts, inner = [], node
    while isinstance(inner, ast.Attribute):
        parts.append(inner.attr)
        inner = inner.value
    if isinstance(inner, ast.Name):  # most are: and unparse takes its time
        return ".".join([inner.id, *reversed(parts)])
    spend(sum(WRITING for _ in walk(node)))
    try:
        return ast.unparse(node)
    except (RecursionError, ValueError):  # ValueError: a number of more digits than Python writes
        return ""


def mentions(node: ast.AST | None, *names: str) -> bool:
    """Whether any of ``names`` stands in a piece of code, as a name, attribute or argument."""
    parts = [] if node is None else walk(node)
    return any(
        getattr(one, "id", None) in names
        or getattr(one, "attr", None) in names
        or getattr(one, "arg", None) in names
        for one in parts
    )


def _by(items: Iterable[Item], key: Callable[[Item], Key]) -> dict[Key, list[Item]]:
    """Things in lists by their keys, each list in their order."""
    found: dict[Key, list[Item]] = {}
    for one in items:
        found.setdefault(key(one), []).append(one)
    return found


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
        waiting.extend([(child, line, inner) for child in reversed(children(node))])


def _call(found: Found) -> Call | None:
    node = found.node
    made = node.func if isinstance(node, ast.Call) else None
    if not isinstance(node, ast.Call) or not isinstance(made, ast.Name | ast.Attribute):
        return None
    name = made.attr if isinstance(made, ast.Attribute) else made.id
    return Call(node, found.place, found.around, name=name)


def _assigned(found: Found) -> Iterator[Assignment]:
    node = found.node
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr | ast.AugAssign):
        targets = [node.target]
    else:
        return  # hardly a node is one
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
