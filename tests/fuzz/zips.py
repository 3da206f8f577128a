"""Mutations of zip archives: their members, what they say of themselves, and their bytes."""

import io
import random
import stat
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace

from blobs import NUMBERS, mutate_bytes

Mutate = Callable[[str, bytes, random.Random], bytes]
NAMES = (
    *("../x.py", "/etc/x.py", "a/../../x.py", "C:/x.py", "..\\x.py", "\\x.py", "x.py\0.txt", ""),
    *(".", "..", "/", "a/", "a//b.py", "./x.py", "a/./b.py", "é.py", "x" * 250 + ".py", "-rf.py"),
    *("x" * 300 + ".py", "a/" * 13 + "x.py", "a/" * 11 + "x.py", "lab.ipynb/x.py", "X.PY", "\n.py"),
    *("__MACOSX/._x.py", "data/x.py", "data/x.csv", "env/lib/x.py", ".git/x.py", "evidence.json"),
    *("grade.json", "x.zip", "sign_mnist_train.csv", "train-labels-idx1-ubyte", "con.py", "a:b.py"),
    *(
        "\u202ex.py",
        "x.py ",
        " ",
        "~x.py",
        "$HOME.py",
        "x.py/y.py",
        "lab.py",
        "lab.ipynb",
        "utils.py",
    ),
)
LINK = stat.S_IFLNK | 0o777
MODES = (LINK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFDIR | 0o755, stat.S_IFREG, 0, 0o177777)
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
FIELDS = {
    b"PK\x03\x04": ((4, 2), (6, 2), (8, 2), (10, 4), (14, 4), (18, 4), (22, 4), (26, 2), (28, 2)),
    b"PK\x01\x02": (
        *((6, 2), (8, 2), (10, 2), (12, 4), (16, 4), (20, 4), (24, 4), (28, 2), (30, 2), (32, 2)),
        *((34, 2), (36, 2), (38, 4), (42, 4)),
    ),
    b"PK\x05\x06": ((4, 2), (6, 2), (8, 2), (10, 2), (12, 4), (16, 4), (20, 2)),
}
"""Where the words of each kind of header lie, and how many bytes they have (PKWARE's APPNOTE)."""
BOMB = bytes(8_000_000)


@dataclass(frozen=True)
class Member:
    """One file of an archive."""

    name: str
    content: bytes
    method: int = zipfile.ZIP_DEFLATED
    mode: int = stat.S_IFREG | 0o644
    extra: bytes = b""


def packed(members: list[Member], comment: bytes = b"") -> bytes:
    """An archive of ``members``, also of those that zipfile would not write."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.comment = comment
        for member in members:
            archive.NameToInfo.clear()  # it would warn of a name given twice
            info = zipfile.ZipInfo("x")
            info.filename = member.name  # the constructor would cut it at a NUL
            info.compress_type = member.method
            info.external_attr = member.mode << 16
            info.extra = member.extra
            archive.writestr(info, member.content)
    return stream.getvalue()


def members_of(content: bytes) -> list[Member] | None:
    """The members of an archive; ``None`` where it is damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [
                Member(one.filename, archive.read(one), one.compress_type, one.external_attr >> 16)
                for one in archive.infolist()
                if one.file_size <= len(BOMB)
            ]
    except Exception:  # noqa: BLE001 - whatever earlier mutations made zipfile raise
        return None


def _header(content: bytes, rng: random.Random) -> bytes:
    """Change one word of one header: flags, sizes, checksums, offsets, lengths."""
    signature = rng.choice(list(FIELDS))
    places = []
    at = content.find(signature)
    while at >= 0:
        places.append(at)
        at = content.find(signature, at + 1)
    if not places:
        return mutate_bytes(content, rng)
    offset, width = rng.choice(FIELDS[signature])
    at = rng.choice(places) + offset
    number = rng.choice((*NUMBERS, rng.randrange(1 << 16), 9, 12, 14, 93, 97))
    word = (number & ((1 << 8 * width) - 1)).to_bytes(width, "little")
    return content[:at] + word + content[at + width :]


def _member(members: list[Member], rng: random.Random, inside: Mutate) -> list[Member]:
    """Change one member, mostly what it holds."""
    at = rng.randrange(len(members))
    one = members[at]
    kind = rng.random()
    if kind < 0.45:
        one = replace(one, content=inside(one.name, one.content, rng))
    elif kind < 0.65:
        one = replace(one, name=rng.choice(NAMES))
    elif kind < 0.75:
        one = replace(one, mode=rng.choice(MODES))
    elif kind < 0.85:
        one = replace(one, method=rng.choice(METHODS))
    elif kind < 0.9:
        one = replace(
            one, extra=rng.choice((b"\x01\0\x08\0" + bytes(8), b"\x75\x70\1\0x", bytes(99)))
        )
    elif kind < 0.92:
        one = replace(one, content=BOMB)
    else:
        one = replace(one, content=packed([replace(one, name="x.py")]))
    return [*members[:at], one, *members[at + 1 :]]


def _listing(members: list[Member], rng: random.Random) -> list[Member]:
    """Change which members there are."""
    one = rng.choice(members)
    kind = rng.randrange(5)
    if kind == 0:
        return [other for other in members if other is not one]
    if kind == 1:
        return [*members, one]
    if kind == 2:
        return [*members, replace(one, name=rng.choice(NAMES))]
    if kind == 3 and rng.random() < 0.1:
        return [*members, *(Member(f"m{i}.py", b"") for i in range(501))]
    return members[::-1]


def mutate_zip(content: bytes, rng: random.Random, inside: Mutate) -> bytes:
    """Change one thing of an archive; ``inside`` mutates what a member of a name holds."""
    kind = rng.random()
    if kind < 0.15:
        return mutate_bytes(content, rng)
    if kind < 0.4:
        return _header(content, rng)
    members = members_of(content)
    if not members:
        return mutate_bytes(content, rng)
    if kind < 0.45:
        return rng.randbytes(rng.randrange(1, 40)) + content
    if kind < 0.5:
        return packed(members, rng.choice((b"PK\x05\x06", bytes(65_000), b"x")))
    change = _listing(members, rng) if kind < 0.6 else _member(members, rng, inside)
    return packed(change)
