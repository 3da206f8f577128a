"""Finds the data to grade on."""

import os

import numpy as np
import pytest
from data_files import write_asl, write_mnist

from grader.data import arrays, locate
from grader.data.arrays import load_split
from grader.data.checksums import OFFICIAL_MD5, md5
from grader.data.locate import load
from grader.data.practice import PracticeSize
from grader.data.status import status
from grader.errors import DataError


def test_the_named_folder_goes_first(places):
    write_mnist(places / "home", train=3)
    write_mnist(places / "elsewhere/data", train=4)
    named = write_mnist(places / "named", train=5)
    assert len(load("mnist", named, False).train) == 5


def test_the_users_data_goes_before_the_working_directory(places):
    write_mnist(places / "elsewhere/data", train=4)
    assert len(load("mnist", None, False).train) == 4
    write_mnist(places / "home", train=3)
    assert len(load("mnist", None, False).train) == 3


def test_only_the_named_folder_is_looked_at(places):
    write_mnist(places / "home")
    with pytest.raises(DataError, match="there is no MNIST data in"):
        load("mnist", places / "named", False)


@pytest.mark.parametrize(
    ("name", "remedy"),
    [("mnist", "grader data fetch"), ("asl", "grader data import archive.zip")],
)
def test_without_data_the_remedy_is_named(places, name, remedy):
    with pytest.raises(DataError) as caught:
        load(name, None, False)
    text = str(caught.value)
    assert remedy in text
    assert "--practice" in text
    assert str(places / "home") in text
    assert "\n" not in text


def test_half_a_data_set_is_none(places):
    write_mnist(places / "home")
    (places / "home/MNIST/raw/t10k-labels-idx1-ubyte").unlink()
    with pytest.raises(DataError, match="there is no MNIST data"):
        load("mnist", None, False)


def test_files_that_are_not_the_published_ones_are_custom_and_noted(places):
    write_asl(places / "home")
    data = load("asl", None, False)
    assert data.profile == "custom"
    assert "not the published ones" in data.notes[0]
    assert (data.name, data.folder) == ("asl", places / "home")


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "train", "valid", "classes"), [("mnist", 60000, 10000, 10), ("asl", 27455, 7172, 24)]
)
def test_the_published_files_are_official(name, train, valid, classes):
    data = load(name, None, False)
    assert (data.profile, data.notes) == ("official", ())
    assert (len(data.train), len(data.valid)) == (train, valid)
    assert set(data.valid.labels.tolist()) == set(range(classes))


def test_practice_data_is_only_used_when_asked_for(places):
    data = load("asl", None, True, PracticeSize.TINY)
    assert data.profile == "practice"
    assert data.notes == ()
    with pytest.raises(DataError):
        load("asl", None, False)


def test_practice_data_is_generated_once(places, monkeypatch):
    first = locate.practice_folder(PracticeSize.TINY)
    monkeypatch.setattr(locate, "write_practice", None)
    assert locate.practice_folder(PracticeSize.TINY) == first
    assert [path.name for path in first.parent.iterdir()] == [first.name]


def test_arrays_are_what_the_files_hold(places):
    write_mnist(places / "home", train=12, valid=6)
    split = load_split(places / "home", "mnist", "valid")
    assert split.images.shape == (6, 28, 28)
    assert split.labels.tolist() == [0, 1, 2, 3, 4, 5]
    assert np.array_equal(np.load(split.images_file), split.images)


def test_a_file_is_parsed_only_once_and_again_when_it_changes(places, monkeypatch):
    folder = write_mnist(places / "home", valid=6)
    calls = []
    reader = arrays.READERS["mnist"]
    monkeypatch.setitem(
        arrays.READERS, "mnist", lambda *given: calls.append(given) or reader(*given)
    )
    for _ in range(3):
        assert len(load_split(folder, "mnist", "valid")) == 6
    assert len(calls) == 1
    write_mnist(folder, valid=7)
    assert len(load_split(folder, "mnist", "valid")) == 7
    labels = folder / "MNIST/raw/t10k-labels-idx1-ubyte"
    os.utime(labels, ns=(1, 1))
    load_split(folder, "mnist", "valid")
    assert len(calls) == 3


def test_two_graders_at_once_never_leave_half_a_cache(places):
    folder = write_mnist(places / "home")
    first = load_split(folder, "mnist", "train")
    arrays._store(first.images_file.parent, images=np.zeros(1), labels=np.zeros(1))
    assert len(load_split(folder, "mnist", "train")) == 12
    assert len(list(first.images_file.parent.parent.iterdir())) == 1


def test_a_cache_that_cannot_be_written_names_the_remedy(places, monkeypatch):
    write_mnist(places / "home")
    (places / "file").write_text("in the way")
    monkeypatch.setenv("GRADER_CACHE_HOME", str(places / "file/cache"))
    with pytest.raises(DataError, match="GRADER_CACHE_HOME"):
        load("mnist", None, False)


def test_a_missing_file_names_the_way_to_look(places):
    with pytest.raises(DataError, match="grader data status"):
        load_split(places / "home", "mnist", "train")


@pytest.mark.parametrize(
    ("file", "content"),
    [("t10k-labels-idx1-ubyte", b"\0\0\x08\x01\0\0\0\x06" + bytes([10] * 6)), ("x", b"")],
)
def test_images_and_labels_that_do_not_belong_together_are_refused(places, file, content):
    folder = write_mnist(places / "home", valid=6)
    (folder / "MNIST/raw" / file).write_bytes(content)
    if file == "x":
        write_mnist(places / "other", valid=5)
        source = places / "other/MNIST/raw/t10k-labels-idx1-ubyte"
        source.replace(folder / "MNIST/raw/t10k-labels-idx1-ubyte")
    with pytest.raises(DataError, match="do not belong together"):
        load_split(folder, "mnist", "valid")


def test_the_status_lists_both_places_and_what_is_there(places):
    write_mnist(places / "home")
    write_asl(places / "elsewhere/data")
    (places / "elsewhere/data/asl_data/sign_mnist_valid.csv").write_text("nothing")
    found = [(one.name, one.usable, one.state) for one in status()]
    assert not any(one.official for one in status())
    assert found == [
        ("mnist", True, "12 + 6 images, not the published files"),
        ("asl", False, "not there"),
        ("mnist", False, "not there"),
        (
            "asl",
            False,
            "asl_data/sign_mnist_valid.csv does not begin with the columns label,pixel1..pixel784: "
            "get the file again",
        ),
    ]


def test_the_status_knows_the_published_files(places, monkeypatch):
    folder = write_mnist(places / "home")
    for file in OFFICIAL_MD5:
        if file.startswith("MNIST"):
            monkeypatch.setitem(OFFICIAL_MD5, file, md5(folder / file))
    first = status()[0]
    assert (first.official, first.state) == (True, "12 + 6 images, the published files")
