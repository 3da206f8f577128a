"""What code imports, and whether it can do without."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from grader.discovery.parse import Parsed
from grader.model.source import Place

ANSWERED = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
ONLY_FOR_TYPES = "TYPE_CHECKING"
LONGEST = 300
"""Characters of a name: a long one, of which many things are imported, would fill the memory."""


class Reach(IntEnum):
    """Whether a line is run whenever its file is."""

    CONDITIONAL = 0
    IN_A_FUNCTION = 1
    ALWAYS = 2


@dataclass(frozen=True)
class Import:
    """A module that is imported: ``a`` and ``a.b`` of ``from a import b``; relative ones have dots.

    One that is ``tried`` has an answer of the program's own where it is not there.
    """

    name: str
    place: Place
    tried: bool
    reach: Reach


def imports(parsed: Iterable[Parsed]) -> Iterator[Import]:
    """Yield what is imported at any depth, in order of the lines."""
    for one in parsed:
        for node, tried, reach in _statements(one.tree or ast.Module([], [])):
            for name in _names(node):
                place = Place(
                    file=one.cell.file, cell=one.cell.number, line=getattr(node, "lineno", None)
                )
                yield Import(name, place, tried, reach)


def packages(found: Iterable[Import]) -> set[str]:
    """The first parts of all names."""
    return {one.name.lstrip(".").partition(".")[0] for one in found}


def required(found: list[Import], library: str, least: Reach = Reach.CONDITIONAL) -> Place | None:
    """Where a program first imports ``library`` without an answer of its own where it is missing.

    A program that also tries it may import it elsewhere where it is known to be there.
    """
    asked = [one for one in found if f"{one.name}.".startswith(f"{library}.")]
    if any(one.tried for one in asked):
        least = Reach.ALWAYS
    return next((one.place for one in asked if not one.tried and one.reach >= least), None)


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name[:LONGEST] for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        module = ("." * node.level + (node.module or ""))[:LONGEST]
        dot = "." if node.module else ""
        return [module, *(f"{module}{dot}{alias.name[:LONGEST]}" for alias in node.names)]
    return []


def _statements(tree: ast.Module) -> Iterator[tuple[ast.AST, bool, Reach]]:
    """All statements in order, each with whether it is tried, and when it is reached.

    Without recursion: a long chain of ``elif`` is deeper than Python's stack.
    """
    waiting: list[tuple[ast.AST, bool, Reach]] = [(tree, False, Reach.ALWAYS)]
    while waiting:
        node, tried, reach = waiting.pop()
        yield node, tried, reach
        waiting += reversed([*_inside(node, tried, reach)])


def _inside(node: ast.AST, tried: bool, reach: Reach) -> Iterator[tuple[ast.AST, bool, Reach]]:
    reach = min(reach, _reach_within(node))
    body: list[ast.stmt] = []
    if isinstance(node, (ast.Try, ast.TryStar)):
        body, answered = node.body, tried or any(map(_answers, node.handlers))
        yield from ((one, answered, reach) for one in body)
    elif isinstance(node, ast.If) and ONLY_FOR_TYPES in _words(node.test):
        body = node.body
    done = set(map(id, body))
    for one in ast.iter_child_nodes(node):
        if isinstance(one, (ast.stmt, ast.excepthandler, ast.match_case)) and id(one) not in done:
            yield one, tried, reach


def _reach_within(node: ast.AST) -> Reach:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return Reach.IN_A_FUNCTION
    if isinstance(node, ast.If) and "__name__" not in _words(node.test):
        return Reach.CONDITIONAL
    return Reach.CONDITIONAL if isinstance(node, ast.Match) else Reach.ALWAYS


def _answers(handler: ast.ExceptHandler) -> bool:
    """Whether a handler is run where a module is not there."""
    return handler.type is None or bool(ANSWERED & _words(handler.type))


def _words(node: ast.expr) -> set[str]:
    names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    return names | {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}
