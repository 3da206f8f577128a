"""Imports what people really have: idx files, torchvision's folder, Kaggle's or the course's CSVs.

Everything is parsed before anything is written; files land under the data folder in the labs'
layout, ASL with the course's labels, each replaced in one step. Thresholds were measured on the
published files, so nothing else takes their place unasked.
"""

import contextlib
import hashlib
import os
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from grader.data.checksums import OFFICIAL_MD5, is_official
from grader.data.dataset import Images, Labels
from grader.data.idx import MAX_BYTES, parse, read_bytes
from grader.data.readers import ASL_FILES, HEADER, MNIST_FILES, parse_csv
from grader.errors import DataError

ASL_NAMES = {
    "sign_mnist_train.csv": "train",
    "sign_mnist_valid.csv": "valid",
    "sign_mnist_test.csv": "valid",
}
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)
"""LZMA is unpacked with as much memory as the archive asks for."""
UNPACKING = (zipfile.BadZipFile, OSError, EOFError, RuntimeError, ValueError, zlib.error)
"""What damage makes zipfile raise; RuntimeError for a password or an unknown packing."""

IDX_NAMES = {
    Path(file).name: (file, 3 if "images" in file else 1)
    for files in MNIST_FILES.values()
    for file in files
}


def import_path(source: Path, target: Path, *, replace: bool = False) -> list[str]:
    """Import the file, folder or zip ``source`` into ``target``; return the files written.

    Raises DataError when nothing in it is a data file, one of them is damaged, or one would take
    the place of a published file without being it, unless ``replace`` allows that.
    """
    if not source.exists():
        raise DataError(f"there is nothing at {source}: give the path of the data you have")
    contents = {name: content for name, content in _contents(source) if _known(name)}
    if not contents:
        raise DataError(
            f"{source} holds none of the files looked for "
            f"({', '.join([*IDX_NAMES, *ASL_NAMES])}): point to the folder or zip that does"
        )
    made = dict(_normalised(name, content) for name, content in contents.items())
    if not replace:
        _require_no_loss(made, source, target)
    for file, content in made.items():
        _write(target / file, content)
    return sorted(made)


def _require_no_loss(made: Mapping[str, bytes], source: Path, target: Path) -> None:
    for file, content in made.items():
        digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
        if digest != OFFICIAL_MD5[file] and _is_published(target, file):
            raise DataError(
                f"{target / file} is the published file and what {source} holds is not: add "
                "--replace to lose the published one, or name another folder with --to"
            )


def _is_published(folder: Path, file: str) -> bool:
    try:
        return is_official(folder, (file,))
    except OSError:
        return False  # not there, or out of reach, which writing will say


def _known(name: str) -> bool:
    return name.removesuffix(".gz") in IDX_NAMES or name in ASL_NAMES


def _contents(source: Path) -> Iterator[tuple[str, bytes]]:
    """Yield (file name, content) of every known file in a file, folder or zip.

    Archives in a folder come first, so what already lies unpacked beside them is what counts.
    """
    if source.is_dir():
        paths = [path for path in sorted(source.rglob("*")) if path.is_file()]
        for path in paths:
            if path.suffix.lower() == ".zip" and _is_zip(path):
                yield from _zip_contents(path)
        for path in paths:
            if _known(path.name):
                yield path.name, read_bytes(path)
    elif _is_zip(source):
        yield from _zip_contents(source)
    elif _known(source.name):
        yield source.name, read_bytes(source)


def _is_zip(path: Path) -> bool:
    try:
        return zipfile.is_zipfile(path)
    except zipfile.BadZipFile:  # the end of one, as of an archive in several parts
        return True


def _zip_contents(source: Path) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(source) as archive:
            for item in archive.infolist():
                name = Path(item.filename).name
                if _known(name):
                    if item.file_size > MAX_BYTES:
                        raise DataError(f"{name} in {source} is far too large to be right")
                    if item.compress_type not in METHODS:
                        raise DataError(
                            f"{name} in {source} is packed in an unusual way: unpack it"
                        )
                    yield name, archive.read(item)
    except UNPACKING as error:
        raise DataError(f"{source} cannot be unpacked ({error}): get the archive again") from None


def _normalised(name: str, content: bytes) -> tuple[str, bytes]:
    """Return (file in the labs' layout, verified content)."""
    if name in ASL_NAMES:
        images, labels = parse_csv(content, name)
        (file,) = ASL_FILES[ASL_NAMES[name]]
        return file, _csv(images, labels)
    if name.endswith(".gz") and content[:2] == b"\x1f\x8b":
        raise DataError(f"{name} is packed twice: unpack it once and import it again")
    file, dimensions = IDX_NAMES[name.removesuffix(".gz")]
    parse(content, dimensions, name)
    return file, content


def _csv(images: Images, labels: Labels) -> bytes:
    """The course's CSV, byte for byte as it is published: header, LF, no quotes."""
    table = np.column_stack([labels, images.reshape(len(images), -1)])
    # Formatting 22 million numbers one by one takes half a minute; a table of 256 words does not.
    words = np.array([str(value) for value in range(256)], dtype=object)
    rows = (",".join(row) for row in words[table])
    return (HEADER + "\n" + "\n".join(rows) + "\n").encode("ascii")


def _write(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(content)
        os.replace(temporary, path)
    except OSError as error:
        raise DataError(
            f"{path} cannot be written ({error.strerror}): free some space or name another "
            "folder with --to"
        ) from None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
