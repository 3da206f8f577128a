"""Reads Sign Language MNIST as the course and as Kaggle publish it."""

import numpy as np
import pytest
from data_files import csv, some_images
from hypothesis import given
from hypothesis import strategies as st

from grader.data.readers import HEADER, contiguous, parse_csv
from grader.errors import DataError

IMAGES = some_images(24)
COURSE = np.arange(24)
KAGGLE = np.array([label for label in range(25) if label != 9])


def test_the_courses_labels_stay_as_they_are():
    images, labels = parse_csv(csv(COURSE, IMAGES), "f.csv")
    assert np.array_equal(images, IMAGES)
    assert images.dtype == np.uint8
    assert np.array_equal(labels, COURSE)


def test_kaggles_labels_become_the_courses():
    _, labels = parse_csv(csv(KAGGLE, IMAGES), "f.csv")
    assert np.array_equal(labels, COURSE)


GOOD = csv(COURSE, IMAGES)


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + GOOD,
        csv(COURSE, IMAGES, end="\r\n"),
        GOOD.rstrip(b"\n"),
        GOOD + b"\n\n",
        ",".join(f'"{name}"' for name in HEADER.split(",")).encode() + GOOD[len(HEADER) :],
    ],
)
def test_marks_and_line_ends_do_not_matter(content):
    images, labels = parse_csv(content, "f.csv")
    assert np.array_equal(images, IMAGES)
    assert np.array_equal(labels, COURSE)


def changed(row, column, value):
    lines = GOOD.decode().splitlines()
    cells = lines[row].split(",")
    cells[column] = value
    lines[row] = ",".join(cells)
    return "\n".join(lines).encode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "does not begin with the columns"),
        (b"label,pixel1\n0,1\n", "does not begin with the columns"),
        (GOOD.replace(b",pixel7,", b",", 1), "does not begin with the columns"),
        (GOOD.split(b"\n", 1)[1], "does not begin with the columns"),
        (b"\x89PNG\r\n", "does not begin with the columns"),
        (HEADER.encode() + b"\n", "rows that do not hold"),
        (HEADER.encode(), "rows that do not hold"),
        (GOOD[:-20], "rows that do not hold"),
        (GOOD + b"5,3\n", "rows that do not hold"),
        (changed(3, 0, "30"), "labels outside"),
        (changed(3, 0, "-1"), "labels outside"),
        (changed(3, 0, "A"), "whole number"),
        (changed(3, 5, "grey"), "whole number"),
        (changed(3, 5, "0.5"), "whole number"),
        (changed(3, 5, ""), "whole number"),
        (changed(3, 5, "é"), "whole number"),
        (changed(3, 5, "256"), "outside 0..255"),
        (changed(3, 5, "-1"), "outside 0..255"),
        (changed(3, 5, "9" * 40), "f.csv"),
        (csv(np.arange(25), some_images(25)), "labels outside"),
    ],
)
def test_a_wrong_file_is_named_with_what_is_wrong(content, words):
    with pytest.raises(DataError, match=words) as caught:
        parse_csv(content, "f.csv")
    assert str(caught.value).startswith("f.csv")


def test_a_value_moved_into_the_next_row_is_no_label():
    lines = GOOD.decode().splitlines()
    head, last = lines[1].rsplit(",", 1)
    lines[1], lines[2] = head, f"{last},{lines[2]}"
    with pytest.raises(DataError, match="rows that do not hold"):
        parse_csv("\n".join(lines).encode(), "f.csv")


SMALL = csv([0, 5], IMAGES[:2])


@given(
    position=st.integers(0, len(SMALL)),
    removed=st.integers(0, 60),
    inserted=st.binary(max_size=20) | st.sampled_from([b",", b"\n", b"\0", b"-", b"1e5", b" "]),
)
def test_no_damage_raises_anything_else(position, removed, inserted):
    content = SMALL[:position] + inserted + SMALL[position + removed :]
    try:
        images, labels = parse_csv(content, "f.csv")
    except DataError:
        return
    assert images.shape == (len(labels), 28, 28)
    assert set(labels.tolist()) <= set(range(24))


@pytest.mark.parametrize(
    ("labels", "found"),
    [([0, 8, 10, 24], [0, 8, 9, 23]), ([0, 9, 23], [0, 9, 23]), ([3], [3]), ([24], [23])],
)
def test_the_label_24_is_what_tells_kaggle_from_the_course(labels, found):
    assert contiguous(np.array(labels), "f").tolist() == found


@pytest.mark.parametrize("labels", [[9, 24], [25], [-1]])
def test_labels_of_neither_are_refused(labels):
    with pytest.raises(DataError):
        contiguous(np.array(labels), "f")
