"""Draws from numpy's frozen random stream."""

import numpy as np
from numpy.random import RandomState

from grader.data.practice.raster import GRID_X, GRID_Y, SIDE, Array, per_image


def uniform(rng: RandomState, low: float, high: float, *shape: int) -> Array:
    """Uniform on [low, high)."""
    return low + (high - low) * rng.random_sample(shape)


def bell(rng: RandomState, sd: float, *shape: int) -> Array:
    """Bell-shaped with mean 0, never beyond 3 ``sd``: a sum of three uniforms needs no libm."""
    total: Array = rng.random_sample((3, *shape)).sum(axis=0)
    return 2.0 * sd * (total - 1.5)


def spread(rng: RandomState, low: float, high: float, count: int) -> Array:
    """``count`` values evenly spaced over [low, high], in random order."""
    return low + (high - low) * (shuffled(rng, count) + 0.5) / count


def shuffled(rng: RandomState, count: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """A random order of ``range(count)``, the same on platforms with another integer size."""
    return np.argsort(rng.random_sample(count), kind="stable")


def clouds(rng: RandomState, count: int, waves: int, finest: float) -> Array:
    """Smooth random fields, about -1..1: (count, 28, 28) sums of plane waves.

    ``finest`` is the largest number of waves across the picture.
    """
    field = np.zeros((count, SIDE, SIDE))
    for _ in range(waves):
        across, down, phase = (per_image(uniform(rng, -1.0, 1.0, count)) for _ in range(3))
        turns = finest / SIDE * (across * GRID_X + down * GRID_Y) + phase
        field += np.sin(2 * np.pi * turns)
    return np.asarray(field / np.sqrt(waves))
