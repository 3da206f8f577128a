"""Fits a student's preprocessing on what their model was really fed.

Theory of operation. The captured graph does not contain the student's preprocessing, but a sample
of its evaluation inputs shows it. Each sampled row is matched to the public image it came from;
on half of the matched rows a map is fitted, on the other half it is verified, and the simplest
map that holds is taken: one scale and shift, one per channel, one per pixel, or each image
standardised by itself, all of them with or without a resize before. Scaling each pixel by its own
mean and deviation over a split changes images beyond recognition, so where nothing matched they
are compared again with public images scaled that way.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.data.dataset import DataSet
from grader.intake.matching import Match, Scaling, match
from grader.intake.resizing import MODES, Matrix
from grader.model.evidence import Preprocessing

TOLERANCE = 4.5e-3
"""Largest error allowed, as a share of the inputs' range: a resize of bytes, rounded after each
direction, is off by up to one grey level, 3.9e-3."""

MIN_ROWS = 8
CHANNELS = (1, 3)
MAX_SIDE = 512


class NotFitted(Exception):
    """No simple map explains the inputs; the message says how far matching came."""


@dataclass(frozen=True)
class Geometry:
    """How one input row is an image: channels first, side lengths, and the resize before."""

    channels: int
    height: int
    width: int
    mode: str | None

    @property
    def matrices(self) -> tuple[Matrix, Matrix] | None:
        """The row and column matrices of the resize; ``None`` without one."""
        if self.mode is None:
            return None
        make = MODES[self.mode]
        return make(28, self.height), make(28, self.width)


@dataclass(frozen=True)
class Fit:
    """A fitted map; ``scale`` and ``shift`` hold 1, channels or height * width values."""

    kind: str
    scale: NDArray[np.float64]
    shift: NDArray[np.float64]


def _geometries(layout: tuple[int, ...]) -> Iterator[Geometry]:
    """The readings of an input shape, the likely one first."""
    size = int(np.prod(layout))
    for channels in CHANNELS:
        if channels * 784 == size:
            yield Geometry(channels, 28, 28, None)
    if len(layout) >= 2:
        height, width = layout[-2:]
        channels = size // (height * width)
        if channels in CHANNELS and (height, width) != (28, 28) and max(height, width) <= MAX_SIDE:
            for mode in MODES:
                yield Geometry(channels, height, width, mode)


def _grey(rows: NDArray[np.float32], geometry: Geometry) -> NDArray[np.float32]:
    """Rows as (N, 784) grey images to match with; a resized one is sampled back to 28 x 28."""
    images = rows.reshape(len(rows), geometry.channels, geometry.height, geometry.width).mean(1)
    matrices = geometry.matrices
    if matrices is not None:
        back = [np.linalg.pinv(matrix) for matrix in matrices]
        images = back[0] @ images @ back[1].T
    flat: NDArray[np.float32] = images.reshape(len(rows), 784).astype(np.float32)
    return flat


def _sources(found: Match, geometry: Geometry) -> NDArray[np.float64]:
    """The matched public images as the student resized them, (N, height * width)."""
    images = found.images.astype(np.float64)
    matrices = geometry.matrices
    if matrices is not None:
        images = matrices[0] @ images @ matrices[1].T
    return images.reshape(len(images), -1)


def _line(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, float]:
    """Least squares of ``y = a x + b`` over all values."""
    mean_x, mean_y = x.mean(), y.mean()
    spread = ((x - mean_x) ** 2).mean()
    slope = float(((x - mean_x) * (y - mean_y)).mean() / spread) if spread else 0.0
    return slope, float(mean_y - slope * mean_x)


def _standardised(x: NDArray[np.float64]) -> NDArray[np.float64]:
    spread = np.maximum(x.std(1, ddof=1, keepdims=True), 1e-6)
    result: NDArray[np.float64] = (x - x.mean(1, keepdims=True)) / spread
    return result


def _fits(x: NDArray[np.float64], y: NDArray[np.float64]) -> Iterator[Fit]:
    """Fit each kind of map on images x (N, P) and inputs y (N, C, P), the simplest first."""
    every = np.broadcast_to(x[:, None], y.shape)
    lines = [_line(every, y)]
    yield Fit("affine", *np.array(lines).T.reshape(2, -1))
    if y.shape[1] > 1:
        lines = [_line(x, y[:, channel]) for channel in range(y.shape[1])]
        yield Fit("per_channel", *np.array(lines).T.reshape(2, -1))
    alike = np.broadcast_to(_standardised(x)[:, None], y.shape)
    yield Fit("per_image", *np.array([_line(alike, y)]).T.reshape(2, -1))
    if len(x) >= 24:  # two unknowns a pixel: needs rows that differ there
        mean_x, mean_y = x.mean(0), y.mean((0, 1))
        spread = ((x - mean_x) ** 2).mean(0)
        slope = ((x - mean_x) * (y.mean(1) - mean_y)).mean(0) / np.where(spread > 0, spread, 1)
        yield Fit("per_pixel", slope, mean_y - slope * mean_x)


def _apply(fit: Fit, x: NDArray[np.float64], channels: int) -> NDArray[np.float64]:
    """Map images (N, P) to inputs (N, C, P)."""
    if fit.kind == "per_image":
        x = _standardised(x)
    spread = np.broadcast_to(x[:, None], (len(x), channels, x.shape[1]))
    if fit.kind == "per_pixel":
        return spread * fit.scale + fit.shift
    return spread * fit.scale[None, :, None] + fit.shift[None, :, None]


def fit_preprocessing(rows: NDArray[np.float32], data: DataSet) -> Preprocessing:
    """Fit what turns public images into ``rows`` (N, *layout). Raises NotFitted."""
    layout = tuple(int(size) for size in rows.shape[1:])
    best = 0
    for geometry in _geometries(layout):
        found = match(_grey(rows, geometry), data)
        best = max(best, len(found))
        if len(found) < max(MIN_ROWS, 0.8 * len(rows)):
            continue
        described = _verified(rows, geometry, found, None)
        if described is not None:
            return described
    for scaling in _scalings(data) if int(np.prod(layout)) == 784 else ():
        geometry = Geometry(1, 28, 28, None)
        found = match(_grey(rows, geometry), data, scaling=scaling)
        if len(found) >= max(MIN_ROWS, 0.8 * len(rows)):
            described = _verified(rows, geometry, found, scaling)
            if described is not None:
                return described
    raise NotFitted(
        f"{best} of {len(rows)} sampled inputs are recognisable as public images, "
        "and no simple map leads from those to the inputs"
    )


def _verified(
    rows: NDArray[np.float32], geometry: Geometry, found: Match, scaling: Scaling | None
) -> Preprocessing | None:
    """The first map fitted on half of the matched rows that holds on the other half."""
    x = _sources(found, geometry)
    y = rows[found.rows].reshape(len(found), geometry.channels, -1).astype(np.float64)
    fits = _fits(x[::2], y[::2]) if scaling is None else [_scaled(x[::2], y[::2], scaling)]
    for fit in fits:
        error = np.abs(_apply(fit, x[1::2], geometry.channels) - y[1::2]).max()
        if error <= TOLERANCE * max(float(np.ptp(y)), 1e-9):
            return _described(fit, geometry, rows.shape[1:], len(x), float(error))
    return None


def _scalings(data: DataSet) -> Iterator[Scaling]:
    """Each pixel standardised, or only centred, by its mean over a split."""
    for split in (data.train, data.valid):
        count, pixels = len(split), split.images.reshape(len(split), 784)
        total, squares = np.zeros(784), np.zeros(784)
        for start in range(0, count, 4096):
            block = pixels[start : start + 4096].astype(np.float64)
            total += block.sum(0)
            squares += (block**2).sum(0)
        mean = total / count
        spread = np.sqrt(np.maximum(squares / count - mean**2, 0))
        constant = spread < 1e-6
        yield Scaling(mean, np.where(constant, 0, 1 / np.where(constant, 1, spread)))
        yield Scaling(mean, np.ones(784))


def _scaled(x: NDArray[np.float64], y: NDArray[np.float64], scaling: Scaling) -> Fit:
    """Fit one line on images that are scaled by pixel already."""
    slope, shift = _line((x - scaling.shift) * scaling.scale, y[:, 0])
    scale = slope * scaling.scale
    return Fit("per_pixel", scale, shift - scale * scaling.shift)


def _described(
    fit: Fit, geometry: Geometry, layout: tuple[int, ...], count: int, error: float
) -> Preprocessing:
    return Preprocessing(
        layout=layout,
        kind=fit.kind,
        scale=tuple(float(value) for value in fit.scale),
        shift=tuple(float(value) for value in fit.shift),
        resize=None if geometry.mode is None else (geometry.height, geometry.width),
        resize_mode=geometry.mode,
        rows_fitted=(count + 1) // 2,
        rows_verified=count // 2,
        largest_error=error,
        description=_sentence(fit, geometry, layout),
    )


def _sentence(fit: Fit, geometry: Geometry, layout: tuple[int, ...]) -> str:
    shape = " x ".join(str(size) for size in layout)
    if fit.kind == "per_image":
        values = "each image standardised to mean 0 and deviation 1"
    elif fit.kind == "per_pixel":
        values = "each pixel scaled and shifted by its own numbers"
    else:
        slope, shift = float(fit.scale[0]), float(fit.shift[0])
        scaled = "pixels divided by 255" if abs(slope * 255 - 1) < 1e-3 else f"pixels x {slope:.6g}"
        values = scaled if abs(shift) < 1e-6 else f"{scaled}, then {shift:+.4g}"
        if abs(slope - 1) < 1e-6 and abs(shift) < 1e-6:
            values = "pixels as they are, 0 to 255"
    resized = (
        f", resized to {geometry.height} x {geometry.width} ({geometry.mode})"
        if geometry.mode
        else ""
    )
    return f"{values}{resized}, as {shape}"
