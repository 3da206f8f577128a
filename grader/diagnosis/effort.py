"""How much of a program the rules may look at, all of them together.

A program of a megabyte can be written so that looking at it takes hours. What is looked at is
counted, not timed: the same program is told the same whatever else the machine does.
"""

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

MOST = 30_000_000
"""About ten seconds; a right program of 200,000 characters takes a tenth of it."""
EACH = 10_000_000
"""For one rule, so that others have their turn."""
LOOKING = 6
"""What a step from node to node costs beside reading what is known of one."""


class TooMuchError(Exception):
    """There is no end to looking at this program."""


class Effort:
    """What has been looked at so far."""

    def __init__(self, most: int) -> None:
        """Begin at nothing."""
        self.most = most
        self.spent = 0


_current: ContextVar[Effort | None] = ContextVar("effort", default=None)


@contextmanager
def counted(effort: Effort) -> Iterator[None]:
    """Count what is looked at within, and end it with TooMuchError where that is enough."""
    before = _current.set(effort)
    try:
        yield
    finally:
        _current.reset(before)


def spend(amount: int) -> None:
    """Count that so much is looked at. Raises TooMuchError."""
    effort = _current.get()
    if effort is not None:
        effort.spent += amount
        if effort.spent > effort.most:
            raise TooMuchError


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and all that is in it, as ``ast.walk`` does. Raises TooMuchError."""
    for one in ast.walk(node):
        spend(LOOKING)
        yield one


def children(node: ast.AST) -> list[ast.AST]:
    """What ``ast.iter_child_nodes`` finds, sooner; without contexts, which say nothing."""
    found: list[ast.AST] = []
    for name in () if isinstance(node, ast.Name | ast.Constant) else node._fields:
        value = getattr(node, name, None)
        if isinstance(value, list):
            found += [one for one in value if isinstance(one, ast.AST)]
        elif isinstance(value, ast.AST) and not isinstance(value, ast.expr_context):
            found.append(value)
    return found
