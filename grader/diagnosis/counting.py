"""What a program prints of its accuracy beside what it is, and how it counts."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from grader.diagnosis.case import Case
from grader.diagnosis.code import Found, mentions, written
from grader.diagnosis.effort import walk
from grader.model.claims import Pass
from grader.model.source import Place

TOLERANCE = 0.03
"""What rounding, and another moment of the same epoch, may make of an accuracy."""
ACCURACY = re.compile(r"acc|correct", re.I)
LOSS = re.compile(r"loss|running|total", re.I)
COUNTS = ("sum", "item", "argmax", "eq")


@dataclass(frozen=True)
class Said:
    """An accuracy as printed, and as it is; ``split`` is ``training`` or ``validation``."""

    split: str
    printed: float
    real: float
    images: int
    others: int

    @property
    def wrong(self) -> bool:
        """Whether they differ by more than rounding explains."""
        return abs(self.printed - self.real) > TOLERANCE

    def is_beyond(self, factor: float) -> bool:
        """Whether that is more than a fraction can be, so that it was taken for a percentage."""
        return self.real * factor > 1

    def is_times(self, factor: float) -> bool:
        """Whether what is printed is the accuracy times a factor; above 1 it is read as percent."""
        read = self.real * factor / (100 if self.is_beyond(factor) else 1)
        return abs(self.printed - read) <= max(TOLERANCE * read, 0.002)


def said(case: Case) -> Iterator[Said]:
    """Yield the printed accuracies, each beside the nearest one that was heard or measured."""
    measured, printed = case.measured, case.evidence.claims.printed
    if measured is None or not measured.finite:
        return
    training, evaluations = list(case.training), list(case.evaluations)
    sizes = _largest(training), _largest(evaluations)
    heard = [one.accuracy for one in training]
    if printed.train_accuracy is not None:
        real = _nearest(printed.train_accuracy, [*heard, measured.train_accuracy])
        yield Said("training", printed.train_accuracy, real, *sizes)
    if printed.valid_accuracy is not None:
        kept = [one.accuracy for one in measured.snapshots]
        own = [one.accuracy for one in evaluations]
        real = _nearest(printed.valid_accuracy, [measured.valid_accuracy, *kept, *own])
        yield Said("validation", printed.valid_accuracy, real, sizes[1], sizes[0])


def final(case: Case, one: Said) -> float:
    """What the split's accuracy was at the end, as far as it is known."""
    if case.measured is None or one.split == "validation":
        return one.real if case.measured is None else case.measured.valid_accuracy
    heard = [two.accuracy for two in case.training if two.accuracy is not None]
    return heard[-1] if heard else case.measured.train_accuracy or one.real


def divisions(case: Case) -> Iterator[tuple[Found, str, str]]:
    """Yield what is divided by the length of something: where, the number, and the thing."""
    for one in case.code.nodes:
        node = one.node
        if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Div):
            continue
        for by in walk(node.right):
            if isinstance(by, ast.Call) and written(by.func) == "len" and by.args:
                yield one, written(node.left), written(by.args[0])


def by_batches(case: Case) -> list[tuple[Place, str]]:
    """Where right answers are divided by a loader's length, or that length gets the name by which
    they are divided elsewhere; each with the loader.
    """
    lengths = [found for found in divisions(case) if is_loader(case, found[2])]
    counts = [found for found in lengths if counts_images(case, found[1])]
    others = [found for found in lengths if not LOSS.search(found[1])]
    named = [
        (one.place, written(one.value.args[0]))
        for one in case.code.assignments
        if isinstance(one.value, ast.Call) and _length(case, one.value) and _counts(case, one.name)
    ]
    return (
        [(one.place, by) for one, _, by in counts] or named or [(f[0].place, f[2]) for f in others]
    )


def by_images(case: Case) -> Place | None:
    """Where shares of batches are divided by a number of pictures."""
    for one, number, by in divisions(case):
        if not is_loader(case, by) and not counts_images(case, number):
            return one.place
    return None


def _length(case: Case, call: ast.Call) -> bool:
    """Whether a call is ``len`` of a loader."""
    return (
        written(call.func) == "len"
        and len(call.args) == 1
        and is_loader(case, written(call.args[0]))
    )


def _counts(case: Case, name: str) -> bool:
    """Whether a number is given to a function that is called after accuracy."""
    return any(
        ACCURACY.search(call.name) and any(written(given) == name for given in call.node.args)
        for call in case.code.calls
    )


def counts_images(case: Case, name: str) -> bool:
    """Whether a number is added up from right answers, not from shares of a batch."""
    root = name.removeprefix("100 * ").removeprefix("100.0 * ").split(".item")[0].strip()
    added = [one.node for one in case.code.assigned(root) if isinstance(one.node, ast.AugAssign)]
    return any(
        mentions(one.value, *COUNTS) and not mentions(one.value, "mean") and not _divides(one.value)
        for one in added
        if _compares(case, one.value)
    )


def compared(case: Case, found: Found, depth: int = 3) -> bool:
    """Whether something is compared with labels: where it stands, under a name that it is given, or
    as what its function returns.
    """
    beside = [one for one in case.code.nodes if one.function == found.function]
    names = _names(case, found)
    if any(_judges(one.node) and _holds(one.node, found.node, names) for one in beside):
        return True
    ends = [one.node for one in beside if isinstance(one.node, ast.Return)]
    if not depth or not any(_holds(one, found.node, names) for one in ends):
        return False
    return any(compared(case, one, depth - 1) for one in case.code.called(found.function or ""))


def _names(case: Case, found: Found) -> set[str]:
    """What a value is called from there on, in the same function."""
    given = [(one.name, one.value, one.function) for one in case.code.assignments]
    given += [(one.owner, one.node, one.function) for one in case.code.called("append", "extend")]
    names: set[str] = set()
    for _ in range(3):
        for name, value, function in given:
            if function == found.function and _holds(value, found.node, names):
                names.add(name)
    return names


def _holds(whole: ast.AST, part: ast.AST, names: set[str]) -> bool:
    return mentions(whole, *names) or any(one is part for one in walk(whole))


def _judges(node: ast.AST) -> bool:
    """Whether it compares predictions with something that is not written out: with labels."""
    if isinstance(node, ast.Compare):
        return not isinstance(node.comparators[0], ast.Constant)
    name = written(node.func) if isinstance(node, ast.Call) else ""
    return name.rpartition(".")[2] in ("eq", "equal") or ACCURACY.search(name) is not None


def is_loader(case: Case, name: str) -> bool:
    """Whether something is a loader: made as one, or a parameter that is named so."""
    made = [written(one.value) for one in case.code.assigned(name)]
    return any("DataLoader(" in one for one in made) or (not made and "loader" in name.lower())


def _divides(value: ast.expr) -> bool:
    return any(isinstance(one, ast.Div) for one in walk(value))


def _compares(case: Case, value: ast.expr) -> bool:
    """Whether right answers are counted in it, or in the names that it uses."""
    names = [one for one in walk(value) if isinstance(one, ast.Name)]
    parts = [value, *(given.value for one in names for given in case.code.assigned(one.id))]
    return any(
        isinstance(inner, ast.Compare) or written(inner).endswith(".eq")
        for one in parts
        for inner in walk(one)
    )


def _nearest(printed: float, known: list[float | None]) -> float:
    return min((one for one in known if one is not None), key=lambda one: abs(one - printed))


def _largest(passes: list[Pass]) -> int:
    return max((one.samples for one in passes), default=0)
