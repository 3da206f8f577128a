"""What the sampled rows show: which splits were used for what, and how classes are counted."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from grader.data.dataset import DataSet, Labels
from grader.data.kaggle import kaggle_labels
from grader.intake.alike import prepared_alike
from grader.intake.artefact import Samples
from grader.intake.matching import Match
from grader.intake.splits import recognised, split_of, validated_on
from grader.model.claims import Pass
from grader.model.evidence import SplitName

NEARLY_ALL = 0.9


@dataclass(frozen=True)
class Training:
    """The ``split`` that was trained on; ``kaggle`` where its labels leave out 9.

    ``validated`` is the split that the program's own evaluations read, ``alike`` is false where its
    images are prepared in another way than those that were trained on.
    """

    split: SplitName
    kaggle: bool
    validated: SplitName = "unknown"
    alike: bool = True


def training_of(
    samples: Samples, data: DataSet, served_kaggle: bool, passes: Iterable[Pass] = ()
) -> Training:
    """Recognise the sampled rows where that is possible; ``passes`` are all that was heard of.

    A program that was served Kaggle's labels may have closed their gap, so what it compared its
    outputs with decides; where that cannot be told, what it was served does.
    """
    found, evaluated = recognised([samples.training, samples.evaluation], data)
    kaggle = served_kaggle
    if found is not None:
        kaggle = _counts_as_kaggle(found, samples, data, served_kaggle)
    return Training(
        split_of(found),
        kaggle,
        validated_on(evaluated, passes, data),
        prepared_alike(found, samples.training, evaluated, samples.evaluation),
    )


def _counts_as_kaggle(found: Match, samples: Samples, data: DataSet, served: bool) -> bool:
    if data.name != "asl":
        return False
    if len(samples.targets) != len(samples.training):
        return served
    targets = samples.targets[found.rows]
    given = targets.argmax(1) if targets.ndim > 1 else targets
    labels = _labels(found, data)
    course, kaggle = (float((given == one).mean()) for one in (labels, kaggle_labels(labels)))
    return served if course == kaggle else kaggle > course and kaggle >= NEARLY_ALL


def _labels(found: Match, data: DataSet) -> Labels:
    pools = (data.train.labels, data.valid.labels)
    pairs = zip(found.splits, found.indices, strict=True)
    return np.array([pools[split][index] for split, index in pairs], np.int64)
