"""Unpacks a zip that may be hostile: into a fresh folder, nothing outside it, nothing oversized."""

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from grader.discovery.limits import MAX_BYTES, MAX_FILES, is_skipped
from grader.errors import SubmissionError

CHUNK = 1 << 20
LEVELS = 12


def unpack(archive: Path, target: Path) -> None:
    """Extract the ordinary files of ``archive`` below ``target``. Raises SubmissionError.

    Data, caches and results are left out, as in a folder. Sizes are counted while reading: what an
    archive says of itself may be a lie.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            left = MAX_BYTES
            members = [one for one in opened.infolist() if _wanted(archive, one)]
            if len(members) > MAX_FILES:
                raise _refused(archive, f"it holds more than {MAX_FILES} files")
            for member in members:
                left -= _extract(archive, opened, member, target, left)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError) as error:
        raise SubmissionError(f"{archive} is not a zip that can be read: pack it again") from error
    except (ValueError, RuntimeError, zlib.error) as error:
        raise SubmissionError(f"{archive} is a damaged zip: pack it again") from error


def _refused(archive: Path, why: str) -> SubmissionError:
    return SubmissionError(f"{archive} is refused: {why}; pack the code alone into a new zip")


def _wanted(archive: Path, member: zipfile.ZipInfo) -> bool:
    """Whether a member is a file of the work. Raises SubmissionError for what no honest zip has."""
    name = member.filename.replace("\\", "/")
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or ":" in name.partition("/")[0] or "\0" in name:
        raise _refused(archive, f"{name[:80]!a} would lie outside its folder")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _refused(archive, f"{name[:80]!a} is a link or a device, not a file")
    if member.flag_bits & 1:
        raise _refused(archive, "it is encrypted")
    if len(parts) > LEVELS:
        raise _refused(archive, "its folders are nested too deeply")
    return not member.is_dir() and not is_skipped(parts)


def _extract(
    archive: Path, opened: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, left: int
) -> int:
    """Write one file of at most ``left`` bytes; returns its size."""
    path = target / member.filename.replace("\\", "/")
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
    return size
