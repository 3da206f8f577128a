"""Mutations of bytes, whatever they mean."""

import random
from collections.abc import Callable

JUNK = (
    b"\0",
    b"\xff" * 8,
    b"PK\x05\x06",
    b"PK\x06\x07",
    b"\x93NUMPY",
    b"{",
    b"\r\n",
    b"\xed\xa0\x80",
)
NUMBERS = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def _place(content: bytes, rng: random.Random) -> int:
    """Anywhere; more often near an end, where headers and tables lie."""
    near = min(len(content), 200)
    where = rng.random()
    if where < 0.4:
        return rng.randrange(near + 1)
    return (
        len(content) - rng.randrange(near + 1) if where < 0.6 else rng.randrange(len(content) + 1)
    )


def _flip(content: bytes, rng: random.Random) -> bytes:
    at = min(_place(content, rng), len(content) - 1)
    return content[:at] + bytes([content[at] ^ (1 << rng.randrange(8))]) + content[at + 1 :]


def _set(content: bytes, rng: random.Random) -> bytes:
    at = min(_place(content, rng), len(content) - 1)
    return content[:at] + bytes([rng.randrange(256)]) + content[at + 1 :]


def _number(content: bytes, rng: random.Random) -> bytes:
    width = rng.choice((1, 2, 4, 8))
    number = rng.choice(NUMBERS) & ((1 << 8 * width) - 1)
    word = number.to_bytes(width, rng.choice(("little", "big")))
    at = _place(content, rng)
    return content[:at] + word + content[at + width :]


def _insert(content: bytes, rng: random.Random) -> bytes:
    at = _place(content, rng)
    return content[:at] + (rng.choice((*JUNK, rng.randbytes(rng.randrange(1, 9))))) + content[at:]


def _delete(content: bytes, rng: random.Random) -> bytes:
    at = _place(content, rng)
    return content[:at] + content[at + rng.choice((1, 2, 4, 16, 256)) :]


def _truncate(content: bytes, rng: random.Random) -> bytes:
    return content[: _place(content, rng)]


def _repeat(content: bytes, rng: random.Random) -> bytes:
    at, length = _place(content, rng), rng.choice((1, 4, 64, 1024))
    return content[:at] + content[at : at + length] * rng.choice((2, 3, 30)) + content[at:]


def _move(content: bytes, rng: random.Random) -> bytes:
    first, second = sorted((_place(content, rng), _place(content, rng)))
    return content[second:] + content[first:second] + content[:first]


OPERATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *(_flip, _set, _number, _insert, _delete, _truncate, _repeat, _move),
)


def mutate_bytes(content: bytes, rng: random.Random) -> bytes:
    """Change ``content`` in one place."""
    return rng.choice(OPERATIONS)(content, rng) if content else rng.randbytes(rng.randrange(1, 40))
