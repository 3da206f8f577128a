"""Which labels a network was trained with is read from its sampled training rows."""

import numpy as np
import pytest
from builders import images
from small_data import data_set

from grader.data.kaggle import kaggle_labels
from grader.intake.artefact import Samples
from grader.intake.training import training_of

DIGITS = data_set(train=40, valid=20)
NONE = np.zeros((0, 1), np.float32)


def asl():
    from dataclasses import replace

    labels = np.arange(40) % 24
    train = replace(DIGITS.train, images=images(40, seed=5), labels=labels)
    return replace(DIGITS, name="asl", train=train)


DATA = asl()


def samples(targets, pictures=DATA.train.images):
    rows = pictures.astype(np.float32).reshape(-1, 1, 28, 28) / 255
    return Samples(NONE, rows, np.asarray(targets, np.float32), NONE)


@pytest.mark.parametrize("served", [True, False])
@pytest.mark.parametrize(
    ("targets", "kaggle"),
    [
        (DATA.train.labels, False),
        (kaggle_labels(DATA.train.labels), True),
        (np.eye(25)[kaggle_labels(DATA.train.labels)], True),
        ((DATA.train.labels + 1) % 24, False),
    ],
)
def test_what_the_outputs_were_compared_with_decides(targets, kaggle, served):
    assert training_of(samples(targets), DATA, served).kaggle is kaggle


@pytest.mark.parametrize("served", [True, False])
def test_where_it_cannot_be_told_what_was_served_decides(served):
    low = DATA.train.labels < 9  # the same in both
    first = samples(DATA.train.labels[low], DATA.train.images[low])
    assert training_of(first, DATA, served).kaggle is served
    unknown = samples(DATA.train.labels, images(40, seed=99))
    assert training_of(unknown, DATA, served).kaggle is served
    without = Samples(NONE, samples(DATA.train.labels).training, NONE, NONE)
    assert training_of(without, DATA, served).kaggle is served


def test_digits_have_no_letter_to_leave_out():
    rows = samples(kaggle_labels(DIGITS.train.labels), DIGITS.train.images)
    assert not training_of(rows, DIGITS, served_kaggle=False).kaggle
