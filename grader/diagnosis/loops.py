"""Where a program trains and where it evaluates, and the loaders that its loops go over."""

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.diagnosis.code import Call, Found, Reading, mentions, written
from grader.diagnosis.effort import walk
from grader.model.source import Place

LOADER = "DataLoader"
WRAPPERS = ("enumerate", "tqdm", "iter", "zip")
WITHOUT = re.compile(r"\b(no_grad|inference_mode)\b")
COUNTED = ("range", "trange", "repeat", "itertools.repeat")
DATA = re.compile(
    r"load|data|batch|images|samples|split|(?:^|[\W_])(?:dl|ds|[xX]|set)(?:\d|[\W_]|$)", re.I
)
"""What is in the names of things that give pictures: ``train_loader``, ``x_train``, ``dl``."""
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
    found = _read(code, [one for one in code.calls if evaluates(code, one)])
    return found or _only([one for one in _loaders(code) if one.named_for_validation])


def evaluates(code: Reading, one: Found) -> bool:
    """Whether code stands where only evaluation happens: without gradients, or in a function that
    is called so and does not learn as well.
    """
    functions = [block for block in one.around if isinstance(block, ast.FunctionDef)]
    if functions and EVALUATES.search(functions[-1].name) and functions[-1] not in code.learning:
        return True
    return any(WITHOUT.search(opened) for opened in one.under)


def averaged(code: Reading, call: Call) -> bool:
    """Whether a call is made for a mean of several: what comes of it is added to another call's
    result, or it is in a loop or list that counts and does not use its number.
    """
    sums = [one.node for one in code.nodes if isinstance(one.node, ast.BinOp)]
    for one in [one for one in sums if isinstance(one.op, ast.Add)]:
        parts = [list(walk(one.left)), list(walk(one.right))]
        if all(any(isinstance(part, ast.Call) for part in side) for side in parts):
            if any(part is call.node for side in parts for part in side):
                return True
    return _repeated(code, call)


def _repeated(code: Reading, call: Call) -> bool:
    around: list[tuple[ast.expr, ast.expr, Sequence[ast.AST]]] = []
    around += [(one.target, one.iter, one.body) for one in call.loops if isinstance(one, ast.For)]
    for found in code.comprehensions:
        if any(part is call.node for part in walk(found)):
            around += [(one.target, one.iter, (found.elt,)) for one in found.generators]
    return any(
        written(getattr(over, "func", None)) in COUNTED
        and not any(mentions(part, *_names(target)) for part in body)
        for target, over, body in around
    )


def over_data(code: Reading, loop: ast.For) -> bool:
    """Whether a loop goes over batches or pictures: over a loader, or what is called after data."""
    return _made(code, loop) is not None or DATA.search(written(loop.iter)) is not None


def _names(node: ast.AST) -> list[str]:
    return [one.id for one in walk(node) if isinstance(one, ast.Name)]


def name_of(code: Reading, call: Call) -> str:
    """The name that the result of a call is given; empty where it has none."""
    names = code.names(call.node)
    return names[0] if len(names) == 1 else ""


def _read(code: Reading, inside: Iterable[Found]) -> Read | None:
    """The loop over a loader that code is in, where all of it goes over the same one."""
    loops = {loop: one for one in inside for loop in one.loops}
    made = {_made(code, loop): (one, loop) for loop, one in loops.items()}
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
