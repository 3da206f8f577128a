"""Training images prepared in another way than validation images are noticed."""

from dataclasses import replace

import numpy as np
import pytest
from small_data import data_set

from grader.intake.artefact import Samples
from grader.intake.training import training_of

DATA = data_set(train=80, valid=60)
NONE = np.zeros((0, 1), np.float32)


def unit(pictures):
    return pictures / 255


def normalised(pictures):
    return (pictures / 255 - 0.1307) / 0.3081


def each_by_itself(pictures):
    return (pictures - pictures.mean((1, 2), keepdims=True)) / pictures.std((1, 2), keepdims=True)


def brighter(pictures):
    return unit(pictures) * np.linspace(0.8, 1.2, len(pictures))[:, None, None]


def alike(training, evaluation):
    pairs = ((evaluation, DATA.valid), (training, DATA.train))
    fed = [prepare(split.images[:40]).astype(np.float32) for prepare, split in pairs]
    return training_of(Samples(*fed, NONE, NONE), DATA, served_kaggle=False).alike


@pytest.mark.parametrize(
    ("training", "evaluation"),
    [
        (normalised, unit),
        (unit, normalised),
        (unit, lambda pictures: 1 - unit(pictures)),
        (unit, lambda pictures: pictures),
    ],
)
def test_another_line_from_grey_values_to_inputs_is_another_preparation(training, evaluation):
    assert not alike(training, evaluation)


@pytest.mark.parametrize("prepare", [unit, normalised, each_by_itself, brighter])
def test_the_same_lines_are_alike(prepare):
    assert alike(prepare, prepare)


@pytest.mark.parametrize("augmented", [brighter, lambda pictures: np.flip(pictures, 2)])
def test_augmentation_is_no_other_preparation(augmented):
    assert alike(augmented, unit)


def test_splits_normalised_each_by_its_own_numbers_are_alike():
    other = replace(DATA.train, images=(DATA.train.images * 0.97).astype(np.uint8))
    numbers = [(split.images.mean(), split.images.std()) for split in (other, DATA.valid)]
    own = [lambda x, m=m, s=s: (x - m) / s for m, s in numbers]
    assert alike(*own)
