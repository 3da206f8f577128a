"""Accuracy, loss and confusion from logits and labels. Pure functions on arrays."""

import base64
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from grader.data.dataset import Images, Labels
from grader.model.evidence import Agreement, WrongImage

Logits = NDArray[np.float32]
BATCH = 32
MOST_ALIKE = 3
"""Wrong images of one kind, that is of one class taken for one other, that are kept."""
COMMONEST = 3
"""Kinds of mistake that always have a picture."""
CLEAR_MARGIN = 1e-3
"""A winner ahead by less, relative to the spread of its row, may flip by numerical noise."""


def predicted(logits: Logits) -> Labels:
    """The winning class of each row; -1 where a score is NaN or infinite."""
    winners = np.where(np.isfinite(logits), logits, -np.inf).argmax(1)
    return np.where(np.isfinite(logits).all(1), winners, -1).astype(np.int64)


def accuracy(logits: Logits, labels: Labels) -> float:
    """The share of rows whose winner is the label."""
    return float((predicted(logits) == labels).mean())


def probabilities(logits: Logits) -> NDArray[np.float64]:
    """Softmax of each row."""
    shifted = logits.astype(np.float64) - logits.max(1, keepdims=True)
    exponentials = np.exp(shifted)
    result: NDArray[np.float64] = exponentials / exponentials.sum(1, keepdims=True)
    return result


def losses(logits: Logits, labels: Labels) -> NDArray[np.float64] | None:
    """Cross-entropy of each row, (N,); ``None`` where scores are not finite or classes lack."""
    if not np.isfinite(logits).all() or labels.max(initial=0) >= logits.shape[1]:
        return None
    shifted = logits.astype(np.float64) - logits.max(1, keepdims=True)
    total = np.log(np.exp(shifted).sum(1))
    result: NDArray[np.float64] = total - shifted[np.arange(len(labels)), labels]
    return result


def summed(values: NDArray[np.float64]) -> float:
    """The loss as the labs print it: the sum over batches of 32 of the batch mean."""
    return float(sum(values[i : i + BATCH].mean() for i in range(0, len(values), BATCH)))


def confusion(found: Labels, labels: Labels, classes: int) -> tuple[tuple[int, ...], ...]:
    """Counts by (label, prediction); predictions outside the classes count in no column."""
    matrix = np.zeros((classes, classes), np.int64)
    inside = (found >= 0) & (found < classes)
    np.add.at(matrix, (labels[inside], found[inside]), 1)
    return tuple(tuple(int(count) for count in row) for row in matrix)


def wrong_images(
    logits: Logits, labels: Labels, images: Images, limit: int = 24
) -> tuple[WrongImage, ...]:
    """The images the model was most confidently wrong about, at most three of one kind.

    However confident it was, those of the kinds of mistake it made most often are among them.
    """
    found = predicted(logits)
    wrong = np.flatnonzero((found != labels) & (found >= 0))
    if not len(wrong):
        return ()
    confidence = probabilities(logits[wrong]).max(1)
    kinds = [(int(labels[index]), int(found[index])) for index in wrong]
    return tuple(
        WrongImage(
            index=int(wrong[position]),
            label=kinds[position][0],
            predicted=kinds[position][1],
            confidence=float(confidence[position]),
            pixels=base64.b64encode(images[wrong[position]].tobytes()).decode("ascii"),
        )
        for position in _to_show(kinds, np.argsort(-confidence, kind="stable"), limit)
    )


def _to_show(kinds: Sequence[tuple[int, int]], order: Iterable[int], limit: int) -> list[int]:
    """Few positions of each kind, in ``order``; those of the commonest kinds first get a place."""
    alike: Counter[tuple[int, int]] = Counter()
    few = []
    for position in map(int, order):
        alike[kinds[position]] += 1
        if alike[kinds[position]] <= MOST_ALIKE:
            few.append(position)
    often = {kind for kind, _ in alike.most_common(COMMONEST)}
    kept = set(sorted(few, key=lambda position: kinds[position] not in often)[:limit])
    return [position for position in few if position in kept]


def agreement(graph: Logits, live: Logits) -> Agreement:
    """Compare the graph's scores with the live model's on the same inputs.

    A row where both diverged to NaN or infinity agrees; one where only one of them did does not.
    """
    if graph.shape != live.shape:
        return Agreement(
            rows=len(live), disagreements=len(live), largest_difference=1e9, agrees=False
        )
    finite = [np.isfinite(one).all(1) for one in (graph, live)]
    both = finite[0] & finite[1]
    ours, theirs = graph[both].astype(np.float64), live[both].astype(np.float64)
    differ = _clearly_won(theirs) & (ours.argmax(1) != theirs.argmax(1))
    count = int(differ.sum()) + int((finite[0] != finite[1]).sum())
    return Agreement(
        rows=len(live),
        disagreements=count,
        largest_difference=float(np.abs(ours - theirs).max(initial=0)),
        agrees=not count,
    )


def _clearly_won(logits: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Rows whose winner is ahead by a clear margin; with one class there is nothing to win."""
    if logits.shape[1] < 2:
        return np.zeros(len(logits), bool)
    ordered = np.sort(logits, axis=1)
    spread = np.maximum(np.abs(logits).max(1), 1e-6)
    ahead: NDArray[np.bool_] = (ordered[:, -1] - ordered[:, -2]) / spread > CLEAR_MARGIN
    return ahead
