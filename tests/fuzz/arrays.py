"""Mutations of arrays in files: safetensors, npy and idx, most of them in the header."""

import json
import random
import re

from blobs import mutate_bytes
from trees import changed, text_of

DTYPES = ("F64", "F16", "BF16", "F8_E4M3", "I64", "U8", "BOOL", "U64", "C64", "F4", "", "X")
SHAPES = ([], [0], [0, 1], [2**40, 0], [2**63], [-1], [1] * 40, [1001, 0], [10**30], ["a"], [1.5])
NUMPY = (
    *("'|O'", "'<f8'", "'<f2'", "'|V4'", "'<U9'", "'>f4'", "'<M8[ns]'", "[('a', '<f4')]", "'<c8'"),
    *(
        "'m8'",
        "''",
        "'O,O'",
        "None",
        "True",
        "False",
        "()",
        "(0,)",
        "(0, 10)",
        "(20, 0)",
        "(-1, 10)",
    ),
    *(
        "(2**70, 1)",
        "(9999999999, 9999999999)",
        "(20,)",
        "(20, 10, 1)",
        "(1,) * 40",
        "{}",
        "'<f4',",
    ),
    *("(20, 10.0)", "[20, 10]", "(True, 10)", "9" * 5000, "(" * 300, "'" * 3, "'('" * 90, "1j"),
    *(
        "('<f4', (9999999999,))",
        "[('a', '<f4', (99999,))]",
        "'<f4' if 1 else 2",
        "'\\x00'",
        "-" * 500,
    ),
)


def mutate_safetensors(content: bytes, rng: random.Random) -> bytes:
    """Change the header of a safetensors file, or how long it says it is, or some bytes."""
    kind = rng.random()
    length = int.from_bytes(content[:8], "little")
    if kind < 0.25 or length > len(content):
        return mutate_bytes(content, rng)
    if kind < 0.3:
        word = rng.choice((0, 1, length - 1, length + 1, 2**31, 2**63, 2**64 - 1, 10**8 + 1))
        return word.to_bytes(8, "little") + content[8:]
    try:
        header = json.loads(content[8 : 8 + length])
        header = _tensor(header, rng) if kind < 0.6 else changed(header, rng)
    except (ValueError, RecursionError):
        return mutate_bytes(content, rng)
    raw = text_of(header).encode()
    raw += b" " * (-len(raw) % 8)
    return len(raw).to_bytes(8, "little") + raw + content[8 + length :]


def _tensor(header: object, rng: random.Random) -> object:
    """Change what is said of one tensor."""
    if not isinstance(header, dict) or not header:
        return changed(header, rng)
    name = rng.choice(sorted(header))
    entry = header[name]
    if not isinstance(entry, dict):
        return changed(header, rng)
    which = rng.randrange(3)
    if which == 0:
        entry["dtype"] = rng.choice(DTYPES)
    elif which == 1:
        entry["shape"] = rng.choice(SHAPES)
    else:
        entry["data_offsets"] = rng.choice(
            ([0, 0], [8, 0], [0, 2**63], [-1, 4], [0], [2**64, 2**64])
        )
    return header


def mutate_npy(content: bytes, rng: random.Random) -> bytes:
    """Change the header of an npy file, which is a Python literal, or some bytes."""
    kind = rng.random()
    length = int.from_bytes(content[8:10], "little")
    if kind < 0.3 or len(content) < 12:
        return mutate_bytes(content, rng)
    if kind < 0.4:
        version = bytes([rng.choice((0, 1, 2, 3, 4, 255)), rng.choice((0, 0, 1))])
        return content[:6] + version + content[8:]
    header = content[10 : 10 + length].decode("latin-1")
    found = [*re.finditer(r"'[^']*'(?!:)|\([^)]*\)|True|False", header)]
    if not found:
        return mutate_bytes(content, rng)
    one = rng.choice(found)
    raw = (header[: one.start()] + rng.choice(NUMPY) + header[one.end() :]).encode("latin-1")
    if rng.random() < 0.1:
        raw = raw[: rng.randrange(len(raw) + 1)]
    return (
        content[:8] + len(raw[:65535]).to_bytes(2, "little") + raw[:65535] + content[10 + length :]
    )


def mutate_idx(content: bytes, rng: random.Random) -> bytes:
    """Change one word of the header of an idx file, or some bytes."""
    if rng.random() < 0.4 or len(content) < 8:
        return mutate_bytes(content, rng)
    at = 4 * rng.randrange(max(1, min(4, len(content) // 4)))
    word = rng.choice((0, 1, 2, 27, 28, 29, 2**31, 2**32 - 1, 0x08030000, 0x00000D03, 784))
    return content[:at] + word.to_bytes(4, "big") + content[at + 4 :]
