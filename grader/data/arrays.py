"""Keeps parsed data sets as arrays in the user's cache: a CSV of 100 MB takes seconds to parse."""

import hashlib
import os
import tempfile
from pathlib import Path

import numpy as np

from grader.data.checksums import is_official
from grader.data.dataset import Split
from grader.data.places import cache_folder
from grader.data.readers import FILES, READERS
from grader.errors import DataError


def _key(folder: Path, name: str, split: str) -> str:
    parts = [name, split]
    for file in FILES[name][split]:
        try:
            facts = (folder / file).stat()
        except OSError:
            raise DataError(
                f"{folder / file} is missing: run 'grader data status' to see what is there"
            ) from None
        parts.append(f"{(folder / file).resolve()}:{facts.st_size}:{facts.st_mtime_ns}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


def load_split(folder: Path, name: str, split: str) -> Split:
    """Return one split of data set ``name`` under ``folder``; parses it only once."""
    target = cache_folder() / "arrays" / _key(folder, name, split)
    if not (target / "labels.npy").is_file():
        images, labels = READERS[name](folder, split)
        official = is_official(folder, FILES[name][split])
        try:
            _store(target, images=images, official=np.array(official), labels=labels)
        except OSError as error:
            raise DataError(
                f"the cache {target.parent} cannot be written ({error.strerror}): "
                "name another folder in the environment variable GRADER_CACHE_HOME"
            ) from None
    return Split(
        images=np.load(target / "images.npy", mmap_mode="r", allow_pickle=False),
        labels=np.load(target / "labels.npy", allow_pickle=False),
        images_file=target / "images.npy",
        official=bool(np.load(target / "official.npy", allow_pickle=False)),
    )


def _store(target: Path, **arrays: np.ndarray) -> None:
    """Write the arrays in one step, so that two graders at once never read half a file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        made = Path(folder) / "arrays"
        made.mkdir()
        for name, array in arrays.items():
            np.save(made / f"{name}.npy", array, allow_pickle=False)
        try:
            os.replace(made, target)
        except OSError:
            if not (target / "labels.npy").is_file():
                raise
