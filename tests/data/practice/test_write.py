import hashlib
from pathlib import Path

import numpy as np
import pytest

from grader.data.practice import PracticeSize, practice_checksums, write_practice
from grader.data.practice.casts import TRAIN, VALID
from grader.data.practice.sizes import COUNTS


@pytest.fixture(scope="module", params=list(PracticeSize))
def written(request, tmp_path_factory) -> tuple[PracticeSize, Path]:
    folder = tmp_path_factory.mktemp(request.param)
    write_practice(folder, request.param)
    return request.param, folder


def _files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def _table(folder: Path, split: str) -> np.ndarray:
    path = folder / f"asl_data/sign_mnist_{split}.csv"
    return np.loadtxt(path, delimiter=",", skiprows=1, dtype=np.uint8)


def test_the_bytes_are_the_same_on_every_machine(written) -> None:
    size, folder = written
    found = {name: hashlib.sha256(data).hexdigest() for name, data in _files(folder).items()}
    assert found == practice_checksums(size)


def test_torchvision_reads_the_digits(written) -> None:
    torchvision = pytest.importorskip("torchvision")
    size, folder = written
    for train, count in ((True, COUNTS[size].train_digits), (False, COUNTS[size].valid_digits)):
        digits = torchvision.datasets.MNIST(folder, train=train, download=True)
        assert tuple(digits.data.shape) == (count, 28, 28)
        assert digits.targets.unique().tolist() == list(range(10))


def test_the_hands_are_labelled_bytes_with_the_labs_header(written) -> None:
    size, folder = written
    header = (folder / "asl_data/sign_mnist_train.csv").read_text().split("\n", 1)[0].split(",")
    assert header == ["label", *(f"pixel{i}" for i in range(1, 785))]
    counts = COUNTS[size]
    each = {
        "train": TRAIN.signers * counts.train_takes,
        "valid": VALID.signers * counts.valid_takes,
    }
    for split, count in each.items():
        table = _table(folder, split)
        assert table.shape == (24 * count, 785)
        assert np.bincount(table[:, 0]).tolist() == [count] * 24


def test_no_picture_appears_twice(written) -> None:
    _, folder = written
    hands = [row[1:].tobytes() for split in ("train", "valid") for row in _table(folder, split)]
    raw = b"".join(path.read_bytes()[16:] for path in folder.rglob("*-images-idx3-ubyte"))
    digits = [raw[i : i + 784] for i in range(0, len(raw), 784)]
    assert len(set(hands)) == len(hands)
    assert len(set(digits)) == len(digits)


def test_writing_again_replaces_the_files_and_leaves_nothing_else(tmp_path) -> None:
    spoilt = tmp_path / "MNIST/raw/t10k-labels-idx1-ubyte"
    spoilt.parent.mkdir(parents=True)
    spoilt.write_bytes(b"half a file")
    write_practice(tmp_path, PracticeSize.TINY)
    assert set(_files(tmp_path)) == set(practice_checksums(PracticeSize.TINY))
    assert spoilt.stat().st_size == 8 + COUNTS[PracticeSize.TINY].valid_digits
