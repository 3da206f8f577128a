"""Reads a student's pages as they are stored, to be handed on."""

import contextlib
import os
from pathlib import Path

from grader.errors import ResultsError
from grader.reports.class_members import Member

PAGE, BESIDE = "report.html", "notebook.html"
MOST_BYTES = 20_000_000


def pages(place: Path, one: Member) -> dict[str, bytes]:
    """Return a student's report, and the page of the notebook it leads to, by their names.

    The student has a grade, below the folder of results ``place``. A report without its notebook is
    whole. Raises ResultsError where there is no report to be read.
    """
    folder = place / (one.graded.folder if one.graded else one.student)
    found = {PAGE: _read(folder, PAGE)}
    with contextlib.suppress(ResultsError):
        found[BESIDE] = _read(folder, BESIDE)
    return found


def _read(folder: Path, name: str) -> bytes:
    """A page of a student's folder. A link is not followed: it could lead to anything."""
    path = folder / name
    try:
        if folder.is_symlink() or path.is_symlink() or not path.is_file():
            raise ResultsError(f"{path} is no file: 'grader report {folder}' makes it")
        with open(path, "rb", opener=_unlinked) as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise ResultsError(
            f"{path} cannot be read ({error.strerror}): 'grader report {folder}' makes it again"
        ) from None
    if len(content) > MOST_BYTES:
        raise ResultsError(
            f"{path} is over {MOST_BYTES // 10**6} MB: 'grader report {folder}' makes it again"
        )
    return content


def _unlinked(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0))
