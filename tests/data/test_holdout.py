"""A part of the validation set is kept from student code: its files are without those rows."""

from pathlib import Path

import numpy as np
import pytest
from builders import images
from data_files import csv, idx, write_asl, write_mnist

from grader.data import locate
from grader.data.dataset import DataSet
from grader.data.holdout import hold_out
from grader.data.intact import damage
from grader.data.kaggle import kaggle_labels
from grader.data.readers import parse_csv
from grader.data.stage import public_folder
from grader.errors import DataError


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADER_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture(params=["mnist", "asl"])
def whole(request: pytest.FixtureRequest, tmp_path: Path) -> DataSet:
    """A data set with five validation images of each class, no two alike."""
    write = {"mnist": write_mnist, "asl": write_asl}[request.param]
    return locate.load(request.param, write(tmp_path / "data", 48, 120), practice=False)


def rows_in(folder: Path, data: DataSet) -> set[bytes]:
    """The validation images that a program finds in a folder."""
    found = locate.load(data.name, folder, practice=False)
    return {image.tobytes() for image in found.valid.images}


def test_the_files_lack_the_hidden_rows_and_only_those(whole: DataSet) -> None:
    data = hold_out(whole, 0.2, seed=0)
    assert data.holdout is not None
    hidden = {image.tobytes() for image in data.holdout.split.images}
    shown = rows_in(data.folder, data)
    assert not hidden & shown
    assert hidden | shown == {image.tobytes() for image in whole.valid.images}
    seen = locate.load(data.name, data.folder, practice=False)
    assert np.array_equal(seen.valid.images, data.valid.images)
    assert np.array_equal(seen.valid.labels, data.valid.labels)
    assert np.array_equal(seen.train.images, whole.train.images)
    assert np.array_equal(np.load(data.valid.images_file), data.valid.images)
    assert np.array_equal(np.load(data.holdout.split.images_file), data.holdout.split.images)
    assert len(data.holdout.clusters) == len(whole.valid)
    assert damage(data) is None


def test_every_class_gives_its_share_with_its_own_labels(whole: DataSet) -> None:
    data = hold_out(whole, 0.2, seed=0)
    assert data.holdout is not None
    counts = np.bincount(data.holdout.split.labels)
    assert len(counts) == whole.valid.labels.max() + 1
    assert np.abs(counts - 0.2 * np.bincount(whole.valid.labels)).max() <= 0.5
    known = {i.tobytes(): n for i, n in zip(whole.valid.images, whole.valid.labels, strict=True)}
    for split in (data.valid, data.holdout.split):
        pairs = zip(split.images, split.labels, strict=True)
        assert all(known[image.tobytes()] == label for image, label in pairs)


def test_the_data_it_is_made_from_stays_as_it_was(whole: DataSet) -> None:
    before = {path: path.read_bytes() for path in whole.folder.rglob("*") if path.is_file()}
    data = hold_out(whole, 0.3, seed=1)
    assert data.folder != whole.folder
    assert before == {path: path.read_bytes() for path in whole.folder.rglob("*") if path.is_file()}
    assert data.profile == whole.profile


def test_the_same_seed_hides_the_same_and_another_does_not(whole: DataSet) -> None:
    first, again, other = (hold_out(whole, 0.2, seed=seed) for seed in (5, 5, 6))
    assert first.folder == again.folder
    assert first.folder != other.folder
    assert rows_in(first.folder, whole) != rows_in(other.folder, whole)


def test_what_was_published_keeps_its_profile_and_a_note_says_how_much_is_missing(
    whole: DataSet,
) -> None:
    data = hold_out(whole, 0.2, seed=0)
    assert data.notes[: len(whole.notes)] == whole.notes
    assert data.holdout is not None
    count = len(data.holdout.split)
    assert f"{count} of the 120 validation images, {count} of 120 groups" in data.notes[-1]


def test_near_duplicates_are_hidden_together(tmp_path: Path) -> None:
    pictures = np.repeat(images(40), 3, axis=0)
    pictures[1::3] //= 2
    labels = np.repeat(np.arange(40) % 10, 3)
    folder = write_mnist(tmp_path / "data", 20)
    raw = folder / "MNIST/raw"
    (raw / "t10k-images-idx3-ubyte").write_bytes(idx(pictures))
    (raw / "t10k-labels-idx1-ubyte").write_bytes(idx(labels))
    data = hold_out(locate.load("mnist", folder, practice=False), 0.25, seed=0)
    assert data.holdout is not None
    assert len(data.holdout.split) == 30
    visible = data.holdout.clusters[: len(data.valid)]
    assert not set(visible) & set(data.holdout.clusters[len(data.valid) :])
    assert "10 of 40 groups" in data.notes[-1]


def test_kaggles_files_lack_them_too_even_where_they_were_made_before(tmp_path: Path) -> None:
    folder = write_asl(tmp_path / "data", 48, 120)
    whole = locate.load("asl", folder, practice=False)
    public_folder(whole, tmp_path / "staged", kaggle=True)
    data = hold_out(whole, 0.2, seed=0)
    assert data.holdout is not None
    shown = public_folder(data, tmp_path / "staged", kaggle=True)
    hidden = {image.tobytes() for image in data.holdout.split.images}
    for path in shown.rglob("*.csv"):
        found, _ = parse_csv(path.read_bytes(), path.name)
        assert len(found) in (len(data.train), len(data.valid))
        assert "train" in path.name or not hidden & {image.tobytes() for image in found}


def test_a_csv_with_kaggles_labels_and_other_line_ends_is_cut_as_well(tmp_path: Path) -> None:
    folder = write_asl(tmp_path / "data", 48, 48)
    labels = np.arange(120) % 24
    file = folder / "asl_data/sign_mnist_valid.csv"
    file.write_bytes(csv(kaggle_labels(labels), images(120), end="\r\n"))
    data = hold_out(locate.load("asl", folder, practice=False), 0.2, seed=0)
    seen = locate.load("asl", data.folder, practice=False)
    assert np.array_equal(seen.valid.labels, data.valid.labels)
    assert np.array_equal(seen.valid.images, data.valid.images)


@pytest.mark.parametrize("share", [0, -0.2, 0.01, 0.51, 1, 20, float("nan"), float("inf")])
def test_a_share_that_cannot_be_is_refused_in_one_sentence(whole: DataSet, share: float) -> None:
    with pytest.raises(DataError, match=r"give a number from 0\.05 to 0\.5, such as 0\.2"):
        hold_out(whole, share, seed=0)


def test_where_every_class_is_one_picture_nothing_can_be_held_out(tmp_path: Path) -> None:
    data = locate.load("mnist", write_mnist(tmp_path / "data", 20, 10), practice=False)
    with pytest.raises(DataError, match="nothing can be held out"):
        hold_out(data, 0.2, seed=0)
