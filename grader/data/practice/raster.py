"""Distances from pixels to line segments, and other arithmetic on batches of 28 x 28 pictures.

Theory of operation. The same bytes must come out on every machine, though processors and numpy
builds differ in the last bit of a sine or a sum. So everything between the random stream
(``RandomState``, whose output numpy has frozen) and the one rounding at the end is a continuous
function of float64 numbers: clip, minimum and blending, never a comparison that selects. An error
of 1e-13 can then change a byte only where a value lies that close to a rounding edge; over all
seven million pixels the odds are about one in a million, and the checksums would say so.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Bytes = NDArray[np.uint8]

SIDE = 28
#: Pixel centres, x rightwards and y downwards, each (1, 28, 28).
GRID_Y, GRID_X = np.mgrid[0.5:SIDE, 0.5:SIDE].astype(np.float64)[:, np.newaxis]


def per_image(values: Array) -> Array:
    """(N,) → (N, 1, 1), to meet a batch of pictures."""
    return values[:, np.newaxis, np.newaxis]


def along_segment(start: Array, end: Array) -> tuple[Array, Array, Array]:
    """The nearest point of a segment, for every pixel.

    ``start`` and ``end`` are (N, 2 or more), in pixels. Returns (N, 28, 28) each: the fraction of
    the way along the segment, and the offset (x, y) from its nearest point to the pixel.
    """
    x, y = GRID_X - per_image(start[:, 0]), GRID_Y - per_image(start[:, 1])
    along_x, along_y = per_image(end[:, 0] - start[:, 0]), per_image(end[:, 1] - start[:, 1])
    length2 = along_x * along_x + along_y * along_y + 1e-6
    fraction = np.clip((x * along_x + y * along_y) / length2, 0.0, 1.0)
    return fraction, x - fraction * along_x, y - fraction * along_y


def to_bytes(brightness: Array) -> Bytes:
    """Brightness 0..1 → 0..255, rounded once, at the very end."""
    return np.rint(np.clip(brightness, 0.0, 1.0) * 255.0).astype(np.uint8)
