"""Where a program trains and where it evaluates, and the loaders that its loops go over."""

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass

from grader.diagnosis.code import Call, Found, Reading, written
from grader.model.source import Place

LOADER = "DataLoader"
WRAPPERS = ("enumerate", "tqdm", "iter", "zip")
WITHOUT = re.compile(r"\b(no_grad|inference_mode)\b")
EVALUATES = re.compile(r"(?:^|_)(?:valid\w*|val|eval\w*|test\w*)(?:_|$)", re.I)
"""Names that mean validation: ``valid_loader``, ``evaluate``, ``x_val``."""


@dataclass(frozen=True)
class Read:
    """A loop over a loader: the loop's place, the loader's name, and the call that makes it.

    Of a loader that no loop is seen to go over, ``loop`` is ``None``.
    """

    loop: Place | None
    loader: Call
    name: str

    @property
    def named_for_validation(self) -> bool:
        """Whether the loader's name says that it has the validation set."""
        return EVALUATES.search(self.name) is not None


def training_read(code: Reading) -> Read | None:
    """The loop around ``backward``; or the one loader that bears no name of validation."""
    found = _read(code, code.called("backward"))
    return found or _only([one for one in _loaders(code) if not one.named_for_validation])


def evaluating_read(code: Reading) -> Read | None:
    """The loop that goes without gradients, if it is always the same loader that is gone over; or
    the one loader that bears a name of validation.
    """
    found = _read(code, [one for one in code.calls if evaluates(one)])
    return found or _only([one for one in _loaders(code) if one.named_for_validation])


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


def _read(code: Reading, inside: Iterable[Found]) -> Read | None:
    """The loop over a loader that code is in, where all of it goes over the same one."""
    made = {_made(code, loop): (one, loop) for one in inside for loop in one.loops}
    found = [(call, *where) for call, where in made.items() if call is not None]
    if len(found) != 1:
        return None
    call, one, loop = found[0]
    place = one.place.model_copy(update={"line": loop.lineno})
    return Read(place, call, name_of(code, call))


def _loaders(code: Reading) -> list[Read]:
    return [Read(None, one, name_of(code, one)) for one in code.called(LOADER)]


def _only(found: list[Read]) -> Read | None:
    return found[0] if len(found) == 1 else None


def _made(code: Reading, loop: ast.AST) -> Call | None:
    """The call that makes the loader a loop goes over."""
    over: ast.expr | None = getattr(loop, "iter", None)
    while isinstance(over, ast.Call) and over.args and _wraps(over):
        over = over.args[0]
    origin = code.origin(over)
    return next((one for one in code.called(LOADER) if one.node is origin), None)


def _wraps(call: ast.Call) -> bool:
    return written(call.func).split(".")[-1] in WRAPPERS
