"""An image is found by a number, however its brightness was changed."""

import numpy as np
import pytest

from grader.data.fingerprints import fingerprints, unit_rows


def some(count, seed=0):
    """Images of random strokes, mostly dark, as the labs' are."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (count, 28, 28), dtype=np.uint8)
    return np.where(rng.random(images.shape) < 0.8, 0, images).astype(np.uint8)


IMAGES = some(5000)
KNOWN = fingerprints(IMAGES)


@pytest.mark.parametrize(
    ("scale", "shift"), [(1 / 255, 0), (1 / 255 / 0.3081, -0.42), (-1 / 255, 1), (1e-9, 0), (7, 3)]
)
def test_an_image_is_among_those_that_it_may_be_in_any_brightness(scale, shift):
    rows = (IMAGES[:200].reshape(-1, 784) * np.float32(scale) + np.float32(shift)).astype(
        np.float32
    )
    near = KNOWN.near(unit_rows(rows / np.abs(rows).max()))
    assert all(number in found for number, found in enumerate(near))
    assert np.mean([len(found) for found in near]) < 5


def test_another_image_is_found_by_nobody_but_by_accident():
    rows = some(200, seed=1).reshape(-1, 784).astype(np.float32)
    assert np.mean([len(found) for found in KNOWN.near(unit_rows(rows))]) < 5


def test_twins_are_both_found():
    twins = fingerprints(np.concatenate([IMAGES[:3], IMAGES[1:2]]))
    row = IMAGES[1:2].reshape(-1, 784).astype(np.float32)
    assert twins.near(unit_rows(row))[0].tolist() == [1, 3]


def test_of_no_images_none_is_found():
    row = IMAGES[:1].reshape(-1, 784).astype(np.float32)
    assert fingerprints(IMAGES[:0]).near(unit_rows(row))[0].tolist() == []
