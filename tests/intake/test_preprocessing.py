"""Fits a student's preprocessing on what their model was fed.

Each case is what a student writes, in torch; the map that is fitted is then applied by the code
that sandbox B runs, to images it was not fitted on.
"""

import numpy as np
import pytest
import torch
from small_data import data_set
from torch.nn.functional import interpolate
from torchvision.transforms import v2
from torchvision.transforms.functional import pil_to_tensor, to_pil_image

from grader.evaluator.images import InputMap
from grader.intake.evaluation import _input_map
from grader.intake.matching import match
from grader.intake.preprocessing import NotFitted, fit_preprocessing

DATA = data_set()
TRAIN = torch.from_numpy(DATA.train.images).float()
IMAGENET = v2.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


def bytes_of(pictures):
    return torch.from_numpy(pictures)[:, None]


def unit(x):
    return x.float() / 255


def through_pil(x, size):
    resize = v2.Resize((size, size))
    return unit(torch.stack([pil_to_tensor(resize(to_pil_image(one))) for one in x]))


def standardised(x):
    x = x.float()
    return (x - x.mean((1, 2, 3), keepdim=True)) / x.std((1, 2, 3), keepdim=True)


EXACT = {
    "divided by 255": (unit, "affine", None),
    "raw": (lambda x: x.float(), "affine", None),
    "normalised to -1..1": (lambda x: (unit(x) - 0.5) / 0.5, "affine", None),
    "MNIST's numbers": (v2.Compose([unit, v2.Normalize((0.1307,), (0.3081,))]), "affine", None),
    "the data's mean": (lambda x: (x.float() - TRAIN.mean()) / TRAIN.std(), "affine", None),
    "a negative": (lambda x: 1 - unit(x), "affine", None),
    "a negative, each image by itself": (lambda x: standardised(-x.float()), "per_image", None),
    "three copies": (lambda x: unit(x).expand(-1, 3, -1, -1), "affine", None),
    "ImageNet": (lambda x: IMAGENET(unit(x).expand(-1, 3, -1, -1)), "per_channel", None),
    "flat": (lambda x: unit(x).reshape(-1, 784), "affine", None),
    "without channel": (lambda x: unit(x)[:, 0], "affine", None),
    "channel last": (lambda x: unit(x)[:, 0, :, :, None], "affine", None),
    "each image by itself": (standardised, "per_image", None),
    "each pixel by itself": (
        lambda x: (x[:, 0] - TRAIN.mean(0)) / (TRAIN.std(0) + 1e-8),
        "per_pixel",
        None,
    ),
    "each pixel to 0..1": (
        lambda x: (x[:, 0] - TRAIN.amin(0)) / (TRAIN.amax(0) - TRAIN.amin(0)),
        "per_pixel",
        None,
    ),
    "less the mean image": (lambda x: (x[:, 0] - TRAIN.mean(0)) / 255, "per_pixel", None),
    "interpolate to 32": (
        lambda x: interpolate(unit(x), (32, 32), mode="bilinear"),
        "affine",
        "bilinear",
    ),
    "interpolate to 64": (
        lambda x: interpolate(unit(x), (64, 64), mode="bilinear"),
        "affine",
        "bilinear",
    ),
    "Resize to 32": (lambda x: v2.Resize((32, 32), antialias=True)(unit(x)), "affine", "bilinear"),
    "Resize to 64": (lambda x: v2.Resize((64, 64), antialias=True)(unit(x)), "affine", "bilinear"),
    "nearest to 32": (lambda x: interpolate(unit(x), (32, 32)), "affine", "nearest"),
    "Pad(2)": (lambda x: v2.Pad(2)(unit(x)), "affine", "padded"),
    "Pad(2), normalised": (lambda x: (v2.Pad(2)(unit(x)) - 0.5) / 0.5, "affine", "padded"),
    "ImageNet at 64": (
        lambda x: IMAGENET(interpolate(unit(x), (64, 64), mode="bilinear").expand(-1, 3, -1, -1)),
        "per_channel",
        "bilinear",
    ),
}
ROUNDED = {
    "half precision": (lambda x: unit(x).half().float(), "affine", None),
    "brain floats": (lambda x: unit(x).bfloat16().float(), "affine", None),
    "Resize of bytes": (lambda x: unit(v2.Resize((32, 32))(x)), "affine", "bilinear"),
    "Resize of PIL images": (lambda x: through_pil(x, 32), "affine", "bilinear"),
}


