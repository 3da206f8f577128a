"""What the sampled training rows show: which split they came from, and how classes are counted."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from grader.data.dataset import DataSet, Labels
from grader.data.kaggle import kaggle_labels
from grader.intake.artefact import Samples
from grader.intake.matching import Match, match

TrainedOn = Literal["train", "valid", "mixed", "unknown"]
NEARLY_ALL = 0.9


@dataclass(frozen=True)
class Training:
    """The ``split`` that was trained on; ``kaggle`` where its labels leave out 9."""

    split: TrainedOn
    kaggle: bool


def training_of(samples: Samples, data: DataSet, served_kaggle: bool) -> Training:
    """Recognise the training rows where that is possible.

    A program that was served Kaggle's labels may have closed their gap, so what it compared its
    outputs with decides; where that cannot be told, what it was served does.
    """
    rows = samples.training
    if not len(rows) or int(np.prod(rows.shape[1:])) != 784:
        return Training("unknown", served_kaggle)
    found = match(rows.reshape(len(rows), 784), data)
    if len(found) < len(rows) / 2:
        return Training("unknown", served_kaggle)
    share = float((found.splits == 1).mean())
    split: TrainedOn = "train" if share < 0.02 else "valid" if share > 0.98 else "mixed"
    return Training(split, _counts_as_kaggle(found, samples, data, served_kaggle))


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
