"""Reads MNIST's idx files."""

import gzip
import struct

import numpy as np
import pytest
from data_files import idx, some_images
from hypothesis import given
from hypothesis import strategies as st

from grader.data import idx as idx_module
from grader.data.idx import parse, read_bytes
from grader.errors import DataError

IMAGES = some_images(3)
GOOD = idx(IMAGES)


@pytest.mark.parametrize("array", [IMAGES, np.arange(7, dtype=np.uint8), some_images(0)])
def test_a_good_file_gives_its_array(array):
    found = parse(idx(array), array.ndim, "good")
    assert found.dtype == np.uint8
    assert np.array_equal(found, array)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not an idx file"),
        (GOOD[:10], "not an idx file"),
        (b"\x00\x00\x09\x03" + GOOD[4:], "not an idx file"),
        (b"\x01" + GOOD[1:], "not an idx file"),
        (idx(np.arange(5)), "not an idx file"),
        (b"<html>Not found</html>", "not an idx file"),
        (GOOD[:-1], "cut short or too long"),
        (GOOD + b"\n", "cut short or too long"),
        (b"\0\0\x08\x03" + struct.pack(">3I", 2**31, 2**31, 4), "cut short or too long"),
        (b"\0\0\x08\x03" + struct.pack(">3I", 2**32 - 1, 2**32 - 1, 2**32 - 1), "cut short"),
    ],
)
def test_a_damaged_file_is_named_with_the_remedy(content, words):
    with pytest.raises(DataError, match=words) as caught:
        parse(content, 3, "train-images")
    assert str(caught.value).startswith("train-images")
    assert "get the file again" in str(caught.value)


@given(
    position=st.integers(0, len(GOOD)),
    removed=st.integers(0, 60),
    inserted=st.binary(max_size=40),
    dimensions=st.sampled_from([1, 3]),
)
def test_no_damage_raises_anything_else(position, removed, inserted, dimensions):
    content = GOOD[:position] + inserted + GOOD[position + removed :]
    try:
        assert parse(content, dimensions, "x").ndim == dimensions
    except DataError:
        pass


def test_packed_files_are_unpacked(tmp_path):
    path = tmp_path / "train-images-idx3-ubyte.gz"
    path.write_bytes(gzip.compress(GOOD))
    assert read_bytes(path) == GOOD


PACKED = gzip.compress(GOOD, mtime=0)


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        PACKED[:-10],
        PACKED[:20],
        PACKED[:60] + bytes(200) + PACKED[260:],
        PACKED[:12] + b"\xff" * 30 + PACKED[42:],
        PACKED[:-8] + b"\0" * 8,
    ],
)
def test_damaged_packed_files_are_named_with_the_remedy(tmp_path, content):
    path = tmp_path / "images.gz"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"images\.gz cannot be read .*get the file again"):
        read_bytes(path)


def test_a_missing_file_says_how_to_get_it(tmp_path):
    with pytest.raises(DataError, match="grader data fetch"):
        read_bytes(tmp_path / "nothing")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        read_bytes(tmp_path)


def test_a_packed_bomb_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(idx_module, "MAX_BYTES", 1000)
    path = tmp_path / "images.gz"
    path.write_bytes(gzip.compress(bytes(100_000)))
    with pytest.raises(DataError, match="far larger"):
        read_bytes(path)
