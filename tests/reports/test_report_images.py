"""Grey bytes become pictures that any browser reads."""

import base64
import struct
import zlib

import pytest

from grader.reports.images import data_address, png


def decode(data: bytes) -> tuple[int, int, bytes]:
    """Read an 8-bit grey PNG whose rows are not filtered, checking every checksum."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = {}, 8
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", data, at + 8 + length) == (zlib.crc32(kind + body),)
        chunks[kind] = body
        at += 12 + length
    assert list(chunks) == [b"IHDR", b"IDAT", b"IEND"]
    width, height, *rest = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert rest == [8, 0, 0, 0, 0]
    rows = zlib.decompress(chunks[b"IDAT"])
    assert len(rows) == height * (width + 1)
    starts = range(0, len(rows), width + 1)
    assert {rows[start] for start in starts} == {0}
    return width, height, b"".join(rows[start + 1 : start + 1 + width] for start in starts)


def test_every_pixel_survives():
    pixels = bytes((row * 9 + column * 5) % 256 for row in range(28) for column in range(28))
    assert decode(png(pixels)) == (28, 28, pixels)


def test_pictures_need_not_be_square():
    assert decode(png(bytes(range(6)), width=3, height=2)) == (3, 2, bytes(range(6)))


def test_the_wrong_number_of_pixels_is_refused():
    with pytest.raises(ValueError, match="5 bytes are not 3 x 2 pixels"):
        png(bytes(5), width=3, height=2)


def test_base64_becomes_a_data_address():
    pixels = bytes(784)
    address = data_address(base64.b64encode(pixels).decode())
    assert address is not None
    head, _, body = address.partition(",")
    assert head == "data:image/png;base64"
    assert decode(base64.b64decode(body)) == (28, 28, pixels)


@pytest.mark.parametrize("junk", ["", "???", "QUJD", "é", '"><script>'])
def test_what_is_no_picture_gives_no_address(junk):
    assert data_address(junk) is None
