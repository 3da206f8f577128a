"""What travels to a machine that shares no disk with this one: a submission, and the course."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from grader.batch.work import Work
from grader.course import Course
from grader.discovery import open_submission
from grader.discovery.find import is_archive
from grader.errors import SubmissionError
from grader.pipeline import Request

OF_A_COURSE = (
    *("assignments/*/assignment.yaml", "rubrics/*.yaml", "rubrics/baselines/*.json"),
    "checks/**/*.py",
)
"""What grading reads of a course; the handouts and worked solutions stay where they are."""
RUBRIC = "asked.yaml"


@dataclass(frozen=True)
class Parcel:
    """The files of a submission by name; ``single`` where one file was handed in, no folder."""

    files: Mapping[str, bytes]
    single: bool


def pack(work: Work) -> tuple[Work, Parcel]:
    """Return ``work`` as it is told elsewhere, and its files, no more than discovery allows.

    Whoever unpacks them finds the same submission: the same files, main file and origin. Raises
    SubmissionError where it cannot be read any more.
    """
    with open_submission(work.path, work.student, work.main) as submission:
        try:
            files = {name: (submission.folder / name).read_bytes() for name in submission.files}
        except OSError as error:
            raise SubmissionError(
                f"{work.path} cannot be read ({error.strerror}): check the path and its rights"
            ) from None
    single = work.path.is_file() and not is_archive(work.path)
    main = None if single else submission.main
    origin = work.origin or submission.origin
    return replace(work, main=main, origin=origin), Parcel(files, single)


def unpack(work: Work, parcel: Parcel, folder: Path) -> Work:
    """Write the files below the empty ``folder``, and return ``work`` with where they lie."""
    write(parcel.files, folder)
    return replace(work, path=folder / next(iter(parcel.files)) if parcel.single else folder)


def pack_course(course: Course, rubric: Path | None) -> dict[str, bytes]:
    """What grading reads of ``course``, by name, and the ``rubric`` that was asked for."""
    paths = {path for pattern in OF_A_COURSE for path in course.folder.glob(pattern)}
    files = {path.relative_to(course.folder).as_posix(): path.read_bytes() for path in paths}
    return files if rubric is None else files | {RUBRIC: rubric.read_bytes()}


def unpack_course(files: Mapping[str, bytes], request: Request, folder: Path) -> Request:
    """Write a course into ``folder``, and return the request for it."""
    write(files, folder)
    return replace(request, course=folder, rubric=folder / RUBRIC if RUBRIC in files else None)


def write(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files by their names below ``folder``."""
    for name, content in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
