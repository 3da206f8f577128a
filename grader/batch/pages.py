"""Reads a student's report as it is stored, to be handed on."""

import os
from pathlib import Path

from grader.errors import ResultsError
from grader.reports.class_members import Member

PAGE = "report.html"
MOST_BYTES = 20_000_000


def page(place: Path, one: Member) -> bytes:
    """Return the report of a student who has a grade, below the folder of results ``place``.

    A link is not followed: it could lead to anything. Raises ResultsError.
    """
    folder = place / (one.graded.folder if one.graded else one.student)
    path = folder / PAGE
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
