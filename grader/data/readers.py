"""Reads each data set from the layout the labs expect; one literal table lists them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from grader.data.dataset import Images, Labels
from grader.data.idx import parse, read_bytes
from grader.errors import DataError

Arrays = tuple[Images, Labels]

MNIST_FILES: dict[str, tuple[str, ...]] = {
    "train": ("MNIST/raw/train-images-idx3-ubyte", "MNIST/raw/train-labels-idx1-ubyte"),
    "valid": ("MNIST/raw/t10k-images-idx3-ubyte", "MNIST/raw/t10k-labels-idx1-ubyte"),
}
ASL_FILES: dict[str, tuple[str, ...]] = {
    "train": ("asl_data/sign_mnist_train.csv",),
    "valid": ("asl_data/sign_mnist_valid.csv",),
}
HEADER = "label," + ",".join(f"pixel{number}" for number in range(1, 785))


def _mnist(folder: Path, split: str) -> Arrays:
    names = MNIST_FILES[split]
    images = parse(read_bytes(folder / names[0]), 3, names[0])
    labels = parse(read_bytes(folder / names[1]), 1, names[1]).astype(np.int64)
    if images.shape[1:] != (28, 28) or len(images) != len(labels) or labels.max(initial=0) > 9:
        raise DataError(f"{names[0]} and {names[1]} do not belong together: get both again")
    return images, labels


def parse_csv(content: bytes, name: str) -> Arrays:
    """Return the images and labels of a Sign Language MNIST file. Raises DataError.

    Labels may be the course's 0..23 or Kaggle's 0..24 without 9; both come back as 0..23.
    """
    head, _, body = content.partition(b"\n")
    if head.decode("utf-8-sig", "replace").strip().replace('"', "") != HEADER:
        raise DataError(
            f"{name} does not begin with the columns label,pixel1..pixel784: get the file again"
        )
    numbers = body.replace(b"\r", b"").strip().replace(b"\n", b",")
    try:
        values = np.fromstring(numbers.decode("ascii"), dtype=np.int64, sep=",")
    except (ValueError, DeprecationWarning, UnicodeDecodeError):
        raise DataError(
            f"{name} holds something that is not a whole number: get the file again"
        ) from None
    lines = body.strip().splitlines()
    rows = len(lines)
    if not rows or len(values) != rows * 785 or any(line.count(b",") != 784 for line in lines):
        raise DataError(f"{name} has rows that do not hold 785 whole numbers: get the file again")
    table = values.reshape(rows, 785)
    labels, pixels = table[:, 0], table[:, 1:]
    if pixels.min() < 0 or pixels.max() > 255:
        raise DataError(f"{name} has pixel values outside 0..255: get the file again")
    return pixels.astype(np.uint8).reshape(-1, 28, 28), contiguous(labels, name)


def contiguous(labels: Labels, name: str) -> Labels:
    """Map Kaggle's labels (0..24 without 9) to the course's 0..23; leave those as they are."""
    present = set(np.unique(labels).tolist())
    if not present <= set(range(25)) or (24 in present and 9 in present):
        raise DataError(
            f"{name} has labels outside 0..23 (or Kaggle's 0..24 without 9): get the file again"
        )
    return labels - (labels > 9) if 24 in present else labels.copy()


def _asl(folder: Path, split: str) -> Arrays:
    (name,) = ASL_FILES[split]
    return parse_csv(read_bytes(folder / name), name)


READERS: dict[str, Callable[[Path, str], Arrays]] = {"mnist": _mnist, "asl": _asl}
FILES: dict[str, dict[str, tuple[str, ...]]] = {"mnist": MNIST_FILES, "asl": ASL_FILES}


def is_present(folder: Path, name: str) -> bool:
    """Whether all files of data set ``name`` lie under ``folder``."""
    return all((folder / file).is_file() for files in FILES[name].values() for file in files)
