"""Where a program prepares its pictures: makes them decimal numbers, gives a set its transform."""

import ast
import re
from collections.abc import Sequence

from grader.diagnosis.case import Case
from grader.diagnosis.code import Call, Found, mentions, written
from grader.model.source import Place

LABELS = re.compile(r"lab|targ|^y|_y$|corr|acc|loss|pred|hit|right|==|eq\(|csv", re.I)
"""What is in names, and in expressions, that are no pictures."""
SPREAD = re.compile(r"std|min|max|norm|range|high|spread")
"""What stands in divisors that come from the pictures."""
ROOTS = ("log", "log2", "log10", "log1p", "sqrt")
MODULES = ("np", "numpy", "torch", "math")
WHITE = 255
FEW = 3


def converted(case: Case) -> Sequence[Place]:
    """The lines that make pictures decimal numbers, where there are few."""
    made = [one for one in case.code.called("float", "astype") if _of_pictures(one)]
    places = [one.place for one in made]
    return places if len({one.words for one in places}) <= FEW else ()


def _of_pictures(call: Call) -> bool:
    whole = call.name == "astype" and "float" not in written(call.node)
    return bool(call.owner) and LABELS.search(call.owner) is None and not whole


def prepared_apart(case: Case) -> Place | None:
    """The validation set, where it is made with another transform than the training set."""
    sets: dict[bool, list[Call]] = {True: [], False: []}
    for one in case.code.calls:
        train = case.code.value(one.argument(None, "train"))
        if isinstance(train, bool) and one.argument(None, "transform") is not None:
            sets[train].append(one)
    known = {_transform(one) for one in sets[True]}
    other = [one for one in sets[False] if _transform(one) not in known]
    return other[0].place if known and len(other) == 1 else None


def two_transforms(case: Case) -> tuple[Call, Call] | None:
    """The training set and the validation set, where they are made once each, in two ways."""
    calls = [one for one in case.code.calls if one.argument(None, "transform") is not None]
    flags = [(case.code.value(one.argument(None, "train")), one) for one in calls]
    training = [one for flag, one in flags if flag is True]
    validation = [one for flag, one in flags if flag is False]
    if len(training) != 1 or len(validation) != 1:
        return None
    apart = _transform(training[0]) != _transform(validation[0])
    return (training[0], validation[0]) if apart else None


def scaled_once(case: Case) -> Place | None:
    """The only line that divides pictures, for one of the sets: it is in no function that is called
    for both, or in a branch of one.
    """
    lines = [one for one in case.code.nodes if _scales(case, one)]
    apart = all(one.function is None or _chooses(one) for one in lines)
    return lines[0].place if apart and len({one.place.words for one in lines}) == 1 else None


def _scales(case: Case, one: Found) -> bool:
    node = one.node
    if isinstance(node, ast.AugAssign):
        white = case.code.value(node.value) == WHITE or mentions(node.value, "max", "amax")
        return isinstance(node.op, ast.Div) and white and not LABELS.search(written(node.target))
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Div):
        return False
    return case.code.value(node.right) == WHITE


def _chooses(one: Found) -> bool:
    return any(isinstance(block, ast.If | ast.IfExp) for block in one.around)


def breaking(case: Case) -> Sequence[Place]:
    """The lines that may make pixels nan or infinite, where such lines are few: a division by
    a spread, which is 0 where a pixel is always the same; or a root or logarithm.
    """
    found = [one.place for one in case.code.nodes if _by_spread(case, one)]
    found = found or [one.place for one in case.code.called(*ROOTS) if one.owner in MODULES]
    return found if len({one.words for one in found}) <= FEW else ()


def _by_spread(case: Case, one: Found) -> bool:
    node = one.node
    if not isinstance(node, ast.BinOp | ast.AugAssign) or not isinstance(node.op, ast.Div):
        return False
    by = node.right if isinstance(node, ast.BinOp) else node.value
    return SPREAD.search(f"{written(by)} {written(case.code.origin(by))}") is not None


def _transform(call: Call) -> str:
    return written(call.argument(None, "transform"))
