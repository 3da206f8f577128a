"""A list of contents that is too long is refused before it is held in memory, whatever hides it."""

import io
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.discovery import open_submission
from grader.discovery.archive import MAX_DIRECTORY
from grader.errors import SubmissionError

MB = 1_000_000
END = 22
"""Bytes of the record at the end of an archive without a comment (PKWARE's APPNOTE, 4.3.16)."""


def listing(size: int) -> bytes:
    """An archive of a script whose list of contents has at least ``size`` bytes: a comment."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("lab.py", "x = 1")
        for number in range(size // 65_000 + 1):
            info = zipfile.ZipInfo(f"{number}.txt")
            info.comment = b"x" * 65_000
            archive.writestr(info, "")
    return stream.getvalue()


def as_it_is(content: bytes) -> bytes:
    """The end says how long the list is."""
    return content


def told_elsewhere(content: bytes) -> bytes:
    """A record for large archives (4.3.14) says it; the end, which is not asked then, says 46."""
    count, size, offset = struct.unpack("<HLL", content[-12:-2])
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, offset)
    where = struct.pack("<4sLQL", b"PK\6\7", 0, len(content) - END, 1)
    end = content[-END:-10] + struct.pack("<L", 46) + content[-6:]
    return content[:-END] + record + where + end


def with_a_second_end_in_the_end(content: bytes) -> bytes:
    """The numbers of disks, which nobody reads, look like the beginning of another end."""
    return content[:-18] + b"PK\5\6" + content[-14:]


@pytest.mark.parametrize("hide", [as_it_is, told_elsewhere, with_a_second_end_in_the_end])
def test_too_long_a_list_is_refused(tmp_path: Path, hide: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "lab.zip"
    path.write_bytes(hide(listing(MB)))
    with open_submission(path) as found:
        assert found.main == "lab.py"
    path.write_bytes(hide(listing(MAX_DIRECTORY)))
    tracemalloc.start()
    try:
        with (
            pytest.raises(SubmissionError, match="it lists far too many files"),
            open_submission(path),
        ):
            pass
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < MB


def test_a_part_of_an_archive_in_several_is_refused_by_any_name(tmp_path: Path) -> None:
    content = told_elsewhere(listing(1))
    at = content.index(b"PK\6\7")
    for name in ("lab.zip", "lab.z02"):
        path = tmp_path / name
        path.write_bytes(content[: at + 16] + struct.pack("<L", 3) + content[-END:])
        with pytest.raises(SubmissionError, match="pack it again"), open_submission(path):
            pass
