"""Unpacks a zip that may be hostile: into a fresh folder, nothing outside it, nothing oversized."""

import errno
import io
import os
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from grader.discovery.limits import MAX_BYTES, MAX_FILES, is_skipped
from grader.errors import SubmissionError

CHUNK = 1 << 20
LEVELS = 12
MAX_DIRECTORY = 4_000_000
"""Bytes of an archive's list of contents: some tens of thousands of files."""
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Others are unpacked by Python without a bound on the memory they take."""


def unpack(archive: Path, target: Path) -> None:
    """Extract the ordinary files of ``archive`` below ``target``. Raises SubmissionError.

    Data, caches and results are left out, as in a folder. Sizes are counted while reading: what an
    archive says of itself may be a lie.
    """
    try:
        with _Sips(archive) as file, zipfile.ZipFile(file) as opened:
            left = MAX_BYTES
            wanted = [(one, _path(archive, one)) for one in opened.infolist()]
            members = [(one, path) for one, path in wanted if path is not None]
            if len(members) > MAX_FILES:
                raise _refused(archive, f"it holds more than {MAX_FILES} files")
            for member, path in members:
                left -= _extract(archive, opened, member, target / path, left)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError) as error:
        raise SubmissionError(f"{archive} is not a zip that can be read: pack it again") from error
    except (ValueError, RuntimeError, zlib.error) as error:
        raise SubmissionError(f"{archive} is a damaged zip: pack it again") from error


class _Sips(io.BufferedReader):
    """An archive that is never read in large pieces.

    Its list of contents is read in one, as long as any of its headers says, and is held in memory
    many times over; files are read by chunks.
    """

    def __init__(self, archive: Path) -> None:
        super().__init__(io.FileIO(archive))
        self.archive = archive
        self.size = os.fstat(self.fileno()).st_size
        if self.size > MAX_BYTES:
            self.close()
            raise _refused(archive, f"it is larger than {MAX_BYTES // 10**6} MB")

    def read(self, size: int | None = -1, /) -> bytes:
        left = self.size - self.tell()
        if (left if size is None or size < 0 else min(size, left)) > MAX_DIRECTORY:
            raise _refused(self.archive, "it lists far too many files")
        return super().read(size)


def _refused(archive: Path, why: str) -> SubmissionError:
    return SubmissionError(f"{archive} is refused: {why}; pack the code alone into a new zip")


def _path(archive: Path, member: zipfile.ZipInfo) -> str | None:
    """Where a file of the work belongs; ``None`` for folders and what is no part of it.

    Raises SubmissionError for what no honest zip has.
    """
    name = member.filename.replace("\\", "/")  # Windows packs with backslashes
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or ":" in name.partition("/")[0] or "\0" in name:
        raise _refused(archive, f"{name[:80]!a} would lie outside its folder")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _refused(archive, f"{name[:80]!a} is a link or a device, not a file")
    if not parts or name.endswith("/") or is_skipped(parts):
        return None
    if member.flag_bits & 1:
        raise _refused(archive, "it is encrypted")
    if member.compress_type not in METHODS:
        raise _refused(archive, "it is packed by an unusual method")
    if len(parts) > LEVELS:
        raise _refused(archive, "its folders are nested too deeply")
    return "/".join(parts)


def _extract(
    archive: Path, opened: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, left: int
) -> int:
    """Write one file of at most ``left`` bytes; returns its size."""
    size = 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with opened.open(member) as source, open(path, "xb") as file:
            while chunk := source.read(CHUNK):
                size += len(chunk)
                if size > left:
                    raise _refused(archive, f"it holds more than {MAX_BYTES // 10**6} MB")
                file.write(chunk)
    except (FileExistsError, NotADirectoryError):
        raise _refused(archive, f"it holds {member.filename[:80]!a} twice") from None
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
        raise _refused(archive, f"the name {member.filename[:40]!a}... is too long") from None
    return size
