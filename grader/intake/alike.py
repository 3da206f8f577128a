"""Whether training and validation images are prepared alike, told from the sampled rows of both.

Only what can be told for sure counts: a line from grey values to inputs that fits each sample.
"""

import numpy as np
from numpy.typing import NDArray

from grader.intake.matching import Match
from grader.intake.splits import Rows

EXACT = 4.5e-3
"""Largest error of a line that fits, as a share of the inputs' range."""
APART = 0.1
"""Lines as far apart as this share of the inputs' range are different preparations: splits that are
normalised each by its own mean and deviation lie nearer."""


def prepared_alike(training: Match | None, trained: Rows, seen: Match | None, fed: Rows) -> bool:
    """Whether ``trained`` and ``fed`` rows (N, ...) show the images they match in the same way.

    True, too, where that cannot be told: with augmentation, or with lines that fit neither.
    """
    if training is None or seen is None:
        return True
    ends = [_ends(training, trained), _ends(seen, fed)]
    if any(one is None for one in ends):
        return True
    first, second = (np.asarray(one) for one in ends)
    reach = max(float(np.ptp(first)), float(np.ptp(second)))
    return bool(np.abs(first - second).max() <= APART * reach)


def _ends(found: Match, rows: Rows) -> NDArray[np.float64] | None:
    """What black and white become; ``None`` where no line leads from the images to the rows."""
    x = found.images.reshape(-1).astype(np.float64)
    y = rows[found.rows].reshape(-1).astype(np.float64)
    slope, shift = np.polyfit(x, y, 1)
    reach = max(float(np.ptp(y)), 1e-9)
    if np.abs(slope * x + shift - y).max() > EXACT * reach:
        return None
    return np.array([shift, 255 * slope + shift])
