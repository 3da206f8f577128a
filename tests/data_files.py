"""Writes small data sets in the formats people really have."""

import struct
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from grader.data.readers import HEADER


def idx(array: np.ndarray) -> bytes:
    """An idx file of bytes."""
    header = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.astype(np.uint8).tobytes()


def csv(labels: Iterable[int], images: np.ndarray, end: str = "\n") -> bytes:
    """A Sign Language MNIST file."""
    rows = [
        ",".join(str(value) for value in (label, *image.ravel().tolist()))
        for label, image in zip(labels, images, strict=True)
    ]
    return (end.join([HEADER, *rows]) + end).encode()


def some_images(count: int, seed: int = 0) -> np.ndarray:
    """Random images (count, 28, 28)."""
    return np.random.default_rng(seed).integers(0, 256, (count, 28, 28)).astype(np.uint8)


def write_mnist(folder: Path, train: int = 12, valid: int = 6) -> Path:
    """MNIST in the labs' layout."""
    raw = folder / "MNIST/raw"
    raw.mkdir(parents=True, exist_ok=True)
    for name, count in (("train", train), ("t10k", valid)):
        (raw / f"{name}-images-idx3-ubyte").write_bytes(idx(some_images(count)))
        (raw / f"{name}-labels-idx1-ubyte").write_bytes(idx(np.arange(count) % 10))
    return folder


def write_asl(folder: Path, train: int = 26, valid: int = 24) -> Path:
    """ASL in the labs' layout, with the course's labels."""
    (folder / "asl_data").mkdir(parents=True, exist_ok=True)
    for name, count in (("train", train), ("valid", valid)):
        content = csv(np.arange(count) % 24, some_images(count, seed=1))
        (folder / f"asl_data/sign_mnist_{name}.csv").write_bytes(content)
    return folder
