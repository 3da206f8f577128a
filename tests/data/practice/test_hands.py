import numpy as np
from numpy.random import RandomState

from grader.data.practice.casts import TRAIN
from grader.data.practice.hands import hands
from grader.data.practice.poses import POSES


def test_every_signer_signs_every_letter_once_per_take() -> None:
    pictures, labels = hands(RandomState(0), signers=2, takes=3, latitude=TRAIN.latitude)
    assert pictures.shape == (24 * 2 * 3, 28, 28)
    assert pictures.dtype == labels.dtype == np.uint8
    assert np.bincount(labels).tolist() == [6] * 24


def test_the_letters_are_the_still_ones_in_alphabetical_order() -> None:
    assert "".join(pose.letter for pose in POSES) == "ABCDEFGHIKLMNOPQRSTUVWXY"


def test_a_hand_is_brighter_than_the_wall_and_shaded() -> None:
    pictures, _ = hands(RandomState(0), signers=2, takes=1, latitude=TRAIN.latitude)
    corners = pictures[:, 1:4, -4:-1].reshape(len(pictures), -1)
    middle = pictures[:, 8:20, 8:20].reshape(len(pictures), -1)
    assert (middle.mean(axis=1) > corners.mean(axis=1) + 30).all()
    assert (middle.std(axis=1) > 10).all()


def test_the_same_seed_photographs_the_same_hands() -> None:
    first, again, other = (hands(RandomState(s), 1, 1, TRAIN.latitude)[0] for s in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
