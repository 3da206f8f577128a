"""Which expressions of a program change pictures at random: augmentation."""

import ast
from collections import deque
from collections.abc import Iterator

from grader.diagnosis.code import Found, Reading, constant
from grader.diagnosis.effort import LOOKING, spend, walk

NAMES = frozenset(
    "ColorJitter AutoAugment RandAugment TrivialAugmentWide AugMix ElasticTransform "
    "GaussianNoise".split()
)
"""Random transforms of torchvision whose names do not begin with ``Random``."""
NOT_RANDOM = frozenset({"RandomSampler", "RandomState", "RandomForestClassifier"})
DECIDING = (ast.If, ast.IfExp, ast.BoolOp, ast.Match)
DEEP = 4
"""Names that lead to names: a transform in a list in a composition."""


def may_augment(code: Reading) -> bool:
    """Whether the name of a random transform stands anywhere: most programs have none."""
    texts = [one.cell.text for one in code.program]
    return any(name in text for text in texts for name in ("Random", *NAMES))


def augments(code: Reading, node: ast.AST | None, depth: int = DEEP) -> str | None:
    """The name of the first random transform in an expression, through the names that stand in it;
    ``None`` where it has none, or decides between several.
    """
    chosen = _chosen(code, node)
    for one in _parts(chosen) if chosen is not None else ():
        name = getattr(one, "attr", None) or getattr(one, "id", None)
        if isinstance(name, str) and _random(code, name):
            return name
        found = _behind(code, one, depth - 1) if isinstance(one, ast.Name) and depth else None
        if found is not None:
            return found
    return None


def names_random(code: Reading, tree: ast.AST) -> bool:
    """Whether a random transform stands anywhere in code, decided on or not."""
    names = (getattr(one, "attr", None) or getattr(one, "id", None) for one in walk(tree))
    return any(isinstance(name, str) and _random(code, name) for name in names)


def decides(code: Reading, found: Found) -> bool:
    """Whether a piece of code does one thing or another: ``if``, ``and``, or one of several things
    in a dictionary.
    """
    node = found.node
    if isinstance(node, ast.Subscript):
        return isinstance(code.origin(node.value), ast.Dict)
    called = node.func if isinstance(node, ast.Call) else None
    return isinstance(node, DECIDING) or isinstance(called, ast.Subscript)


def _behind(code: Reading, name: ast.Name, depth: int) -> str | None:
    """What the expression that a name stands for has; each name is searched once."""
    key = name.id, depth
    if key not in code.random:
        origin = code.origin(name)
        code.random[key] = None if origin is name else augments(code, origin, depth)
    return code.random[key]


def _chosen(code: Reading, node: ast.AST | None) -> ast.AST | None:
    """An expression, or the part of it that is taken; ``None`` where that is decided only later."""
    for _ in range(DEEP):
        if not isinstance(node, ast.Subscript):
            break
        whole, key = code.origin(node.value), constant(node.slice)
        if not isinstance(whole, ast.Dict) or key is None:
            return None
        pairs = zip(whole.keys, whole.values, strict=True)
        node = next((value for one, value in pairs if constant(one) == key), None)
    return None if isinstance(node, (*DECIDING, ast.Dict, ast.Subscript)) else node


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all that is in it, level by level, without what is decided between."""
    waiting = deque([node])
    while waiting:
        one = waiting.popleft()
        spend(LOOKING)
        yield one
        inner = ast.iter_child_nodes(one)
        waiting.extend(part for part in inner if not isinstance(part, DECIDING))


def _random(code: Reading, name: str) -> bool:
    known = (name.startswith("Random") and name not in NOT_RANDOM) or name in NAMES
    return known and name not in code.networks
