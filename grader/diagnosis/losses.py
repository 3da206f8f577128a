"""The losses of a program as they are written: what is compared with what."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from grader.diagnosis.case import Case
from grader.diagnosis.code import Assignment, Call, Found, written
from grader.diagnosis.effort import LOOKING, spend, walk
from grader.model.source import Place

CUTS = ("detach", "item", "data", "numpy", "tensor", "tolist")
"""Calls and attributes whose result does not remember the network."""
BEST = ("argmax", "max")
STEPS = 3
"""Names that are looked up one behind the other."""


@dataclass(frozen=True)
class Loss:
    """A loss that backward is called on: ``call`` makes it, at ``place``."""

    case: Case
    call: ast.Call
    place: Place
    near: Found

    @cached_property
    def outputs(self) -> list[ast.expr]:
        """The first argument, and what the names in it stand for."""
        return _given(self.case, self.call.args[0], self.near)

    @cached_property
    def labels(self) -> list[ast.expr]:
        """The same of the second."""
        return _given(self.case, self.call.args[1], self.near)

    @property
    def kind(self) -> str:
        """What is wrong with what it compares; empty where nothing is, as far as it shows."""
        first, second = self.call.args[:2]
        if written(first) == written(second):
            return "same"
        if self._from_network(self.labels) and not self._from_network(self.outputs):
            return "swapped"
        if self._picks(self.outputs):
            return "argmax"
        if self._picks(self.labels) and self._from_network(self.labels):
            return "own"
        return "detached" if self._cut(self.call.args[0]) else ""

    def _from_network(self, parts: list[ast.expr]) -> bool:
        """Whether something that is given to an optimizer is called there."""
        calls = [one for part in parts for one in walk(part) if isinstance(one, ast.Call)]
        return any(self._calls_network(one) for one in calls)

    def _calls_network(self, call: ast.Call) -> bool:
        return written(call.func).removesuffix(".forward") in self._networks

    @cached_property
    def _networks(self) -> set[str]:
        return {one.owner for one in self.case.code.called("parameters")}

    def _cut(self, node: ast.AST, steps: int = STEPS) -> bool:
        """Whether something forgets the network, behind it: not what the network is called with."""
        spend(LOOKING)
        if isinstance(node, ast.Call) and self._calls_network(node):
            return False
        if getattr(node, "attr", None) in CUTS or getattr(node, "id", None) in CUTS:
            return True
        if isinstance(node, ast.Name) and steps:
            latest = _latest(self.case, node.id, self.near)
            return any(self._cut(one.value, steps - 1) for one in latest)
        return any(self._cut(one, steps) for one in ast.iter_child_nodes(node))

    def _picks(self, parts: list[ast.expr]) -> bool:
        calls = [one for part in parts for one in walk(part) if isinstance(one, ast.Call)]
        return any(getattr(one.func, "attr", None) in BEST for one in calls)


def losses(case: Case) -> Iterator[Loss]:
    """Yield the losses with two arguments or more whose gradients are asked for."""
    for backward in case.code.called("backward"):
        for call, place in _made(case, backward):
            if len(call.args) > 1 and not any(isinstance(one, ast.Starred) for one in call.args):
                yield Loss(case, call, place, backward)


def _made(case: Case, backward: Call) -> list[tuple[ast.Call, Place]]:
    """The calls that what backward is called on comes from."""
    owner = backward.node.func
    inner = owner.value if isinstance(owner, ast.Attribute) else None
    if isinstance(inner, ast.Call) and len(inner.args) > 1:
        return [(inner, backward.place)]
    names = [one.id for one in walk(inner) if isinstance(one, ast.Name)] if inner else []
    found = [one for name in names for one in _latest(case, name, backward)]
    return [(one.value, one.place) for one in found if isinstance(one.value, ast.Call)]


def _given(case: Case, node: ast.expr, near: Found) -> list[ast.expr]:
    parts, names = [node], {one.id for one in walk(node) if isinstance(one, ast.Name)}
    for _ in range(STEPS):
        new = [one.value for name in sorted(names) for one in _latest(case, name, near)]
        fresh = [one for one in new if one not in parts]
        parts += fresh
        names = {inner.id for one in fresh for inner in walk(one) if isinstance(inner, ast.Name)}
    return parts


def _latest(case: Case, name: str, near: Found) -> list[Assignment]:
    """The last assignment of a name above something, in the same function of the same cell."""
    for one in reversed(case.code.assigned(name)):
        if (
            one.function == near.function
            and (one.place.file, one.place.cell) == (near.place.file, near.place.cell)
            and (one.place.line or 0) <= (near.place.line or 0)
        ):
            return [one]
    return []
