"""Resizing as two matrices: every linear, separable resize of an image is ``R @ image @ C.T``.

Weights follow the half-pixel convention that torchvision and PIL share (align_corners off):
output pixel i samples at ``(i + 0.5) * in / out - 0.5``.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


def nearest(source: int, target: int) -> Matrix:
    """Nearest neighbour as ``torch.nn.functional.interpolate`` rounds it (floor)."""
    matrix = np.zeros((target, source))
    matrix[np.arange(target), np.arange(target) * source // target] = 1
    return matrix


def bilinear(source: int, target: int) -> Matrix:
    """Linear interpolation without antialiasing; the same as with it when enlarging."""
    return _interpolated(source, target, 1.0)


def antialiased(source: int, target: int) -> Matrix:
    """Linear interpolation with antialiasing, which widens the kernel when shrinking."""
    return _interpolated(source, target, max(1.0, source / target))


def _interpolated(source: int, target: int, width: float) -> Matrix:
    centres = (np.arange(target) + 0.5) * source / target - 0.5
    if width == 1.0:  # clamp at the edge, as interpolate does
        centres = centres.clip(0, source - 1)
    distance = np.abs(centres[:, None] - np.arange(source)[None, :]) / width
    weights = np.clip(1 - distance, 0, None)
    normalised: Matrix = weights / weights.sum(1, keepdims=True)
    return normalised


def padded(source: int, target: int) -> Matrix:
    """Zeros around the image, the image in the middle."""
    matrix = np.zeros((target, source))
    offset = (target - source) // 2
    if offset >= 0:
        matrix[np.arange(source) + offset, np.arange(source)] = 1
    return matrix


MODES: dict[str, Callable[[int, int], Matrix]] = {
    "bilinear": bilinear,
    "antialiased": antialiased,
    "nearest": nearest,
    "padded": padded,
}
