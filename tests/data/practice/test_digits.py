import numpy as np
from numpy.random import RandomState

from grader.data.practice.digits import digits


def test_every_digit_appears_about_equally_often() -> None:
    pictures, labels = digits(RandomState(0), 205)
    assert pictures.shape == (205, 28, 28)
    assert pictures.dtype == labels.dtype == np.uint8
    counts = np.bincount(labels)
    assert len(counts) == 10
    assert set(counts) == {20, 21}


def test_digits_are_white_on_black_and_centred_like_mnist() -> None:
    pictures, _ = digits(RandomState(0), 100)
    edge = np.concatenate([pictures[:, :2].ravel(), pictures[:, :, :2].ravel()])
    ink = pictures.sum(axis=0).astype(float)
    middle = (ink.sum(axis=1) @ np.arange(28)) / ink.sum()
    assert (edge == 0).mean() > 0.98
    assert pictures.max(axis=(1, 2)).min() > 180
    assert abs(middle - 13.5) < 1.0


def test_the_same_seed_draws_the_same_digits() -> None:
    first, again, other = (digits(RandomState(seed), 50)[0] for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