def fit(transform, rows=96):
    inputs = transform(bytes_of(DATA.valid.images[:rows]))
    return fit_preprocessing(inputs.numpy().astype(np.float32), DATA)


@pytest.mark.parametrize("name", [*EXACT, *ROUNDED])
def test_what_students_write_is_fitted_and_holds_on_other_images(name):
    transform, kind, mode = (EXACT | ROUNDED)[name]
    found = fit(transform)
    assert (found.kind, found.resize_mode) == (kind, mode)
    matched = found.rows_fitted + found.rows_verified
    assert matched == 96 or (kind == "per_pixel" and matched >= 77)
    others = DATA.valid.images[100:]
    expected = transform(bytes_of(others))
    inputs = InputMap(_input_map(found), torch.float32, "cpu")(others)
    assert inputs.shape == expected.shape
    error = (inputs - expected).abs().max() / (expected.max() - expected.min())
    assert error < (5e-3 if name in ROUNDED else 1e-5)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("divided by 255", "pixels divided by 255, as 1 x 28 x 28"),
        ("raw", "pixels as they are, 0 to 255"),
        ("normalised to -1..1", "pixels x 0.00784314, then -1"),
        ("flat", "as 784"),
        ("interpolate to 32", "resized to 32 x 32 (bilinear), as 1 x 32 x 32"),
        ("each image by itself", "each image standardised"),
        ("each pixel by itself", "each pixel scaled"),
    ],
)
def test_the_map_is_described_in_words(name, words):
    found = fit(EXACT[name][0])
    assert words in found.description


def test_half_of_the_rows_are_kept_for_verification():
    found = fit(unit, rows=21)
    assert (found.rows_fitted, found.rows_verified) == (11, 10)


def jittered(x):
    generator = torch.Generator().manual_seed(0)
    factor = 0.8 + 0.4 * torch.rand((len(x), 1, 1, 1), generator=generator)
    return unit(x) * factor


def rotated(x):
    torch.manual_seed(0)
    turn = v2.RandomRotation((5, 25))
    return torch.stack([turn(one) for one in unit(x)])


UNKNOWN = {
    "random noise": lambda x: torch.rand(x.shape, generator=torch.Generator().manual_seed(0)),
    "noise of another shape": lambda x: torch.rand(len(x), 5),
    "randomly rotated": rotated,
    "randomly brighter": jittered,
    "with noise added": lambda x: unit(x) + 0.05 * torch.randn(x.shape),
    "constant": lambda x: torch.zeros(x.shape),
    "squared": lambda x: unit(x) ** 2,
    "features": lambda x: unit(x).reshape(len(x), -1)[:, :100],
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_no_simple_map_explains_is_not_fitted(name):
    torch.manual_seed(0)
    with pytest.raises(NotFitted, match="of 96 sampled inputs are recognisable"):
        fit(UNKNOWN[name])


def test_too_few_rows_are_not_enough():
    with pytest.raises(NotFitted, match="4 of 4"):
        fit(unit, rows=4)
    assert fit(unit, rows=8).kind == "affine"


def test_a_few_strange_rows_do_not_spoil_the_fit():
    def mostly(x):
        x = unit(x)
        x[3] = torch.rand(1, 28, 28)
        return x

    found = fit(mostly)
    assert found.kind == "affine"
    assert found.rows_fitted + found.rows_verified == 95


def test_one_wrong_pixel_is_noticed():
    def spoiled(x):
        x = unit(x)
        x[1::2, 0, 14, 14] += 0.1
        return x

    with pytest.raises(NotFitted):
        fit(spoiled)


def test_each_row_is_matched_to_its_split_and_image():
    rows = np.concatenate([DATA.train.images[5:9], DATA.valid.images[7:9]]).reshape(6, 784)
    found = match(rows.astype(np.float32) / 255, DATA)
    assert found.splits.tolist() == [0, 0, 0, 0, 1, 1]
    assert found.indices.tolist() == [5, 6, 7, 8, 7, 8]
    assert np.array_equal(found.images[4], DATA.valid.images[7])


def test_no_rows_match_nothing():
    assert len(match(np.zeros((0, 784), np.float32), DATA)) == 0
