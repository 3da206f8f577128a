"""A data set as the host sees it: images and labels as arrays, and the folder students read."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.uint8]
Labels = NDArray[np.int64]
Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Split:
    """Images (N, 28, 28) with values 0..255, and labels (N,) counted from 0 without gaps.

    ``official`` says whether the files are byte for byte the published ones.
    """

    images: Images
    labels: Labels
    images_file: Path
    official: bool

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class DataSet:
    """One lab's data. ``folder`` has the layout the labs expect under ``./data``."""

    name: str
    profile: str
    folder: Path
    train: Split
    valid: Split
    notes: tuple[str, ...] = ()
