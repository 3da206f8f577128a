"""The labels that training was given, beside those of the very images it was given with them.

Only images that are public ones exactly count: a near-duplicate may have another label. So nothing
is told of a training whose images are all augmented.
"""

import numpy as np
from numpy.typing import NDArray

from grader.data.dataset import DataSet, Floats, Labels
from grader.data.kaggle import kaggle_labels
from grader.intake.artefact import Samples
from grader.intake.matching import Match
from grader.model.evidence import LabelsFed

Given = NDArray[np.float64]
"""Class numbers (N,); NaN where a row names no class."""
LEAST = 20
"""Fewer rows show nothing."""
LEAST_WRONG = 5
"""Fewer wrong rows are off by one number by chance."""
MOSTLY = 0.95
"""A few strays change nothing."""
LARGEST = 1e5
"""No class has a larger number."""


def given_labels(samples: Samples) -> Given | None:
    """The class that each training row was given, also where it was told by a row of numbers.

    ``None`` where the targets are missing, or are no classes.
    """
    targets = samples.targets
    if not len(targets) or len(targets) != len(samples.training):
        return None
    if targets.ndim == 2 and targets.shape[1] > 1:
        return _largest(targets)
    if targets.ndim > 2 or not (np.abs(targets) <= LARGEST).all():
        return None
    numbers = targets.reshape(-1).astype(np.float64)
    return numbers if bool((numbers == np.rint(numbers)).all()) else None


def _largest(rows: Floats) -> Given:
    """The place of the one largest value in each row (N, classes)."""
    top = rows == rows.max(1, keepdims=True)
    return np.where(top.sum(1) == 1, top.argmax(1), np.nan)


def own_labels(found: Match, data: DataSet) -> Labels:
    """The labels of the images that rows were recognised as, in the course's order."""
    pools = (data.train.labels, data.valid.labels)
    pairs = zip(found.splits, found.indices, strict=True)
    return np.array([pools[split][index] for split, index in pairs], np.int64)


def labels_fed(found: Match, given: Given, data: DataSet, kaggle: set[bool]) -> LabelsFed | None:
    """Compare what the recognised rows were ``given`` with what they are.

    ``kaggle`` says whether classes may be counted as Kaggle does, or as the course does; what
    explains the labels best is what was meant. ``None`` where too few rows are images exactly.
    """
    told, own = given[found.rows][found.sure], own_labels(found, data)[found.sure]
    if len(own) < LEAST:
        return None
    orders = [kaggle_labels(own) if one else own for one in sorted(kaggle)]
    own = max(orders, key=lambda order: _commonest(told - order)[1])
    wrong = told != own
    off, often = _commonest((told - own)[wrong])
    count = int(wrong.sum())
    constant = count >= LEAST_WRONG and often >= MOSTLY * count
    return LabelsFed(
        rows=len(own),
        right=len(own) - count,
        shift=off if constant else None,
        one_to_one=count >= LEAST_WRONG and _renamed(told, own),
    )


def _commonest(values: Given) -> tuple[int, int]:
    """The commonest number and how often it is there; NaN is none."""
    numbers, counts = np.unique(values[~np.isnan(values)], return_counts=True)
    return (int(numbers[counts.argmax()]), int(counts.max())) if len(numbers) else (0, 0)


def _renamed(told: Given, own: Labels) -> bool:
    """Whether each class was given one label that no other class was given.

    Of a class with a single row this cannot be told.
    """
    classes, sizes = np.unique(own, return_counts=True)
    found = [_commonest(told[own == one]) for one in classes[sizes > 1]]
    rows = int(sizes[sizes > 1].sum())
    names = {name for name, _ in found}
    consistent = sum(often for _, often in found) >= MOSTLY * rows
    return rows >= LEAST and len(found) > 1 and len(names) == len(found) and consistent
