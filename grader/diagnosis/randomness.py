"""Which expressions of a program change pictures at random: augmentation."""

import ast

from grader.diagnosis.code import Reading

NAMES = frozenset(
    "ColorJitter AutoAugment RandAugment TrivialAugmentWide AugMix ElasticTransform "
    "GaussianNoise".split()
)
"""Random transforms of torchvision whose names do not begin with ``Random``."""
NOT_RANDOM = frozenset({"RandomSampler", "RandomState", "RandomForestClassifier"})
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
    if node is None or isinstance(node, ast.IfExp):
        return None
    for one in ast.walk(node):
        name = getattr(one, "attr", None) or getattr(one, "id", None)
        if isinstance(name, str) and _random(name) and name not in code.networks:
            return name
        origin = code.origin(one) if isinstance(one, ast.Name) and depth else None
        if origin is not None and origin is not one:
            found = augments(code, origin, depth - 1)
            if found is not None:
                return found
    return None


def _random(name: str) -> bool:
    return (name.startswith("Random") and name not in NOT_RANDOM) or name in NAMES
