"""Reads the grades of a class, or of one student, as others want them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from grader.batch.place import ROLL, read_roll
from grader.errors import ResultsError
from grader.model.grade import Grade
from grader.model.roll import Entry, Roll, Student
from grader.reports.class_members import Graded, Member, members

GRADE = "grade.json"


@dataclass(frozen=True)
class Collected:
    """The grades below the folder ``out``.

    ``damaged`` has a sentence for each that cannot be read. ``known`` are all of the class, also
    where one student alone is asked for.
    """

    out: Path
    known: tuple[Student, ...]
    roll: Roll | None
    graded: tuple[Graded, ...]
    damaged: tuple[str, ...]

    @property
    def assignment(self) -> str:
        """The lab they are about."""
        return self.roll.assignment if self.roll else self.graded[0].grade.assignment

    @property
    def members(self) -> tuple[Member, ...]:
        """Everybody by name."""
        return members(self.roll, self.graded)


def collect(results: Path) -> Collected:
    """Read what lies in ``results``, a class's folder or one student's. Raises ResultsError."""
    place = results.resolve()  # it may be named '.'
    alone = (place / GRADE).is_file()
    out = place.parent if alone else place
    roll, damaged = read_roll(out), list[str]()
    paths = [place / GRADE] if alone else None
    graded = tuple(grades(out, roll, paths, damaged))
    if not graded and (alone or roll is None):
        if damaged:
            raise ResultsError(damaged[0])
        raise ResultsError(
            f"{results} holds no results: name a folder that 'grader check' or 'grader batch' wrote"
        )
    asked = None if alone else roll
    return Collected(out, tuple(_known(roll)), asked, graded, tuple(damaged))


def _known(roll: Roll | None) -> Iterator[Student]:
    """Everybody that a roll names."""
    if roll is not None:
        for one in roll.entries:
            yield Student(student=one.student, name=one.name, known_as=one.known_as)
        yield from roll.missing


def grades(
    out: Path, roll: Roll | None, paths: list[Path] | None = None, damaged: list[str] | None = None
) -> Iterator[Graded]:
    """Every grade below ``out`` that can be read, or those at ``paths``; of others a sentence is
    added to ``damaged``.

    With a roll, those of its entries: a folder may hold results of earlier classes and of earlier
    work, too.
    """
    entries = {entry.student: entry for entry in roll.entries} if roll is not None else {}
    for path in sorted(out.glob(f"[!.]*/{GRADE}")) if paths is None else paths:
        folder = path.parent.name
        if paths is None and roll is not None and folder not in entries:
            continue
        entry = entries.get(folder)
        try:
            grade = Grade.model_validate_json(path.read_bytes())
        except (OSError, ValidationError, ValueError):
            if damaged is not None:
                damaged.append(
                    f"the grade in {path.parent} cannot be read: 'grader regrade {path.parent}' "
                    "makes it from the stored evidence"
                )
            continue
        if entry is None or not _is_of_earlier_work(path, grade, entry):
            yield Graded(folder=folder, grade=grade, entry=entry)


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
