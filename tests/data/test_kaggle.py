"""Kaggle's files: their names, their labels, and scores in their order of classes."""

from pathlib import Path

import numpy as np
import pytest
from data_files import write_asl

from grader.data import locate
from grader.data.kaggle import course_columns, kaggle_labels
from grader.data.readers import parse_csv
from grader.data.stage import file_names, public_folder


def test_the_place_of_the_letter_j_stays_empty() -> None:
    found = kaggle_labels(np.arange(24))
    assert found.tolist() == [*range(9), *range(10, 25)]


@pytest.mark.parametrize("width", [25, 26])
def test_scores_are_put_in_the_courses_order(width: int) -> None:
    labels = np.arange(24)
    scores = np.eye(width, dtype=np.float32)[kaggle_labels(labels)]
    assert course_columns(scores).argmax(1).tolist() == labels.tolist()
    assert course_columns(scores).shape == scores.shape
    of_j = np.eye(width, dtype=np.float32)[[9]]
    assert course_columns(of_j).argmax(1).tolist() == [24]


def test_fewer_scores_have_no_other_order() -> None:
    scores = np.eye(24, dtype=np.float32)
    assert course_columns(scores) is scores


def test_the_files_have_kaggles_names_and_labels_and_the_same_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADER_CACHE_HOME", str(tmp_path / "cache"))
    write_asl(tmp_path / "data", 48, 24)
    data = locate.load("asl", tmp_path / "data", practice=False)
    shown = public_folder(data, tmp_path / "staged", kaggle=True)
    names = file_names(data, kaggle=True)
    assert {path.relative_to(shown).as_posix() for path in shown.rglob("*.csv")} == set(names)
    for name, split in (("train", data.train), ("test", data.valid)):
        content = (shown / f"asl_data/sign_mnist_{name}.csv").read_bytes()
        assert int(content.splitlines()[24].partition(b",")[0]) == 24  # the last letter, Y
        images, labels = parse_csv(content, name)
        assert np.array_equal(images, split.images)
        assert np.array_equal(labels, split.labels)
    assert public_folder(data, tmp_path / "staged", kaggle=True) == shown
