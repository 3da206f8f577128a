"""Finds which public images a sample of model inputs came from.

An affine change of brightness changes no correlation but by its sign, which tells a negative. So
each row is compared with every public image by correlation, of either sign; a row is matched where
the best one is clearly the best.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.data.dataset import DataSet, Images

CLOSE = 0.999
"""An affine map of the very image correlates at 1; rounding to bytes on the way costs 1e-4."""


@dataclass(frozen=True)
class Scaling:
    """A shift and scale for each of the 784 pixels: ``(pixel - shift) * scale``."""

    shift: NDArray[np.float64]
    scale: NDArray[np.float64]


@dataclass(frozen=True)
class Match:
    """For each matched row: its number, and the image it is (split, index)."""

    rows: NDArray[np.int64]
    splits: NDArray[np.int64]
    indices: NDArray[np.int64]
    images: Images

    def __len__(self) -> int:
        return len(self.rows)


def _normalised(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows with mean 0 and length 1; constant rows become zeros."""
    values = values - values.mean(1, keepdims=True)
    length = np.linalg.norm(values, axis=1, keepdims=True)
    scaled: NDArray[np.float32] = np.divide(
        values, length, out=np.zeros_like(values), where=length > 1e-12
    )
    return scaled


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
    wanted = _normalised(_bounded(rows.astype(np.float32))).T
    best = np.full(len(rows), -1.0, np.float32)
    where = np.zeros((2, len(rows)), np.int64)
    for number, split in enumerate((data.train, data.valid)):
        for start in range(0, len(split), 4096):
            block = split.images[start : start + 4096].reshape(-1, 784).astype(np.float32)
            if scaling is not None:
                block = ((block - scaling.shift) * scaling.scale).astype(np.float32)
            score = np.abs(_normalised(block) @ wanted)
            top = score.argmax(0)
            value = score[top, np.arange(len(rows))]
            better = value > best
            best[better] = value[better]
            where[0, better], where[1, better] = number, start + top[better]
    found = np.flatnonzero(best >= close)
    splits, indices = where[0, found], where[1, found]
    pools = (data.train.images, data.valid.images)
    images = [pools[split][index] for split, index in zip(splits, indices, strict=True)]
    stacked = np.stack(images) if images else np.zeros((0, 28, 28), np.uint8)
    return Match(rows=found, splits=splits, indices=indices, images=stacked)
