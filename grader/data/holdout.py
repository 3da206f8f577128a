"""Keeps a part of the validation set from submissions: ``--holdout F``.

Validation images come in near-duplicates, and who knows one knows all of them. So whole clusters
are held out, in every class about the same share. Student code finds its files as ever, with fewer
rows; the hidden images go to sandbox B without labels, as all images do.
"""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from grader.data.clusters import Mask, Strata, clusters_of
from grader.data.dataset import DataSet, Holdout, Split
from grader.data.idx import parse, read_bytes
from grader.data.intact import facts_of
from grader.data.once import made_once
from grader.data.places import cache_folder
from grader.data.readers import FILES
from grader.data.stage import link
from grader.errors import DataError

LEAST, MOST = 0.05, 0.5
"""Less than the least detects nothing; more than the most leaves too little to validate on."""


def require_share(share: float) -> None:
    """Raises DataError where so much cannot be held out."""
    if not LEAST <= share <= MOST:
        raise DataError(
            f"--holdout {share:g} is not a share of the validation images that can be held out: "
            f"give a number from {LEAST:g} to {MOST:g}, such as 0.2"
        )


def hold_out(data: DataSet, share: float, seed: int) -> DataSet:
    """Return ``data`` without a part of its validation images, which is its ``holdout`` then.

    The same images and seed give the same part. Raises DataError where ``share`` is out of bounds
    or no class has two clusters.
    """
    require_share(share)
    clusters = clusters_of(data.valid.images, data.valid.labels)
    hidden = Strata(clusters, data.valid.labels, share).part(seed)
    if not hidden.any():
        raise DataError(
            "nothing can be held out: in no class are there two validation images that differ "
            "enough; leave out --holdout, or give more data"
        )
    kept = made_once(
        cache_folder() / "holdout" / _key(data, hidden), lambda to: _make(data, hidden, to)
    )
    visible = _split(data.valid, ~hidden, kept / "valid.npy")
    part = Holdout(
        share=share,
        split=_split(data.valid, hidden, kept / "holdout.npy"),
        clusters=np.concatenate([clusters[~hidden], clusters[hidden]]),
        private=(data.folder, cache_folder()),
    )
    note = (
        f"{hidden.sum():,} of the {len(hidden):,} validation images, "
        f"{len(np.unique(clusters[hidden])):,} of {clusters.max() + 1:,} groups of "
        "near-duplicates, were held out: the program validates on the rest, and may fail where it "
        "counts on their full number."
    )
    folder = kept / "data"
    return replace(
        data,
        folder=folder,
        valid=visible,
        notes=(*data.notes, note),
        facts=facts_of(folder, data.name),
        holdout=part,
    )


def _key(data: DataSet, hidden: Mask) -> str:
    """What the files depend on: those that they are made from, and which rows are left out."""
    names = [split.images_file.parent.name for split in (data.train, data.valid)]
    return hashlib.sha256("\n".join(names).encode() + hidden.tobytes()).hexdigest()[:24]


def _split(whole: Split, rows: Mask, images_file: Path) -> Split:
    images = np.load(images_file, mmap_mode="r", allow_pickle=False)
    return Split(images, whole.labels[rows], images_file, official=False)


def _make(data: DataSet, hidden: Mask, target: Path) -> None:
    """Write the images of both parts, and the data folder without the hidden one."""
    target.mkdir(parents=True)
    np.save(target / "valid.npy", data.valid.images[~hidden], allow_pickle=False)
    np.save(target / "holdout.npy", data.valid.images[hidden], allow_pickle=False)
    for file in FILES[data.name]["train"]:
        link(data.folder / file, target / "data" / file)
    for file in FILES[data.name]["valid"]:
        place = target / "data" / file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(ROWS[data.name](read_bytes(data.folder / file), ~hidden))


def _idx_rows(content: bytes, rows: Mask) -> bytes:
    """An idx file with some of its rows; the header's first number is how many."""
    array = parse(content, content[3], "the validation file")[rows]
    return (
        content[:4]
        + len(array).to_bytes(4, "big")
        + content[8 : 4 + 4 * array.ndim]
        + array.tobytes()
    )


def _csv_rows(content: bytes, rows: Mask) -> bytes:
    head, _, body = content.partition(b"\n")
    lines = zip(body.strip().splitlines(), rows, strict=True)
    return b"\n".join([head.rstrip(b"\r"), *(line for line, wanted in lines if wanted), b""])


ROWS: dict[str, Callable[[bytes, Mask], bytes]] = {"mnist": _idx_rows, "asl": _csv_rows}
