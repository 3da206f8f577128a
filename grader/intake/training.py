"""What the sampled rows show: which splits were used for what, and how images were labelled."""

from collections.abc import Iterable
from dataclasses import dataclass

from grader.data.dataset import DataSet
from grader.data.kaggle import kaggle_labels
from grader.intake.alike import prepared_alike
from grader.intake.artefact import Samples
from grader.intake.labels import Given, given_labels, labels_fed, own_labels
from grader.intake.matching import Match
from grader.intake.splits import recognised, split_of, validated_on
from grader.model.claims import Pass
from grader.model.evidence import LabelsFed, SplitName

NEARLY_ALL = 0.9


@dataclass(frozen=True)
class Training:
    """The ``split`` that was trained on; ``kaggle`` where its labels leave out 9.

    ``validated`` is the split that the program's own evaluations read, ``alike`` is false where its
    images are prepared in another way than those that were trained on. ``labels`` is missing where
    they cannot be compared with those of the images.
    """

    split: SplitName
    kaggle: bool
    validated: SplitName = "unknown"
    alike: bool = True
    labels: LabelsFed | None = None


def training_of(
    samples: Samples, data: DataSet, served_kaggle: bool, passes: Iterable[Pass] = ()
) -> Training:
    """Recognise the sampled rows where that is possible; ``passes`` are all that was heard of.

    A program that was served Kaggle's labels may have closed their gap, so what it compared its
    outputs with decides; where that cannot be told, what it was served does.
    """
    found, evaluated = recognised([samples.training, samples.evaluation], data)
    given = given_labels(samples)
    kaggle, labels = served_kaggle, None
    if found is not None:
        kaggle = _counts_as_kaggle(found, given, data, served_kaggle)
    if found is not None and given is not None:
        orders = {kaggle, served_kaggle and data.name == "asl"}
        labels = labels_fed(found, given, data, orders)
    return Training(
        split_of(found),
        kaggle,
        validated_on(evaluated, passes, data),
        prepared_alike(found, samples.training, evaluated, samples.evaluation),
        labels,
    )


def _counts_as_kaggle(found: Match, given: Given | None, data: DataSet, served: bool) -> bool:
    if data.name != "asl":
        return False
    if given is None:
        return served
    told, labels = given[found.rows], own_labels(found, data)
    course, kaggle = (float((told == one).mean()) for one in (labels, kaggle_labels(labels)))
    return served if course == kaggle else kaggle > course and kaggle >= NEARLY_ALL
