"""The labels that training was given are compared with those of the images it was given."""

from dataclasses import replace

import numpy as np
import pytest
from builders import images
from small_data import data_set

from grader.data.kaggle import kaggle_labels
from grader.intake.artefact import Samples
from grader.intake.training import training_of
from grader.model.evidence import LabelsFed

NONE = np.zeros((0, 1), np.float32)
DIGITS = data_set(train=120, valid=60)
ASL = replace(DIGITS, name="asl", train=replace(DIGITS.train, labels=np.arange(120) % 24))
OWN, LETTERS = DIGITS.train.labels, ASL.train.labels


def pixels(pictures):
    return pictures.astype(np.float32).reshape(-1, 1, 28, 28) / 255


def fed(targets, data=DIGITS, served=False, rows=None):
    rows = pixels(data.train.images) if rows is None else rows
    samples = Samples(NONE, rows, np.asarray(targets, np.float32), NONE)
    return training_of(samples, data, served_kaggle=served).labels


def test_labels_of_the_images_themselves_are_right():
    assert fed(OWN) == LabelsFed(rows=120, right=120)


def test_what_each_class_is_told_by_a_row_of_numbers_is_understood():
    one_hot = np.eye(10)[OWN]
    assert fed(one_hot).right == 120
    assert fed(0.9 * one_hot + 0.01).right == 120  # smoothed
    assert fed(OWN[:, None]).right == 120


def test_rows_that_name_no_class_are_wrong():
    one_hot = np.eye(10)[OWN]
    one_hot[:30] = 0
    one_hot[30:40, [2, 7]] = 1
    named = (one_hot.sum(1) == 1) & (np.arange(120) >= 30)
    assert fed(one_hot) == LabelsFed(rows=120, right=int(named.sum()))


@pytest.mark.parametrize("shift", [1, -1, 3])
def test_labels_that_are_all_off_by_one_number_are_shifted(shift):
    assert fed(OWN + shift) == LabelsFed(rows=120, right=0, shift=shift, one_to_one=True)


def test_a_filter_that_moves_some_classes_onto_others_is_a_shift_of_the_wrong_ones():
    told = LETTERS - (LETTERS >= 9)
    found = fed(told, ASL)
    assert found == LabelsFed(rows=120, right=45, shift=-1, one_to_one=False)


def test_classes_that_changed_names_are_one_to_one():
    names = np.array([3, 7, 1, 0, 9, 2, 5, 4, 8, 6])
    assert fed(names[OWN]) == LabelsFed(rows=120, right=12, one_to_one=True)
    around = (OWN + 1) % 10  # off by one and by minus nine: no shift
    assert fed(around) == LabelsFed(rows=120, right=0, one_to_one=True)


@pytest.mark.parametrize("seed", range(5))
def test_labels_in_another_order_than_the_images_are_neither(seed):
    told = np.random.default_rng(seed).permutation(OWN)
    found = fed(told)
    assert found.right == int((told == OWN).sum()) < 30
    assert (found.shift, found.one_to_one) == (None, False)


def test_a_few_strays_do_not_hide_a_shift_nor_make_one():
    told = OWN + 1
    told[[3, 50]] = 0
    assert fed(told).shift == 1
    told = OWN.copy()
    told[[3, 13, 23, 33]] = 4  # all of class 3, and so off by one number
    assert fed(told) == LabelsFed(rows=120, right=116)


@pytest.mark.parametrize("served", [True, False])
def test_labels_as_kaggle_counts_them_are_right(served):
    assert fed(kaggle_labels(LETTERS), ASL, served).right == 120


def test_who_closes_the_gap_of_kaggles_labels_is_right_too():
    assert fed(LETTERS, ASL, served=True).right == 120


@pytest.mark.parametrize("shift", [-1, 1])
def test_a_shift_of_kaggles_labels_is_told_from_theirs(shift):
    found = fed(kaggle_labels(LETTERS) + shift, ASL, served=True)
    assert found == LabelsFed(rows=120, right=0, shift=shift, one_to_one=True)


def test_digits_with_a_gap_are_no_labels_of_kaggles():
    told = OWN + (OWN >= 9)
    assert fed(told, served=True) == LabelsFed(rows=120, right=108, shift=1, one_to_one=True)


def test_a_neighbour_of_an_image_is_not_compared():
    rows = pixels(DIGITS.train.images[:80])
    near = rows.copy()
    near[:50, 0, ::7, ::7] += 0.02
    assert fed(OWN[:80], rows=near) == LabelsFed(rows=30, right=30)
    assert training_of(Samples(NONE, near, NONE, NONE), DIGITS, False).split == "train"
    near = rows.copy()
    near[:61, 0, ::7, ::7] += 0.02
    assert fed(OWN[:80], rows=near) is None


def test_images_in_another_brightness_are_compared():
    assert fed(OWN, rows=(pixels(DIGITS.train.images) - 0.1307) / 0.3081).right == 120


def test_where_images_are_not_known_nothing_is_told():
    assert fed(OWN, rows=pixels(images(120, seed=77))) is None
    assert fed(OWN[:19], rows=pixels(DIGITS.train.images[:19])) is None


@pytest.mark.parametrize(
    "targets",
    [
        np.zeros((0, 1)),
        OWN[:50],
        OWN / 10,
        OWN * 1e30,
        np.zeros((120, 3, 3)),
        np.zeros((120, 1, 10)),
    ],
)
def test_targets_that_are_no_classes_are_not_compared(targets):
    assert fed(targets) is None
    assert fed(targets, ASL) is None


def test_the_largest_numbers_that_are_compared_can_be_stored():
    found = fed(np.full(120, -1e5), rows=pixels(DIGITS.train.images[[0] * 120]))
    assert LabelsFed.model_validate_json(found.model_dump_json()) == found
    assert found.shift == -100_000
