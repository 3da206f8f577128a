"""The practice data on disk, in the layout that the labs read."""

import os
import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.random import RandomState

from grader.data.practice.casts import TRAIN, VALID
from grader.data.practice.digits import digits
from grader.data.practice.hands import hands
from grader.data.practice.raster import Bytes
from grader.data.practice.sizes import COUNTS, PracticeSize


def write_practice(folder: Path, size: PracticeSize = PracticeSize.FULL) -> None:
    """Write ``folder/MNIST/raw/*`` and ``folder/asl_data/*.csv``, each file whole or not at all."""
    for name, content in practice_files(size):
        _replace(folder / name, content)


def practice_files(size: PracticeSize) -> Iterator[tuple[str, bytes]]:
    """Path below the data folder and content of each file, generated one after the other."""
    counts = COUNTS[size]
    for seed, split, count in (
        (11, "train", counts.train_digits),
        (12, "t10k", counts.valid_digits),
    ):
        pictures, labels = digits(RandomState(seed), count)
        yield f"MNIST/raw/{split}-images-idx3-ubyte", _idx(pictures)
        yield f"MNIST/raw/{split}-labels-idx1-ubyte", _idx(labels)
    for seed, split, cast, takes in (
        (21, "train", TRAIN, counts.train_takes),
        (22, "valid", VALID, counts.valid_takes),
    ):
        pictures, labels = hands(RandomState(seed), cast.signers, takes, cast.latitude)
        yield f"asl_data/sign_mnist_{split}.csv", _csv(pictures, labels)


def _idx(array: Bytes) -> bytes:
    """The idx format of yann.lecun.com/exdb/mnist: type 8 (unsigned byte), big-endian sizes."""
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


def _csv(pictures: Bytes, labels: Bytes) -> bytes:
    """Sign Language MNIST's format: ``label,pixel1,..,pixel784`` and a row of bytes per picture."""
    table = np.column_stack([labels, pictures.reshape(len(pictures), -1)])
    written = [str(value) for value in range(256)]
    rows = [",".join(["label", *(f"pixel{i}" for i in range(1, table.shape[1]))])]
    rows += [",".join([written[value] for value in row]) for row in table.tolist()]
    return ("\n".join(rows) + "\n").encode()


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as file:
        try:
            file.write(content)
            file.close()
            os.replace(file.name, path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
