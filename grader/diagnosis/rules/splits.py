"""Which images are for learning and which for judging, and the order they come in."""

from dataclasses import replace

from grader.diagnosis.batch import steps_each
from grader.diagnosis.case import Case
from grader.diagnosis.code import Reading, written
from grader.diagnosis.figures import percent
from grader.diagnosis.interface import Suspicion
from grader.diagnosis.loops import EVALUATES, Read, evaluating_read, training_read
from grader.diagnosis.names import named_value
from grader.diagnosis.sources import source_of
from grader.model.diagnosis import Confidence
from grader.model.source import Place


def trained_on_validation(case: Case) -> Suspicion | None:
    """Validation images among those it learned from: its validation accuracy says nothing."""
    if case.measured is None or case.measured.trained_on not in ("valid", "mixed"):
        return None
    variant, place = _how_it_trains(case)
    read = training_read(case.code)
    found = Suspicion(
        confidence=Confidence.CERTAIN,
        facts=_facts(case, read, for_validation=True),
        where=place,
        variant="mixed" if case.measured.trained_on == "mixed" else variant,
    )
    return found if found.variant else _where_it_is_made(case, found, read, for_validation=True)


def _facts(case: Case, read: Read | None, for_validation: bool) -> dict[str, str]:
    """The accuracies, and what the loader is made of: a set of the wrong name, or one of the right
    name that is made elsewhere. ``for_validation`` is what the set is.
    """
    given = written(read.loader.argument(0, "dataset")) if read is not None else ""
    named = None if read is None else named_value(case, read.loader, 0, "dataset")
    instead = f", in place of {given}" if given.isidentifier() else ""
    made = None if named is None else named.place
    if (
        named is not None
        and made is not None
        and bool(EVALUATES.search(given)) is not for_validation
    ):
        instead = f"; {named.name} is made in {made.words}"
    return {
        "train": percent(case.train_accuracy),
        "valid": percent(case.valid_accuracy),
        "instead": instead,
    }


def _where_it_is_made(
    case: Case, found: Suspicion, read: Read | None, for_validation: bool
) -> Suspicion:
    """The same, told of the line that names the wrong pictures, where that is known and the name
    of what the loader is given is right.
    """
    given = "" if read is None else written(read.loader.argument(0, "dataset"))
    if read is None or bool(EVALUATES.search(given)) is for_validation:
        return found
    made = source_of(case, read.loader, "train" if for_validation else "valid")
    if made is None:
        return found
    facts = {"name": made.name, "wrong": made.wrong, "right": made.right}
    return replace(found, facts={**found.facts, **facts}, where=made.place, variant="made")


def _how_it_trains(case: Case) -> tuple[str, Place | None]:
    """By which mistake validation images come to be trained on, and where."""
    read, learns = training_read(case.code), _learns_in_validation(case.code)
    if learns is not None:
        return "swapped", learns
    if read is not None and read.loop is not None and read.named_for_validation:
        return "loop", read.loop
    return "", None if read is None else read.loader.place


def _learns_in_validation(code: Reading) -> Place | None:
    """Where a function for validation learns, and the one for training does not."""
    names = {one.function for one in code.called("backward")}
    learning = [one for one in names if one is not None]
    if not learning or not all(EVALUATES.search(name) for name in learning):
        return None
    return code.called("backward")[0].place


def validated_on_training(case: Case) -> Suspicion | None:
    """Training images where validation images were meant: what is printed says nothing new."""
    if case.measured is None or case.measured.validated_on != "train":
        return None
    read = evaluating_read(case.code)
    loop = read is not None and read.loop is not None and not read.named_for_validation
    found = Suspicion(
        confidence=Confidence.CERTAIN,
        facts=_facts(case, read, for_validation=False),
        where=None if read is None else read.loop if loop else read.loader.place,
        variant="loop" if loop else "",
    )
    return found if loop else _where_it_is_made(case, found, read, for_validation=False)


def no_shuffling(case: Case) -> Suspicion | None:
    """Every epoch shows the images in the same order."""
    shuffles = [one.shuffles for one in case.signs.loaders if one.training]
    ordered = bool(shuffles) and all(one is False for one in shuffles)
    if case.signs.same_order is False or not (ordered or case.signs.same_order):
        return None
    if steps_each(case) == 1:  # of the whole set, or of the sum of its gradients: in any order
        return None
    if not case.suffers:  # data that come in no order need no shuffling
        return None
    read = training_read(case.code)
    return Suspicion(
        confidence=case.sure(Confidence.CERTAIN if case.signs.same_order else Confidence.LIKELY),
        facts={"reached": percent(case.valid_accuracy)},
        where=None if read is None else read.loader.place,
    )
