"""Lets a picture from a student's notebook through if it is a PNG or JPEG of sane size."""

import base64
import binascii
import struct
from typing import NamedTuple

from markupsafe import Markup

LARGEST = 700_000
"""Bytes of one picture."""
WIDEST = 6000
"""Pixels of a side: a small file may unfold to more than a browser can hold."""
PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG's markers that say how large a picture is."""
ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
"""JPEG's markers that nothing follows."""


class Picture(NamedTuple):
    """A picture as an address that holds it, and its size in pixels."""

    source: Markup
    width: int
    height: int


def picture(kind: str, encoded: str) -> Picture | None:
    """Return the picture in base64 ``encoded`` if it is what ``kind`` says, else ``None``.

    What it is, is read from its bytes; the address holds these and nothing of the text.
    """
    if not encoded or len(encoded) > 2 * LARGEST:
        return None
    try:
        content = base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    size = _png(content) if kind == "image/png" else _jpeg(content)
    if len(content) > LARGEST or size is None or not all(0 < side <= WIDEST for side in size):
        return None
    address = f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
    return Picture(Markup(address), *size)  # noqa: S704 - there is nothing in it to escape


def _png(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, whose first chunk is its header."""
    if not content.startswith(PNG) or len(content) < 24 or content[12:16] != b"IHDR":
        return None
    width, height = struct.unpack_from(">II", content, 16)
    return width, height


def _jpeg(content: bytes) -> tuple[int, int] | None:
    """Width and height of a JPEG, from the first frame among its segments."""
    at = 2
    while content.startswith(JPEG) and at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker in FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 5)
            return width, height
        if marker == 0xFF:  # filling
            at += 1
        elif marker in ALONE:
            at += 2
        else:
            at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None
