"""Writes what shows a class as a whole: ``index.html`` and ``gradebook.csv``."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from grader.batch.collected import grades
from grader.batch.place import read_roll
from grader.course import find_course
from grader.errors import ResultsError
from grader.model.assignment import Assignment
from grader.model.roll import Roll
from grader.reports.class_page import Graded, render_class
from grader.reports.gradebook import gradebook
from grader.results.atomic import replace as put

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
    graded = [_slim(one) for one in grades(out, roll)]
    page = render_class(roll, graded, assignment, datetime.now(UTC))
    try:
        put(out / BOOK, gradebook(roll, graded).encode())
        put(out / PAGE, page.encode())
    except OSError as error:
        raise ResultsError(
            f"{out / PAGE} cannot be written ({error.strerror}): make room, and run 'grader report "
            f"{out}'"
        ) from None
    return out / PAGE


def _slim(one: Graded) -> Graded:
    """A grade without what only a student's own report shows."""
    less = {"confusion": (), "layers": (), "expected_layers": (), "preprocessing": None}
    measured = one.grade.measurements.model_copy(update=less)
    return replace(one, grade=one.grade.model_copy(update={"measurements": measured}))
