"""Where a program tells weights that they need no gradient."""

import ast
from collections.abc import Iterator

from grader.diagnosis.batch import refused
from grader.diagnosis.case import Case
from grader.diagnosis.code import Found, Loop, mentions, written
from grader.diagnosis.losses import losses
from grader.model.source import Place

ALL = ("parameters", "named_parameters")
LINE, LINES = "the line that sets", "all lines that set"
LOOP = "the whole loop that sets"


def freezing(case: Case) -> tuple[str, Place | None]:
    """What there is to remove, in words, and where it begins."""
    settings = list(_settings(case))
    if not settings:
        return LINE, None
    found = settings[0]
    loop = _lone(found)
    if len(settings) > 1 or loop is None:
        return LINE if len(settings) == 1 else LINES, found.place
    return LOOP, found.place.model_copy(update={"line": loop.lineno})


def frozen_whole(case: Case) -> bool:
    """Whether backward was refused because all weights are frozen: by the code, as a program that
    ends there has no network to measure.
    """
    if not refused(case) or "F" not in case.signs.order or any(one.kind for one in losses(case)):
        return False
    return not _frees(case) and any(_whole(case, one) for one in _settings(case))


def _settings(case: Case) -> Iterator[Found]:
    """Assignments of False to ``requires_grad``, and calls that do the same."""
    for one in case.code.nodes:
        node = one.node
        if isinstance(node, ast.Assign) and case.code.value(node.value) is False:
            if any(mentions(target, "requires_grad") for target in node.targets):
                yield one
    for call in case.code.called("requires_grad_"):
        if case.code.value(call.argument(0, "requires_grad")) is False:
            yield call


def _frees(case: Case) -> bool:
    """Whether some weights are freed again, or get a layer of their own behind the frozen ones."""
    networks = tuple(f"{one.owner}." for one in case.code.called("parameters"))
    freed = [one for one in case.code.assignments if one.name.endswith("requires_grad")]
    calls = case.code.called("requires_grad_")
    return (
        any(case.code.value(one.value) is not False for one in freed)
        or any(case.code.value(one.argument(0, "requires_grad")) is not False for one in calls)
        or any(one.name.startswith(networks) for one in case.code.assignments)
    )


def _lone(found: Found) -> Loop | None:
    """The loop that does nothing else, whose line would be left without a body."""
    loop = found.loops[-1] if found.loops else None
    return loop if loop is not None and len(loop.body) == 1 else None


def _whole(case: Case, found: Found) -> bool:
    """Whether it concerns every weight of what the optimizer was given."""
    networks = {one.owner for one in case.code.called("parameters") if not one.loops}
    if any(isinstance(one, ast.If) for one in found.around):
        return False
    if not found.loops:
        node = found.node
        return isinstance(node, ast.Call) and any(
            written(node.func) == f"{name}.requires_grad_" for name in networks
        )
    over = getattr(found.loops[-1], "iter", None)
    return written(over) in {f"{name}.{all_}()" for name in networks for all_ in ALL}
