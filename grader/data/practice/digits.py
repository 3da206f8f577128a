"""Handwritten-looking digits: pen strokes, bent and slanted, inked white on black like MNIST."""

import numpy as np
from numpy.random import RandomState

from grader.data.practice.chance import bell, clouds, shuffled, uniform
from grader.data.practice.raster import SIDE, Array, Bytes, along_segment, per_image, to_bytes
from grader.data.practice.strokes import WAYS, Stroke, Way

BATCH = 100  # pictures drawn at a time: their arrays fit in a processor's cache
STEPS = 4  # straight pieces between two points of a stroke
BOX = 19.0  # pixels a digit's longer side covers, as in MNIST


def digits(rng: RandomState, count: int) -> tuple[Bytes, Bytes]:
    """``count`` pictures (count, 28, 28) and their labels 0..9 (count,), in random order."""
    pictures, labels = [], []
    for digit, ways in enumerate(WAYS):
        quota = (count + 9 - digit) // 10
        pictures += _written(rng, ways, quota)
        labels.append(np.full(quota, digit, dtype=np.uint8))
    order = shuffled(rng, count)
    return np.concatenate(pictures)[order], np.concatenate(labels)[order]


def _written(rng: RandomState, ways: tuple[Way, ...], count: int) -> list[Bytes]:
    """``count`` pictures of one digit, in batches, each way of writing it as often as its share."""
    edges = np.rint(count * np.cumsum([0.0, *(share for share, _ in ways)])).astype(int)
    return [
        _drawn(rng, strokes, min(BATCH, end - start))
        for (_, strokes), low, end in zip(ways, edges[:-1], edges[1:], strict=True)
        for start in range(low, end, BATCH)
    ]


def _drawn(rng: RandomState, strokes: tuple[Stroke, ...], count: int) -> Bytes:
    """``count`` pictures (count, 28, 28) of one way to write one digit."""
    lines = [_smooth(stroke) for stroke in strokes]
    points = _placed(rng, _bent(rng, np.concatenate(lines), count))
    pen = uniform(rng, 0.9, 1.9, count)
    pressure, phase = uniform(rng, 0.0, 0.18, count), uniform(rng, 0.0, 2 * np.pi, count)
    outside = np.full((count, SIDE, SIDE), 99.0)
    for index in _segments(lines):
        start, end = points[:, index], points[:, index + 1]
        _, x, y = along_segment(start, end)
        radius = pen * (1.0 + pressure * np.sin(0.35 * index + phase))
        outside = np.minimum(outside, np.sqrt(x * x + y * y) - per_image(radius))
    softness = per_image(uniform(rng, 1.2, 1.9, count))
    ink = np.clip(0.5 - outside / softness, 0.0, 1.0)
    ink = ink * ink * (3.0 - 2.0 * ink)
    grain = 1.0 - 0.07 * clouds(rng, count, 3, 6.0) - uniform(rng, 0.0, 0.12, count, SIDE, SIDE)
    return to_bytes(ink * np.clip(1.06 * grain, 0.0, 1.0))


def _smooth(stroke: Stroke) -> Array:
    """A Catmull-Rom curve through the points: (pieces + 1, 2)."""
    knots = np.array((stroke[0], *stroke, stroke[-1]))
    before, here, there, after = (knots[i : len(knots) - 3 + i, np.newaxis] for i in range(4))
    t = (np.arange(STEPS) / STEPS)[:, np.newaxis]
    bow = 2 * before - 5 * here + 4 * there - after
    twist = 3 * (here - there) + after - before
    curve = here + 0.5 * t * (there - before + t * (bow + t * twist))
    return np.concatenate([curve.reshape(-1, 2), knots[-1:]])


def _segments(lines: list[Array]) -> list[int]:
    """Indices of the points where a piece of a stroke starts, strokes laid end to end."""
    starts = np.cumsum([0, *(len(line) for line in lines)])
    return [i for n, line in enumerate(lines) for i in range(starts[n], starts[n] + len(line) - 1)]


def _bent(rng: RandomState, points: Array, count: int) -> Array:
    """The points (M, 2) pushed about smoothly, differently for each of (count, M, 2)."""
    bent = np.repeat(points[np.newaxis] - 0.5, count, axis=0)
    for finest, size in ((0.5, 0.06), (1.3, 0.042)):
        wave = uniform(rng, -finest, finest, count, 2, 2)
        phase = uniform(rng, 0.0, 1.0, count, 1, 2)
        push = bell(rng, size, count, 1, 2)
        bent += push * np.sin(2 * np.pi * (np.einsum("nmk,nkj->nmj", bent, wave) + phase))
    return bent


def _placed(rng: RandomState, points: Array) -> Array:
    """Scaled, slanted and turned by hand, then sized and centred as MNIST is: pixels."""
    count = len(points)
    width = uniform(rng, 0.58, 1.0, count)
    slant = bell(rng, 0.21, count) + 0.10
    turn = bell(rng, 0.11, count)
    x = points[..., 0] * width[:, np.newaxis] - points[..., 1] * slant[:, np.newaxis]
    y = points[..., 1]
    cos, sin = np.cos(turn)[:, np.newaxis], np.sin(turn)[:, np.newaxis]
    turned = np.stack([x * cos - y * sin, x * sin + y * cos], axis=-1)
    extent = np.ptp(turned, axis=1).max(axis=-1)
    size = (BOX - 2.0) / extent * uniform(rng, 0.92, 1.06, count)
    turned = turned * size[:, np.newaxis, np.newaxis]
    centre = 0.5 * (turned.mean(axis=1) + 0.5 * (turned.min(axis=1) + turned.max(axis=1)))
    shift = SIDE / 2 + bell(rng, 0.6, count, 2)
    return np.asarray(turned + (shift - centre)[:, np.newaxis])
