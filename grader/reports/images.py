"""Shows the images that were read wrongly: grey bytes as PNG, without an imaging library."""

import base64
import binascii
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from grader.model.evidence import Evidence
from grader.reports.confusion import name
from grader.reports.text import percent

SIDE = 28
MOST_IMAGES = 24


@dataclass(frozen=True)
class ImageView:
    """An image that was read wrongly; ``source`` is ``None`` if the picture is unreadable."""

    source: str | None
    actual: str
    predicted: str
    confidence: str


def wrong_images(evidence: Evidence | None, classes: Sequence[str]) -> list[ImageView]:
    """The images the final model got wrong, the first few of them."""
    measured = evidence.measurements if evidence else None
    found = measured.wrong_images if measured else ()
    return [
        ImageView(
            data_address(one.pixels),
            name(classes, one.label),
            name(classes, one.predicted),
            percent(one.confidence, 0),
        )
        for one in found[:MOST_IMAGES]
    ]


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
