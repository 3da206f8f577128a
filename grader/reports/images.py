"""Shows the images that were read wrongly: grey bytes as PNG, without an imaging library."""

import base64
import binascii
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from grader.model.evidence import Evidence, WrongImage
from grader.reports.confusion import Pair, name
from grader.reports.text import percent

SIDE = 28
MOST_IMAGES = 24
MOST_OF_A_PAIR = 3


@dataclass(frozen=True)
class ImageView:
    """An image that was read wrongly; ``source`` is ``None`` if the picture is unreadable."""

    source: str | None
    actual: str
    predicted: str
    confidence: str


class Gallery(NamedTuple):
    """The wrong images: some of each pair mixed up most, and the others."""

    pairs: tuple[tuple[Pair, tuple[ImageView, ...]], ...]
    others: tuple[ImageView, ...]

    @property
    def empty(self) -> bool:
        """Whether there is no image at all."""
        return not (self.others or any(images for _, images in self.pairs))


def gallery(evidence: Evidence | None, classes: Sequence[str], pairs: Sequence[Pair]) -> Gallery:
    """Sort the images the final model got wrong, the first few of them, to their pairs."""
    measured = evidence.measurements if evidence else None
    left = list(measured.wrong_images[:MOST_IMAGES]) if measured else []
    found = []
    for pair in pairs:
        own = [one for one in left if (one.label, one.predicted) == pair.labels][:MOST_OF_A_PAIR]
        left = [one for one in left if one not in own]
        found.append((pair, tuple(_view(one, classes) for one in own)))
    return Gallery(tuple(found), tuple(_view(one, classes) for one in left))


def _view(one: WrongImage, classes: Sequence[str]) -> ImageView:
    return ImageView(
        data_address(one.pixels),
        name(classes, one.label),
        name(classes, one.predicted),
        percent(one.confidence, 0),
    )


def png(pixels: bytes, width: int = SIDE, height: int = SIDE) -> bytes:
    """Encode ``height`` rows of ``width`` grey bytes as an 8-bit PNG (PNG 1.2, sections 3 to 4)."""
    if len(pixels) != width * height:
        raise ValueError(f"{len(pixels)} bytes are not {width} x {height} pixels")
    rows = (pixels[start : start + width] for start in range(0, len(pixels), width))
    unfiltered = b"".join(b"\0" + row for row in rows)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(unfiltered, 9))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def data_address(encoded: str) -> str | None:
    """Return a ``data:`` address for base64 of 28 x 28 grey bytes; ``None`` if it is not that."""
    try:
        pixels = base64.b64decode(encoded, validate=True)
        return "data:image/png;base64," + base64.b64encode(png(pixels)).decode("ascii")
    except (binascii.Error, ValueError):
        return None
