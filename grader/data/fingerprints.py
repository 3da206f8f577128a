"""Finds an image by a number that an affine change of its brightness changes at most in its sign.

Theory of operation. A row of pixels is moved to mean 0 and scaled to length 1, which undoes such a
change, and then projected on one random direction. Of tens of thousands of images only a handful
have nearly the same projection, and those few are compared in full. What was rounded on its way, or
resized, projects elsewhere and is not found here.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats32 = NDArray[np.float32]

PIXELS = 784
NEAR = 2e-5
"""How far two projections of one image lie apart: float32 has about 1e-6 left of a unit row."""
SURE = 1 - 1e-6
"""The same image correlates so; near-duplicates do not."""
_BLOCK = 4096


def unit_rows(values: Floats32) -> Floats32:
    """Rows with mean 0 and length 1; constant rows become zeros."""
    values = values - values.mean(1, keepdims=True)
    length = np.linalg.norm(values, axis=1, keepdims=True)
    scaled: Floats32 = np.divide(values, length, out=np.zeros_like(values), where=length > 1e-12)
    return scaled


@dataclass(frozen=True)
class Fingerprints:
    """The projections of images (N, 28, 28), ascending, and which image each belongs to."""

    projections: NDArray[np.float64]
    order: NDArray[np.int64]

    def near(self, unit: Floats32) -> list[NDArray[np.int64]]:
        """For each unit row, the images that it may be, in either sign; ascending."""
        found = []
        for value in _projected(unit):
            ends = np.array([value - NEAR, value + NEAR, -value - NEAR, -value + NEAR])
            a, b, c, d = np.searchsorted(self.projections, ends)
            found.append(np.unique(np.concatenate([self.order[a:b], self.order[c:d]])))
        return found


def fingerprints(images: NDArray[np.uint8]) -> Fingerprints:
    """Take the projection of each image."""
    blocks = [
        _projected(unit_rows(images[start : start + _BLOCK].reshape(-1, PIXELS).astype(np.float32)))
        for start in range(0, len(images), _BLOCK)
    ]
    values = np.concatenate([np.zeros(0), *blocks])
    order = np.argsort(values, kind="stable")
    return Fingerprints(values[order], order)


def _projected(unit: Floats32) -> NDArray[np.float64]:
    direction = np.random.default_rng(1).standard_normal(PIXELS)
    values: NDArray[np.float64] = unit @ direction
    return values
