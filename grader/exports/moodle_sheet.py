"""The columns of a grading worksheet of Moodle, whose names are in the language of who exported it.

What tells the column of the identifiers is what is in it: a word and a number that is everybody's
own, as in ``Participant 123``; a login such as ``u501`` has no space between. Right of the grade is
the best grade possible, the same in every row, and after it whether the grade can be changed.
"""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from grader.errors import CallerError
from grader.exports.figures import read_figure
from grader.exports.filling import column_named
from grader.exports.listed import Listed, shown
from grader.exports.moodle_words import FULL_NAME, GRADE, ID_NUMBER, NO, SCALE, USERNAME
from grader.people.names import folded
from grader.people.worksheet import Worksheet, read_worksheet

PARTICIPANT = re.compile(r"(?P<word>[^0-9]{1,60})(?P<number>[0-9]{1,20})")
ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")
OF_CANVAS = {"student", "id", "section"}
"""Columns of a gradebook of Canvas, where sections may be numbered like participants."""
LOCKED = "Moodle says that their grade cannot be changed"


@dataclass(frozen=True)
class GradingSheet:
    """A worksheet, and in which column the identifiers are."""

    sheet: Worksheet
    identifiers: int

    @property
    def people(self) -> tuple[Listed, ...]:
        """Everybody, with what the columns about people say of them."""
        sheet, names = self.sheet, self._called(FULL_NAME)
        known = self._known()
        return tuple(
            Listed(
                row=row,
                identifiers=(
                    sheet.text(row, self.identifiers),
                    *filter(None, (sheet.text(row, at) for at in known)),
                ),
                name=sheet.text(row, names[0]) if names else "",
                participant=_number(sheet.text(row, self.identifiers)),
            )
            for row in sheet.rows
        )

    def grades(self, column: str | None) -> int:
        """Return the column of the grades. Raises CallerError where it is not known which it is."""
        if column is None:
            called = self._called(GRADE)
            sure = [at for at in called if self._best(at) is not None] or called
            return column_named(self.sheet, "Grade", sure, "called something like")
        found = self._called({folded(column)})
        at = column_named(self.sheet, column, found, "called")
        if at in (*self._called(FULL_NAME), *self._known()):
            raise CallerError(
                f"the column {shown(column)!r} says who people are: name that of the grades with "
                "--column"
            )
        return at

    def possible(self, grades: int) -> float | None:
        """Return the best grade, if the file tells it.

        Raises CallerError where grades are words.
        """
        best = grades + 1
        if best < len(self.sheet.header) and folded(self.sheet.header[best]) in SCALE:
            raise CallerError(
                "the assignment is graded by the words of a scale: set its type of grade to points "
                "in Moodle, and export the worksheet again"
            )
        return self._best(grades)

    def _best(self, grades: int) -> float | None:
        """What stands right of a column in every row, if that is one figure."""
        said = set(self.sheet.column(grades + 1))
        return read_figure(said.pop()) if len(said) == 1 else None

    def locked(self, grades: int) -> dict[int, str]:
        """Return why rows take no grade: the column that says so is the second right of the grades,
        or the third where marking has steps.
        """
        after = (grades + 2, grades + 3)
        rows = self.sheet.rows
        return {
            row: LOCKED
            for row in rows
            if any(folded(self.sheet.text(row, at)) in NO for at in after)
        }

    def _known(self) -> list[int]:
        """The columns of identifiers but Moodle's own: e-mail addresses in whatever language."""
        every = range(len(self.sheet.header))
        addresses = next((at for at in every if _is_addresses(self.sheet.column(at))), None)
        found = self._called(ID_NUMBER | USERNAME)
        return found if addresses is None else [*found, addresses]

    def _called(self, names: set[str] | frozenset[str]) -> list[int]:
        header = enumerate(self.sheet.header)
        return [at for at, name in header if folded(name) in names and at != self.identifiers]


def read_grading_sheet(path: Path) -> GradingSheet:
    """Return the worksheet at ``path``. Raises CallerError where it is none."""
    sheet = read_worksheet(path, lambda one: _identifiers(one) is not None)
    found = _identifiers(sheet)
    if found is None:
        began = ", ".join(map(shown, sheet.header[:6])) or "nothing"
        raise CallerError(
            f"{path} is no grading worksheet of Moodle (it begins with {began}, and no column says "
            "'Participant' and a number): download it from the assignment, under Submissions"
        )
    return GradingSheet(sheet, found)


def _number(identifier: str) -> str:
    parts = PARTICIPANT.fullmatch(identifier)
    return parts["number"] if parts else ""


def _identifiers(sheet: Worksheet) -> int | None:
    """The first column that holds the same word everywhere and numbers that are all different."""
    if len(sheet.header) < 2 or not sheet.rows or set(map(folded, sheet.header)) >= OF_CANVAS:
        return None
    return next((at for at in range(len(sheet.header)) if _identifies(sheet.column(at))), None)


def _identifies(cells: tuple[str, ...]) -> bool:
    full = [cell for cell in cells if cell]
    parts = [one for cell in full if (one := PARTICIPANT.fullmatch(cell))]
    words, numbers = {one["word"] for one in parts}, {one["number"] for one in parts}
    distinct = len(full) == len(parts) == len(numbers)
    return distinct and len(words) == 1 and _is_word(words.pop())


def _is_word(word: str) -> bool:
    """Whether this may stand before a number: parted by a space, but in scripts that have none."""
    unparted = any(unicodedata.category(letter) == "Lo" for letter in word)
    return any(map(str.isalpha, word)) and (word[-1].isspace() or unparted)


def _is_addresses(cells: tuple[str, ...]) -> bool:
    """Whether everybody has an address of their own: one alone may be what a student wrote."""
    return len(set(cells)) == len(cells) and all(map(ADDRESS.fullmatch, cells))
