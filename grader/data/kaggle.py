"""The ASL files as Kaggle has them, for programs that were written for those.

There the validation set is called ``sign_mnist_test.csv``, and the labels are 0..24 without 9: the
place of the letter J stays empty.
"""

from pathlib import Path

import numpy as np

from grader.data.dataset import DataSet, Floats, Labels
from grader.data.idx import read_bytes
from grader.data.once import made_once
from grader.data.places import cache_folder
from grader.data.readers import ASL_FILES, HEADER

GAP = 9
FILES = {
    "train": ("asl_data/sign_mnist_train.csv",),
    "valid": ("asl_data/sign_mnist_test.csv", "asl_data/sign_mnist_valid.csv"),
}


def kaggle_labels(labels: Labels) -> Labels:
    """Labels 0..23 as Kaggle counts them."""
    return labels + (labels >= GAP)


def course_columns(logits: Floats) -> Floats:
    """Scores (N, 25 or more) in Kaggle's order of classes, as the course orders them.

    The class that does not exist comes after the last that does.
    """
    order = [*range(GAP), *range(GAP + 1, 25), GAP, *range(25, logits.shape[1])]
    return logits[:, order] if logits.shape[1] > 24 else logits


def kaggle_folder(data: DataSet) -> Path:
    """The files of ``data`` with Kaggle's names and labels, made on first use."""

    def make(folder: Path) -> None:
        for split, labels in (("train", data.train.labels), ("valid", data.valid.labels)):
            content = _relabelled(read_bytes(data.folder / ASL_FILES[split][0]), labels)
            for name in FILES[split]:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(content)

    # The folder of a split's arrays is named after the files they were read from.
    names = [split.images_file.parent.name for split in (data.train, data.valid)]
    return made_once(cache_folder() / "kaggle" / "-".join(names), make)


def _relabelled(content: bytes, labels: Labels) -> bytes:
    rows = content.partition(b"\n")[2].strip().splitlines()
    pixels = (row.partition(b",")[2].strip() for row in rows)
    numbers = np.char.mod("%d", kaggle_labels(labels)).astype("S")
    lines = [number + b"," + row for number, row in zip(numbers, pixels, strict=True)]
    return b"\n".join([HEADER.encode(), *lines, b""])
