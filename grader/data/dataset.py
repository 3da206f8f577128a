"""A data set as the host sees it: images and labels as arrays, and the folder students read."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.data.fingerprints import Fingerprints, fingerprints

Images = NDArray[np.uint8]
Labels = NDArray[np.int64]
Floats = NDArray[np.floating[Any]]
Facts = Mapping[Path, tuple[int, int]]
"""Size in bytes and time of change in ns of files."""


@dataclass(frozen=True)
class Split:
    """Images (N, 28, 28) with values 0..255, and labels (N,) counted from 0 without gaps.

    ``official`` says whether the files are byte for byte the published ones.
    """

    images: Images
    labels: Labels
    images_file: Path
    official: bool

    @cached_property
    def fingerprints(self) -> Fingerprints:
        """What each image is found by; made when it is first asked for."""
        return fingerprints(self.images)

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class Holdout:
    """A part of the validation set that no process with student code may see.

    ``share`` is what was asked for. ``clusters`` are those of the visible validation images and,
    after them, of the hidden ones ``split``; ``private`` are folders that hold hidden images.
    """

    share: float
    split: Split
    clusters: Labels
    private: tuple[Path, ...]


@dataclass(frozen=True)
class DataSet:
    """One lab's data. ``folder`` has the layout the labs expect under ``./data``.

    ``facts`` are those of the files that were read, at that time: see ``intact``. With a
    ``holdout``, ``valid`` and the files in ``folder`` are without its images.
    """

    name: str
    profile: str
    folder: Path
    train: Split
    valid: Split
    notes: tuple[str, ...] = ()
    facts: Facts = field(default_factory=dict)
    holdout: Holdout | None = None

    @cached_property
    def digest(self) -> str:
        """What its profile, images and labels are known by, as hexadecimal SHA-256."""
        found = hashlib.sha256(self.profile.encode())
        for split in (self.train, self.valid, *([self.holdout.split] if self.holdout else [])):
            found.update(np.ascontiguousarray(split.images).data)
            found.update(np.ascontiguousarray(split.labels).data)
        return found.hexdigest()
