"""Which split sampled rows came from, and which one a program validated on.

What is sampled of the evaluations is the beginning of the first pass and of the latest; passes
between are only heard of. So "train" is said only where each of them went over as many images as
the training set has: a program that also reads validation images, or that holds back a part of its
training images, has passes of another size.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from grader.data.dataset import DataSet
from grader.intake.matching import Match, match
from grader.model.claims import Pass
from grader.model.evidence import SplitName

Rows = NDArray[np.float32]
A_LOOK = 0.01
"""A pass over a smaller share of the validation set is a look at some images: no validation."""


def recognised(samples: Sequence[Rows], data: DataSet) -> list[Match | None]:
    """The public images that each sample (N, ...) shows; ``None`` where most are none.

    All are looked up at once: most of the work is preparing the public images.
    """
    flat = [_flat(rows) for rows in samples]
    ends = np.cumsum([len(rows) for rows in flat])
    found = match(np.concatenate(flat), data)
    parts = [_part(found, end - len(rows), end) for rows, end in zip(flat, ends, strict=True)]
    pairs = zip(flat, parts, strict=True)
    return [part if len(part) and len(part) >= len(rows) / 2 else None for rows, part in pairs]


def _flat(rows: Rows) -> Rows:
    """Rows as (N, 784); none where an input is not a grey image of that size."""
    fits = int(np.prod(rows.shape[1:])) == 784
    return rows.reshape(len(rows), 784) if fits else np.zeros((0, 784), np.float32)


def _part(found: Match, start: int, end: int) -> Match:
    own = (found.rows >= start) & (found.rows < end)
    return Match(
        rows=found.rows[own] - start,
        splits=found.splits[own],
        indices=found.indices[own],
        images=found.images[own],
        sure=found.sure[own],
    )


def split_of(found: Match | None) -> SplitName:
    """The split that all rows but a few strays came from."""
    if found is None:
        return "unknown"
    share = float((found.splits == 1).mean())
    return "train" if share < 0.02 else "valid" if share > 0.98 else "mixed"


def validated_on(found: Match | None, passes: Iterable[Pass], data: DataSet) -> SplitName:
    """The split that evaluations read: ``found`` in a sample of them, ``passes`` are all."""
    split = split_of(found)
    if split != "train":
        return split
    sizes = {one.samples for one in passes if not one.training}
    whole = {size for size in sizes if size >= A_LOOK * len(data.valid)}
    sure = whole == {len(data.train)} and len(data.train) != len(data.valid)
    return "train" if sure else "unknown"
