"""How much is learned from: the size of the batches, the number of the epochs."""

import ast
from collections.abc import Sequence

from grader.diagnosis.batch import epoch_loop, steps_each
from grader.diagnosis.case import Case
from grader.diagnosis.code import Call, constant
from grader.diagnosis.figures import percent
from grader.diagnosis.interface import Suspicion
from grader.diagnosis.loops import training_read
from grader.diagnosis.names import change, changed, named_value
from grader.diagnosis.origins import origin, value_of
from grader.model.diagnosis import Confidence, Effect
from grader.model.run import Outcome
from grader.model.source import Place

SMALL = 4
FEWER_STEPS = 8
"""A run with so many times fewer steps in an epoch than the reference takes large batches."""
MOST_OF_IT = 0.5
WHOLE = 0.9
"""A batch with this share of the images is the whole set."""
LEAST = 2
"""After a single pass nobody can tell how a training goes on, and rubrics ask for more."""
AS_GOOD = 0.05
"""What an epoch may fall short of the reference's epoch of that number, and be as good."""
NORMALISED_ALONE = "Expected more than 1 value per channel when training"


def batch_of_one(case: Case) -> Suspicion | None:
    """Steps that follow one picture or two: they go to and fro, and there are very many."""
    batch = case.trace.batch_size
    if not 0 < batch <= SMALL:
        return None
    facts = {"batch": _pictures(batch), "reached": percent(case.train_accuracy)}
    facts["named"] = _size_given(case)
    if case.crash is not None and NORMALISED_ALONE in case.crash.message:
        return Suspicion(Confidence.CERTAIN, facts, _loader(case), Effect.STOPS, "alone")
    if batch * _gathered(case) > SMALL:
        return None
    if case.evidence.run.outcome is Outcome.TIMEOUT:
        facts |= {"steps": f"{case.trace.steps:,}"}
        return Suspicion(Confidence.LIKELY, facts, _loader(case), Effect.STOPS, "slow")
    if case.train_accuracy is None or not case.suffers:
        return None
    return Suspicion(Confidence.LIKELY, facts, _loader(case))


def batch_too_large(case: Case) -> Suspicion | None:
    """So few steps in an epoch that the epochs do not suffice."""
    passes = case.training
    if not passes or case.train_accuracy is None or not case.learns_badly:
        return None
    steps, usual = steps_each(case), case.baseline.steps / case.baseline.epochs
    batch = case.trace.batch_size
    largest = max(one.samples for one in passes)
    if not 0 < steps * FEWER_STEPS <= usual or batch * steps < MOST_OF_IT * largest:
        return None
    whole = batch >= WHOLE * largest
    facts = {
        "batch": f"{batch:,}",
        "steps": f"{steps:,} step{'s' * (steps != 1)}",
        "usual": f"{round(usual):,}",
        "named": _size_given(case),
        "reached": percent(case.train_accuracy),
    }
    confidence = Confidence.CERTAIN if whole else Confidence.LIKELY
    place = _loader(case) or _size(case)
    return Suspicion(confidence, facts, place, variant="whole" if whole else "")


def too_few_epochs(case: Case) -> Suspicion | None:
    """It ended before it had learned what the reference learns in its own number of epochs."""
    epochs, wanted = len(case.training), case.baseline.epochs
    ended = case.evidence.run.outcome is Outcome.OK and case.crash is None
    if not 0 < epochs < wanted or not ended or case.train_accuracy is None:
        return None
    if not case.suffers and case.trace.epochs >= LEAST:
        return None
    keeps_up = _keeps_up(case, epochs)
    if not keeps_up and 2 * epochs > wanted:
        return None  # few, and not the reason
    facts = {
        "epochs": f"{epochs} pass{'es' * (epochs != 1)}",
        "wanted": str(wanted),
        "reached": percent(case.train_accuracy),
    }
    confidence = Confidence.CERTAIN if keeps_up else Confidence.POSSIBLE
    facts["named"], place = _count(case, epochs)
    return Suspicion(confidence, facts, place)


def _keeps_up(case: Case, epochs: int) -> bool:
    """Whether it is about as good as the reference after so many epochs."""
    pairs = (
        (case.train_accuracy, case.baseline.train_accuracy_per_epoch),
        (case.valid_accuracy, case.baseline.valid_accuracy_per_epoch),
    )
    return all(_near(own, theirs, epochs) for own, theirs in pairs)


def _near(own: float | None, theirs: Sequence[float], epochs: int) -> bool:
    return own is not None and len(theirs) >= epochs and own >= theirs[epochs - 1] - AS_GOOD


def _gathered(case: Case) -> float:
    """Batches whose gradients are added up for a step."""
    steps, backwards = case.trace.steps, case.trace.backwards
    return backwards / steps if steps else 1


def _pictures(count: int) -> str:
    return "one picture" if count == 1 else f"{count} pictures"


def _loader(case: Case) -> Place | None:
    """Where the loader is made that takes batches of that size."""
    made = _loader_made(case)
    return None if made is None else made.place


def _loader_made(case: Case) -> Call | None:
    for one in case.code.called("DataLoader"):
        size = value_of(case.code, one, one.argument(1, "batch_size"))
        if size == case.trace.batch_size or (size is None and case.trace.batch_size == 1):
            return one
    return None


def _size_given(case: Case) -> str:
    """What is to be changed for other batches, where their size is written as a name."""
    return change(case, _loader_made(case), 1, "batch_size", case.trace.batch_size)


def _size(case: Case) -> Place | None:
    """Where the size of training batches is set: a name's line, else the loader's."""
    read = training_read(case.code)
    if read is None:
        return None
    named = named_value(case, read.loader, 1, "batch_size")
    return read.loader.place if named is None else named.place


def _count(case: Case, epochs: int) -> tuple[str, Place | None]:
    """What is to be changed for more epochs, and where: a name's line, else the loop's."""
    place = epoch_loop(case)
    for call in case.code.called("range"):
        if place is not None and call.place == place:
            count = _ends(call)
            words, found = changed(case, call, count, epochs), origin(case.code, call, count)
            known = bool(words) and found is not None and found.place is not None
            return words, found.place if found is not None and known else place
    return "", place


def _ends(call: Call) -> ast.expr | None:
    """How many numbers a ``range`` has: ``n`` of ``range(n)`` and of ``range(1, n + 1)``."""
    given = call.node.args
    if len(given) == 1:
        return given[0]
    first, last = given[:2]
    if constant(first) == 0:
        return last
    plus = isinstance(last, ast.BinOp) and isinstance(last.op, ast.Add)
    if constant(first) == 1 and isinstance(last, ast.BinOp) and plus and constant(last.right) == 1:
        return last.left
    return None
