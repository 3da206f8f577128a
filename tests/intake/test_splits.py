"""Which split a program validated on is told by its sampled rows and the sizes of its passes."""

from dataclasses import replace

import numpy as np
import pytest
from builders import images, training_pass
from small_data import data_set

from grader.intake.artefact import Samples
from grader.intake.training import training_of

DATA = data_set(train=300, valid=150)
TRAIN, VALID = len(DATA.train), len(DATA.valid)
NONE = np.zeros((0, 1), np.float32)
OF_TRAIN, OF_VALID = DATA.train.images[:40], DATA.valid.images[:40]
BOTH = np.concatenate([OF_TRAIN, OF_VALID])


def evaluated(*sizes):
    """Evaluation passes of those sizes, and a training epoch beside them."""
    passes = [training_pass(1, training=False, samples=size) for size in sizes]
    return [*passes, training_pass(1, samples=TRAIN)]


def found(pictures, *sizes):
    rows = pictures.astype(np.float32).reshape(-1, 1, 28, 28) / 255
    samples = Samples(rows, NONE, NONE, NONE)
    return training_of(samples, DATA, served_kaggle=False, passes=evaluated(*sizes)).validated


@pytest.mark.parametrize(
    ("pictures", "sizes", "split"),
    [
        (OF_TRAIN, [TRAIN, TRAIN], "train"),
        (OF_TRAIN, [TRAIN, 1], "train"),  # a look at one image beside it
        (OF_VALID, [VALID, VALID], "valid"),
        (BOTH, [TRAIN, VALID], "mixed"),
        (images(40, seed=9), [TRAIN], "unknown"),
    ],
)
def test_what_its_evaluations_read_is_what_it_validated_on(pictures, sizes, split):
    assert found(pictures, *sizes) == split


@pytest.mark.parametrize(
    "sizes",
    [
        [TRAIN, VALID, TRAIN],  # the sampled first and last passes are of the training images
        [TRAIN + VALID],  # without loaders, one evaluation after the other
        [TRAIN // 10, TRAIN // 10],  # a part of the training images, held back
        [TRAIN, 40],  # some of the validation images, perhaps
        [],
    ],
)
def test_where_validation_images_may_have_been_among_them_nobody_is_accused(sizes):
    assert found(OF_TRAIN, *sizes) == "unknown"


def test_splits_of_one_size_cannot_be_told_by_their_passes():
    alike = replace(DATA, valid=replace(DATA.train, images=images(TRAIN, seed=7)))
    rows = OF_TRAIN.astype(np.float32).reshape(-1, 784)
    samples = Samples(rows, NONE, NONE, NONE)
    assert training_of(samples, alike, False, evaluated(TRAIN)).validated == "unknown"


def test_training_and_evaluation_are_told_apart():
    rows = [part.astype(np.float32).reshape(-1, 784) / 255 for part in (OF_VALID, OF_TRAIN)]
    both = training_of(Samples(*rows, NONE, NONE), DATA, False, evaluated(VALID))
    assert (both.split, both.validated) == ("train", "valid")
