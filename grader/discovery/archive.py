"""Unpacks a zip that may be hostile: into a fresh folder, nothing outside it, nothing oversized."""

import errno
import io
import os
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from grader.discovery.limits import Limits, is_skipped
from grader.errors import SubmissionError

CHUNK = 1 << 20
MAX_DIRECTORY = 4_000_000
"""Bytes of an archive's list of contents: some tens of thousands of files."""
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Others are unpacked by Python without a bound on the memory they take."""
UTF8 = 0x800
"""Marks a name in UTF-8; without it Python reads the code page of MS-DOS."""
NO_ZIP = (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError)
DAMAGE = (ValueError, RuntimeError, zlib.error)
"""What Python raises over bytes that are no zip's, and over those of one that is damaged."""

Refusal = Callable[[str, str], None]
"""Hears of one file that is refused: its name in the archive, and why."""


def unpack(
    archive: Path, target: Path, limits: Limits | None = None, left_out: Refusal | None = None
) -> None:
    """Extract the ordinary files of ``archive`` below ``target``. Raises SubmissionError.

    Data, caches and results are left out, as in a folder. Sizes are counted while reading: what an
    archive says of itself may be a lie. A file that is damaged, or that no honest zip of one's work
    has, refuses all of it; with ``left_out`` only that file, since of many people's work one file
    is one person's.
    """
    try:
        with _Sips(archive, limits or Limits()) as file, zipfile.ZipFile(file) as opened:
            _unpack(file, opened, target, left_out or file.refuse_for)
    except NO_ZIP as error:
        raise SubmissionError(f"{archive} is not a zip that can be read: pack it again") from error
    except DAMAGE as error:
        raise SubmissionError(f"{archive} is a damaged zip: pack it again") from error


class _Unfit(Exception):
    """One file of an archive is refused; says why."""


class _Sips(io.BufferedReader):
    """An archive that is never read in large pieces.

    Its list of contents is read in one, as long as any of its headers says, and is held in memory
    many times over; files are read by chunks.
    """

    def __init__(self, archive: Path, limits: Limits) -> None:
        super().__init__(io.FileIO(archive))
        self.archive = archive
        self.limits = limits
        self.size = os.fstat(self.fileno()).st_size
        if self.size > limits.max_bytes:
            self.close()
            raise self.refused(f"it is larger than {limits.max_bytes // 10**6} MB")

    def read(self, size: int | None = -1, /) -> bytes:
        left = self.size - self.tell()
        if (left if size is None or size < 0 else min(size, left)) > MAX_DIRECTORY:
            raise self.refused("it lists far too many files")
        return super().read(size)

    def refused(self, why: str) -> SubmissionError:
        return SubmissionError(f"{self.archive} is refused: {why}; {self.limits.remedy}")

    def refuse_for(self, name: str, why: str) -> None:
        """Refuse all for one file."""
        raise self.refused(why)


def _unpack(file: _Sips, opened: zipfile.ZipFile, target: Path, unfit: Refusal) -> None:
    limits = file.limits
    members = list(_members(opened, limits, unfit))
    if len(members) > limits.max_files:
        raise file.refused(f"it holds more than {limits.max_files} files")
    left = limits.max_bytes
    for member, path in members:
        try:
            left -= _extract(file, opened, member, target / path, left)
        except _Unfit as error:
            unfit(member.filename, str(error))


def _members(
    opened: zipfile.ZipFile, limits: Limits, unfit: Refusal
) -> Iterator[tuple[zipfile.ZipInfo, str]]:
    for member in opened.infolist():
        member.filename = _named(member)
        try:
            path = _path(member, limits)
        except _Unfit as error:
            unfit(member.filename, str(error))
        else:
            if path is not None:
                yield member, path


def _named(member: zipfile.ZipInfo) -> str:
    """The name as whoever packed it meant it: macOS and Info-ZIP write UTF-8 without saying so."""
    if member.flag_bits & UTF8:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return member.filename


def _path(member: zipfile.ZipInfo, limits: Limits) -> str | None:
    """Where a file of the work belongs; ``None`` for folders and what is no part of it.

    Raises _Unfit for what no honest zip has.
    """
    name = member.filename.replace("\\", "/")  # Windows packs with backslashes
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or ":" in name.partition("/")[0] or "\0" in name:
        raise _Unfit(f"{name[:80]!a} would lie outside its folder")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _Unfit(f"{name[:80]!a} is a link or a device, not a file")
    if not parts or name.endswith("/") or is_skipped(parts):
        return None
    if member.flag_bits & 1:
        raise _Unfit("it is encrypted")
    if member.compress_type not in METHODS:
        raise _Unfit("it is packed by an unusual method")
    if len(parts) > limits.max_levels:
        raise _Unfit("its folders are nested too deeply")
    return "/".join(parts)


def _extract(
    file: _Sips, opened: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, left: int
) -> int:
    """Write one file of at most ``left`` bytes, or nothing of it; returns its size."""
    size = 0
    begun = False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with opened.open(member) as source, open(path, "xb") as written:
            begun = True
            while chunk := source.read(CHUNK):
                size += len(chunk)
                if size > left:
                    raise file.refused(f"it holds more than {file.limits.max_bytes // 10**6} MB")
                written.write(chunk)
    except (*NO_ZIP, *DAMAGE):
        if begun:  # else another file of that name may be there
            path.unlink()
        raise _Unfit(f"{member.filename[:80]!a} is damaged") from None
    except (FileExistsError, NotADirectoryError):
        raise _Unfit(f"it holds {member.filename[:80]!a} twice") from None
    except OSError as error:
        if error.errno == errno.EINVAL:  # it would begin before the archive does
            raise _Unfit(f"{member.filename[:80]!a} is damaged") from None
        if error.errno != errno.ENAMETOOLONG:
            raise
        raise _Unfit(f"the name {member.filename[:40]!a}... is too long") from None
    return size
