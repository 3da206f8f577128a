"""Writes what shows a class as a whole: ``index.html`` and ``gradebook.csv``."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from grader.batch.place import ROLL, read_roll
from grader.course import find_course
from grader.errors import ResultsError
from grader.model.assignment import Assignment
from grader.model.grade import Grade
from grader.model.roll import Entry, Roll
from grader.reports.class_page import Graded, render_class
from grader.reports.gradebook import gradebook
from grader.results.atomic import replace

PAGE, BOOK = "index.html", "gradebook.csv"


def refresh_picture(results: Path, course: Path | None) -> None:
    """Write the picture again of the class whose results, or one of them, lie in ``results``.

    Does nothing where they were made one by one. Raises CallerError.
    """
    for out in (results, results.resolve().parent):
        roll = read_roll(out)
        if roll is not None:
            write_picture(out, roll, find_course(course).assignment(roll.assignment))
            return


def write_picture(out: Path, roll: Roll | None, assignment: Assignment) -> Path:
    """Write both files from the grades below ``out``; return the page. Raises ResultsError."""
    graded = list(_grades(out, roll))
    page = render_class(roll, graded, assignment, datetime.now(UTC))
    try:
        replace(out / BOOK, gradebook(roll, graded).encode())
        replace(out / PAGE, page.encode())
    except OSError as error:
        raise ResultsError(
            f"{out / PAGE} cannot be written ({error.strerror}): make room, and run 'grader report "
            f"{out}'"
        ) from None
    return out / PAGE


def _grades(out: Path, roll: Roll | None) -> Iterator[Graded]:
    """Every grade that can be read, without what only a student's own report shows.

    With a roll, those of its entries: a folder may hold results of earlier classes and of earlier
    work, too.
    """
    entries = {entry.student: entry for entry in roll.entries} if roll is not None else {}
    for path in sorted(out.glob("[!.]*/grade.json")):
        folder = path.parent.name
        if roll is not None and folder not in entries:
            continue
        try:
            grade = Grade.model_validate_json(path.read_bytes())
        except (OSError, ValidationError, ValueError):
            continue
        if roll is not None and _is_of_earlier_work(path, grade, entries[folder]):
            continue
        slim = {"confusion": (), "layers": (), "expected_layers": (), "preprocessing": None}
        grade = grade.model_copy(
            update={"measurements": grade.measurements.model_copy(update=slim)}
        )
        yield Graded(folder=folder, grade=grade, entry=entries.get(folder))


def _is_of_earlier_work(path: Path, grade: Grade, entry: Entry) -> bool:
    """Whether a grade is of other bytes than were handed in by the roll, and was there before it.

    What somebody graded by itself since then is later work. Of a result, the log alone is as old as
    the run.
    """
    if not entry.sha256 or grade.submission.sha256 == entry.sha256:
        return False
    try:
        ran = path.with_name("stdout.txt").stat().st_mtime
        return ran < path.parent.with_name(ROLL).stat().st_mtime
    except OSError:
        return True
