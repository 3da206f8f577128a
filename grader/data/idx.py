"""Reads MNIST's idx files: a big-endian header (type, dimensions), then bytes."""

import gzip
import math
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from grader.errors import DataError

MAX_BYTES = 500_000_000


def read_bytes(path: Path) -> bytes:
    """Return the content of ``path``, unpacked if it is gzip. Raises DataError."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise DataError(
            f"{path} is missing: run 'grader data fetch' or 'grader data import'"
        ) from None
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path} cannot be read ({error}): get the file again") from None
    if len(content) > MAX_BYTES:
        raise DataError(f"{path} is far larger than any MNIST file: point to the right file")
    return bytes(content)


def parse(content: bytes, dimensions: int, name: str) -> NDArray[np.uint8]:
    """Return the uint8 array in ``content`` with that many dimensions. Raises DataError."""
    header = 4 + 4 * dimensions
    if len(content) < header or content[:4] != bytes([0, 0, 8, dimensions]):
        raise DataError(f"{name} is not an idx file of bytes: get the file again")
    shape = tuple(int(size) for size in np.frombuffer(content, ">u4", dimensions, 4))
    if len(content) != header + math.prod(shape):
        raise DataError(f"{name} is cut short or too long for its header: get the file again")
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)
