"""Finds which public images a sample of model inputs came from.

An affine change of brightness changes no correlation but by its sign, which tells a negative. So
each row is compared with every public image by correlation, of either sign; a row is matched where
the best one is clearly the best. Most rows are an image exactly, up to brightness: those are found
by their fingerprint, which is much cheaper.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.data.dataset import DataSet, Images
from grader.data.fingerprints import SURE, unit_rows

CLOSE = 0.999
"""An affine map of the very image correlates at 1; rounding to bytes on the way costs 1e-4."""


@dataclass(frozen=True)
class Scaling:
    """A shift and scale for each of the 784 pixels: ``(pixel - shift) * scale``."""

    shift: NDArray[np.float64]
    scale: NDArray[np.float64]


@dataclass(frozen=True)
class Match:
    """For each matched row: its number, and the image it is (split, index).

    ``sure`` says of which rows it is that very image, and no near-duplicate of it.
    """

    rows: NDArray[np.int64]
    splits: NDArray[np.int64]
    indices: NDArray[np.int64]
    images: Images
    sure: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.rows)


def _bounded(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows scaled into -1..1: squares of what a program may feed its network can overflow."""
    peak = np.abs(values).max(1, keepdims=True)
    scaled: NDArray[np.float32] = np.divide(values, peak, out=np.zeros_like(values), where=peak > 0)
    return scaled


def match(
    rows: NDArray[np.float32], data: DataSet, close: float = CLOSE, scaling: Scaling | None = None
) -> Match:
    """Match ``rows`` (N, 784), grey images in any brightness, to the public images of ``data``.

    With ``scaling`` the public images are scaled by pixel before they are compared.
    """
    wanted = unit_rows(_bounded(rows.astype(np.float32)))
    best = np.full(len(rows), -1.0, np.float32)
    where = np.zeros((2, len(rows)), np.int64)
    if scaling is None:
        _find_surely(wanted, data, best, where)
    left = np.flatnonzero(best < SURE)
    if len(left):
        best[left], where[:, left] = _compared(wanted[left], data, scaling)
    found = np.flatnonzero(best >= close)
    splits, indices = where[0, found], where[1, found]
    pools = (data.train.images, data.valid.images)
    images = [pools[split][index] for split, index in zip(splits, indices, strict=True)]
    stacked = np.stack(images) if images else np.zeros((0, 28, 28), np.uint8)
    return Match(found, splits, indices, stacked, sure=best[found] >= SURE)


def _find_surely(
    wanted: NDArray[np.float32],
    data: DataSet,
    best: NDArray[np.float32],
    where: NDArray[np.int64],
) -> None:
    """Write down, in ``best`` and ``where``, the rows that are public images beyond doubt."""
    for number, split in enumerate((data.train, data.valid)):
        for row, candidates in enumerate(split.fingerprints.near(wanted)):
            if not len(candidates):
                continue
            images = split.images[candidates].reshape(-1, 784).astype(np.float32)
            score = np.abs(unit_rows(images).astype(np.float64) @ wanted[row])
            top = int(score.argmax())
            if score[top] >= SURE and score[top] > best[row]:
                best[row], where[0, row], where[1, row] = score[top], number, candidates[top]


def _compared(
    wanted: NDArray[np.float32], data: DataSet, scaling: Scaling | None
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """The best correlation of each row with any public image, and which (split, index) it is."""
    best = np.full(len(wanted), -1.0, np.float32)
    where = np.zeros((2, len(wanted)), np.int64)
    for number, split in enumerate((data.train, data.valid)):
        for start in range(0, len(split), 4096):
            block = split.images[start : start + 4096].reshape(-1, 784).astype(np.float32)
            if scaling is not None:
                block = ((block - scaling.shift) * scaling.scale).astype(np.float32)
            score = np.abs(unit_rows(block) @ wanted.T)
            top = score.argmax(0)
            value = score[top, np.arange(len(wanted))]
            better = value > best
            best[better] = value[better]
            where[0, better], where[1, better] = number, start + top[better]
    return best, where
