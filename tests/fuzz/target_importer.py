"""Data files as people really have them: imported, or read where they lie."""

import gzip
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from data_files import csv, idx, some_images
from harness import Target
from inputs import Case
from zips import Member, packed

from grader.data import importer
from grader.data.kaggle import kaggle_folder
from grader.data.locate import load
from grader.data.readers import ASL_FILES, MNIST_FILES, is_present
from grader.errors import DataError

COUNT = 3


def _mnist() -> dict[str, bytes]:
    files = {}
    for images, labels in MNIST_FILES.values():
        files[images] = idx(some_images(COUNT))
        files[labels] = idx(np.arange(COUNT))
    return files


def _tables(*labels: int, end: str = "\n") -> dict[str, bytes]:
    images = some_images(len(labels))
    return {file: csv(labels, images, end) for (file,) in ASL_FILES.values()}


def seeds() -> Sequence[Case]:
    """What torchvision, Kaggle and the course give, as folders, single files and archives.

    A case whose door is ``given`` is imported, one whose door is a data set is read in place.
    """
    mnist, course, kaggle = _mnist(), _tables(0, 23, 9), _tables(0, 24, 10, end="\r\n")
    plain = {Path(name).name: content for name, content in (mnist | course).items()}
    zipped = {f"{Path(name).name}.gz": gzip.compress(one, 1) for name, one in mnist.items()}
    tables = [*kaggle.values()]
    archive = [
        Member("archive/sign_mnist_train.csv", tables[0]),
        Member("archive/sign_mnist_test.csv", tables[1], method=0),
        Member("american_sign_language.PNG", b"\x89PNG"),
    ]
    odd = [
        Member(name, one, method)
        for (name, one), method in zip(plain.items(), (8, 12, 12, 8, 0, 8), strict=True)
    ]
    return [
        Case("given", {f"given/{name}": content for name, content in mnist.items()}),
        Case("given", {f"given/raw/{name}": content for name, content in zipped.items()}),
        Case("given", {f"given/{name}": content for name, content in plain.items()}),
        Case("given", {f"given/{name}": content for name, content in kaggle.items()}),
        Case("given", {"given/archive.zip": packed(archive), "given/readme.txt": b"x"}),
        Case("archive.zip", {"archive.zip": packed(archive)}),
        Case("odd.zip", {"odd.zip": packed(odd)}),
        Case("sign_mnist_test.csv", {"sign_mnist_test.csv": tables[0]}),
        Case("mnist", {f"data/{name}": content for name, content in mnist.items()}),
        Case("asl", {f"data/{name}": content for name, content in course.items()}),
    ]


def read(case: Case, folder: Path, scratch: Path) -> bool:
    """Import it and load what was written, or load it where it lies."""
    os.environ["GRADER_CACHE_HOME"] = str(scratch / "cache")
    target = folder / "data"
    if case.door not in ("mnist", "asl"):
        target = scratch / "data"
        importer.import_path(folder / case.door, target)
    wanted = [name for name in ("mnist", "asl") if case.door == name or is_present(target, name)]
    for name in wanted:
        found = load(name, target, practice=False)
        if not len(found.train) == len(found.train.images) > 0:
            raise AssertionError("a data set without images was taken")
        if name == "asl":
            kaggle_folder(found)
    return True


TARGET = Target(
    name="importer",
    seeds=seeds,
    read=read,
    refusals=(DataError,),
    modules=tuple(
        f"grader.data.{name}"
        for name in (
            "importer",
            "readers",
            "idx",
            "arrays",
            "kaggle",
            "locate",
            "checksums",
            "once",
        )
    ),
)
