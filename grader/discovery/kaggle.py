"""Whether a program was written for Kaggle's files instead of the course's."""

import ast
import re
from collections.abc import Iterable, Iterator

from grader.discovery.parse import Parsed

KAGGLES, COURSES = "sign_mnist_test", "sign_mnist_valid"
PUT_TOGETHER = re.compile(r"sign_mnist_($|[{%])")
"""A name whose last word comes from elsewhere: an f-string, ``+``, ``format`` or ``%s``."""


def reads_kaggle(parsed: Iterable[Parsed]) -> bool:
    """Whether a program names Kaggle's validation file, and not the course's as well."""
    texts = [text for one in parsed if one.tree for text in _texts(one.tree)]
    if any(COURSES in text for text in texts):
        return False
    put_together = any(map(PUT_TOGETHER.search, texts))
    named = put_together and "test" in texts and "valid" not in texts
    return named or any(KAGGLES in text for text in texts)


def _texts(tree: ast.Module) -> Iterator[str]:
    """The strings that a program works with; one that is a statement only tells something."""
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value
