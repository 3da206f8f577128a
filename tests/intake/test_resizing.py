"""Resizing as two matrices, against torch and torchvision."""

import numpy as np
import pytest
import torch
from builders import images
from torch.nn.functional import interpolate, pad

from grader.intake.resizing import MODES

IMAGE = images(1)[0].astype(np.float64)
TENSOR = torch.from_numpy(IMAGE)[None, None]


def resized(mode, height, width):
    rows, columns = MODES[mode](28, height), MODES[mode](28, width)
    return rows @ IMAGE @ columns.T


@pytest.mark.parametrize("size", [(32, 32), (64, 64), (28, 28), (40, 56), (14, 14), (20, 33)])
@pytest.mark.parametrize(
    ("mode", "options"),
    [
        ("bilinear", {"mode": "bilinear"}),
        ("antialiased", {"mode": "bilinear", "antialias": True}),
        ("nearest", {"mode": "nearest"}),
    ],
)
def test_each_mode_is_torchs(mode, options, size):
    expected = interpolate(TENSOR, size, **options)[0, 0].numpy()
    assert np.allclose(resized(mode, *size), expected, atol=1e-4)


def test_padding_puts_the_image_in_the_middle():
    expected = pad(TENSOR, (2, 2, 2, 2))[0, 0].numpy()
    assert np.array_equal(resized("padded", 32, 32), expected)


@pytest.mark.parametrize("mode", ["bilinear", "antialiased", "nearest"])
@pytest.mark.parametrize("size", [7, 28, 29, 100])
def test_brightness_is_kept(mode, size):
    assert np.allclose(MODES[mode](28, size).sum(1), 1)
