"""How far a rubric's levels stand from what real runs of a lab have reached."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from grader.checks.accuracy import Accuracy
from grader.checks.curve import Levels, percent, resolve
from grader.checks.interface import Expectation
from grader.course.yaml_files import read_model
from grader.model.base import Frozen
from grader.model.rubric import Rubric
from grader.scoring.verdicts import parameters_of

FILE = "rubrics/recorded.yaml"
METRICS = {
    "training_accuracy": ("training", "robust_train_accuracy"),
    "validation_accuracy": ("validation", "robust_valid_accuracy"),
}


class Reached(Frozen):
    """The shares of runs at or above ``level``: by the final epoch, by the median of the last."""

    level: float
    final: float
    median: float


class Spread(Frozen):
    """Final accuracies over runs; ``p10`` is the tenth of a hundred."""

    min: float
    p10: float | None = None
    median: float
    max: float


class Recorded(Frozen):
    """What runs of one lab reached in public notebooks, with the standard number of epochs."""

    runs: int
    training: Spread
    validation: Spread
    reached: tuple[Reached, ...] = ()


class AllRecorded(Frozen):
    """The whole file, by assignment."""

    schema_version: Literal[1]
    labs: dict[str, Recorded]


def recorded(course: Path, slug: str) -> Recorded | None:
    """What is recorded for an assignment, if anything."""
    if not (course / FILE).is_file():
        return None
    return read_model(course / FILE, AllRecorded, "record of real runs").labs.get(slug)


def distances(rubric: Rubric, expectation: Expectation, known: Recorded) -> Iterator[str]:
    """Yield a sentence for each level of full marks that real runs can be compared with."""
    from grader.checks import CHECKS

    for criterion in rubric.criteria:
        if criterion.check not in METRICS:
            continue
        name, metric = METRICS[criterion.check]
        _, levels = parameters_of(criterion, CHECKS)
        if not isinstance(levels, (Levels, Accuracy)):
            continue
        full = resolve(levels.full, expectation, metric)
        spread: Spread = getattr(known, name)
        sentence = (
            f"{criterion.title}: full marks from {percent(full)}; {known.runs} recorded runs have "
            f"a median of {percent(spread.median)}, {_away(spread.median - full)}"
        )
        if spread.p10 is not None:
            sentence += f", and a tenth below {percent(spread.p10)}, {_away(spread.p10 - full)}"
        yield sentence + _shares(known, full, name) + "."


def _away(difference: float) -> str:
    return f"{abs(difference) * 100:.1f} points {'above' if difference >= 0 else 'below'} it"


def _shares(known: Recorded, full: float, name: str) -> str:
    """What share of runs reaches the nearest level that was counted and is not easier."""
    harder = [one for one in known.reached if one.level >= full]
    if name != "validation" or not harder:
        return ""
    nearest = min(harder, key=lambda one: one.level)
    return (
        f"; {nearest.median:.0%} of the runs reach {percent(nearest.level)} by the median of their "
        f"last five epochs, {nearest.final:.0%} by the final one"
    )
