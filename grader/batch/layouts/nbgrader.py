"""The ``submitted`` folder of a course of nbgrader: ``submitted/ada/lab1/lab1.ipynb``.

What lies beside ``submitted`` (``source``, ``release``, ``gradebook.db`` and so on) is the course's
own and passed over, and so are the folders of other assignments.
"""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from grader.batch.layouts.interface import Findings, Found, Left, Person, Place
from grader.batch.layouts.listing import list_folder, work_in
from grader.model.roll import Layout

SUBMITTED = "submitted"
TIMESTAMP = "timestamp.txt"
LONGEST = 200
YEARS = range(2000, 2200)


class Nbgrader:
    """Known by the name ``submitted``, or by most folders holding one of the assignment's name."""

    name = Layout.NBGRADER
    looks = "'submitted/STUDENT/ASSIGNMENT' folders, or be 'submitted' itself"

    def fits(self, place: Place) -> bool:
        """Whether this is a course, or its ``submitted``."""
        if _is_plain_folder(place.folder / SUBMITTED):
            return True
        students = list_folder(place).folders
        having = [student for student in students if _handed_in(place, student)]
        enough = 1 if place.folder.name == SUBMITTED else (len(students) + 1) // 2
        return bool(having) and len(having) >= enough

    def find(self, place: Place) -> Findings:
        """Return each student's folder for the assignment; who has none handed nothing in."""
        inner = place.folder / SUBMITTED
        listing = list_folder(place, inner if _is_plain_folder(inner) else None)
        findings = Findings(left=listing.left)
        for student in listing.folders:
            folder, person = _handed_in(place, student), Person(student.name)
            if folder is not None:
                opened = work_in(folder)
                when = _submitted(folder / TIMESTAMP)
                findings.found.append(Found(opened, place.source(opened), person, when))
            elif _alike(place, student) != []:
                why = f"holds no folder {place.assignment!r} that can be read: ask for it again"
                findings.left.append(Left(place.source(student), why, person))
        for path in listing.files:
            why = "lies beside the students' folders: put it into its student's, for an assignment"
            findings.left.append(Left(place.source(path), why))
        return findings


def _is_plain_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _handed_in(place: Place, student: Path) -> Path | None:
    """The folder for the assignment; however it is capitalised, where none has its very name."""
    alike = _alike(place, student) or []
    alike.sort(key=lambda path: (path.name != place.assignment, path.name))
    return next(filter(_is_plain_folder, alike), None)


def _alike(place: Place, student: Path) -> list[Path] | None:
    """Whatever bears the assignment's name; ``None`` where the student's folder cannot be read,
    which stops nobody else's from being graded.
    """
    wanted = place.assignment.casefold()
    try:
        return [path for path in student.iterdir() if path.name.casefold() == wanted]
    except OSError:
        return None


def _submitted(path: Path) -> datetime | None:
    """When it was handed in, as nbgrader wrote it down; ``None`` where that is not understood."""
    if path.is_symlink() or not path.is_file():
        return None
    try:
        with path.open("rb") as file:
            return parse_timestamp(file.read(LONGEST).decode())
    except (OSError, UnicodeDecodeError):
        return None


def parse_timestamp(text: str) -> datetime | None:
    """Read "2015-02-02 15:58:23.948203 America/Los_Angeles", or an ISO time.

    Like nbgrader, take a time without a zone for UTC. An abbreviation like "PST" is understood
    where it is the name of a zone alone.
    """
    text = text.strip()
    when, space, zone = text.rpartition(" ")
    try:
        if space and zone[:1].isalpha():
            found = datetime.fromisoformat(when.strip()).replace(tzinfo=ZoneInfo(zone))
        else:
            found = datetime.fromisoformat(when + zone if zone[:1] in ("+", "-") else text)
        aware = found if found.tzinfo else found.replace(tzinfo=UTC)
        return aware if aware.year in YEARS else None
    except (ValueError, KeyError, OSError):  # no time, or no zone that is known here
        return None
