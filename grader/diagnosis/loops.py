"""Where a program trains and where it evaluates, and the data that its loops read."""

import ast
import re

from grader.diagnosis.code import Call, Found, Reading, written
from grader.model.source import Place

WRAPPERS = ("enumerate", "tqdm", "iter", "trange", "zip")
WITHOUT = re.compile(r"\b(no_grad|inference_mode)\b")
EVALUATES = re.compile(r"(?:^|_)(?:valid\w*|val|eval\w*|test\w*)(?:_|$)", re.I)
"""Names that mean validation: ``valid_loader``, ``evaluate``, ``x_val``."""


def training_loader(code: Reading) -> Call | None:
    """The call that makes the loader which the loop around ``backward`` goes over."""
    for one in code.called("backward"):
        for loop in reversed(one.loops):
            made = _made(code, loop)
            if made is not None:
                return made
    return None


def evaluating_loader(code: Reading) -> Call | None:
    """The call that makes the loader of the one loop that goes without gradients."""
    made = {_made(code, loop) for one in code.nodes if evaluates(one) for loop in one.loops}
    found = [one for one in made if one is not None]
    return found[0] if len(found) == 1 else None


def evaluates(one: Found) -> bool:
    """Whether code stands where only evaluation happens: without gradients, or in a function that
    is called so.
    """
    named = one.function is not None and EVALUATES.search(one.function) is not None
    return named or any(WITHOUT.search(opened) for opened in one.under)


def name_of(code: Reading, call: Call) -> str:
    """The name that the result of a call is given; empty where it has none."""
    names = [one.name for one in code.assignments if one.value is call.node]
    return names[0] if len(names) == 1 else ""


def loader_without_shuffling(code: Reading) -> Place | None:
    """Where the training loader is made, if it is made without ``shuffle``."""
    made = training_loader(code)
    if made is None:
        loaders = code.called("DataLoader")
        plain = [one for one in loaders if not EVALUATES.search(name_of(code, one))]
        made = plain[0] if len(plain) == 1 else None
    return None if made is None else made.place


def _made(code: Reading, loop: ast.AST) -> Call | None:
    over: ast.expr | None = getattr(loop, "iter", None)
    while (
        isinstance(over, ast.Call) and over.args and written(over.func).split(".")[-1] in WRAPPERS
    ):
        over = over.args[0]
    origin = code.origin(over)
    return next((one for one in code.called("DataLoader") if one.node is origin), None)
