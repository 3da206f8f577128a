"""Compares a network on the validation images it could see with those that were held out.

Theory of operation. Which images are held out was drawn at random, and a network that learned
nothing from validation images would answer the same whatever had been drawn. So its right and
wrong answers are kept, the part is drawn again thousands of times in the same way, cluster by
cluster, and the gap of each draw is noted: an exact randomisation test, whatever the clusters'
sizes and however answers within one depend on each other. A gap as only one draw in a thousand
has in any of the run's snapshots is detected.
"""

from pathlib import Path

import numpy as np

from grader.data.clusters import Strata
from grader.data.dataset import DataSet, Floats, Labels
from grader.data.kaggle import course_columns
from grader.errors import OutboxRefused
from grader.intake import scores
from grader.intake.artefact import Artefact
from grader.intake.evaluation import read_logits
from grader.model.evidence import Holdout, HoldoutSnapshot, Measurements

LEVEL = 0.001
"""How often chance alone is to exceed the detectable gap: once in a class of a thousand."""
DRAWS = 4999


def _names(artefact: Artefact) -> list[str]:
    """The snapshots measured; the final model is the last."""
    return [*(name for name in artefact.snapshots if name != artefact.final), artefact.final]


def holdout_predictions(artefact: Artefact, data: DataSet) -> list[tuple[str, str]]:
    """What to predict (snapshot, split) of images held out."""
    return [(name, "holdout") for name in _names(artefact)] if data.holdout is not None else []


def with_holdout(
    measured: Measurements, outbox: Path, artefact: Artefact, data: DataSet
) -> Measurements:
    """Add what sandbox B's ``outbox`` says of images held out. Raises OutboxRefused."""
    hidden = data.holdout
    if hidden is None:
        return measured
    labels = {"valid": data.valid.labels, "holdout": hidden.split.labels}
    names = _names(artefact)
    right = {
        split: np.column_stack(
            [_right(outbox, f"logits-{split}-{name}", of, measured.kaggle_labels) for name in names]
        )
        for split, of in labels.items()
    }
    strata = Strata(hidden.clusters, np.concatenate([*labels.values()]), hidden.share)
    limits = detectable_gaps(np.concatenate([*right.values()]), strata)
    seen, unseen = (right[split].mean(0, dtype=np.float64) for split in ("valid", "holdout"))
    found = Holdout(
        share=hidden.share,
        images=len(hidden.split),
        clusters=len(np.unique(hidden.clusters[len(data.valid) :])),
        all_clusters=len(strata.sizes),
        level=LEVEL,
        snapshots=tuple(
            HoldoutSnapshot(
                name=name,
                accuracy=float(unseen[i]),
                gap=float(seen[i] - unseen[i]),
                detectable_gap=float(limits[i]),
            )
            for i, name in enumerate(names)
        ),
    )
    return measured.model_copy(update={"holdout": found})


def detectable_gaps(right: scores.Logits, strata: Strata) -> Floats:
    """The gaps (S,) of which chance exceeds any in a share ``LEVEL`` of all ways to draw the part.

    ``right`` (N, S) says by image and model whether the answer is right, 0 or 1. Gaps are compared
    in units of their own standard deviation, so that one level holds for all models together
    (Westfall and Young, Resampling-Based Multiple Testing, 1993).
    """
    gaps = strata.random_gaps(right, DRAWS)
    spread = gaps.std(0)
    largest = np.divide(gaps, spread, out=np.zeros_like(gaps), where=spread > 0).max(1)
    limits: Floats = np.sort(largest)[-round(LEVEL * (DRAWS + 1))] * spread
    return limits


def _right(outbox: Path, name: str, labels: Labels, kaggle: bool) -> scores.Logits:
    """Which answers are right, (N,) of 0 and 1."""
    logits = read_logits(outbox, name, len(labels))
    if logits is None:
        raise OutboxRefused(f"the evaluator left no {name}.npy")
    found = scores.predicted(course_columns(logits) if kaggle else logits)
    right: scores.Logits = (found == labels).astype(np.float32)
    return right
