"""``canvas``: the gradebook that Canvas exported, with one column filled.

Canvas writes the names of its own columns in English whatever the language, then one for each
assignment, called by its title with its number in brackets, then totals. The totals cannot be
imported: the row of the points possible says so, in the language of who exported.
"""

import re
from pathlib import Path

from grader.errors import CallerError
from grader.exports.figures import decimal_mark, read_figure
from grader.exports.filling import Target, column_named, fill
from grader.exports.interface import Exported, Wanted
from grader.exports.listed import Listed, shown
from grader.people.names import folded
from grader.people.roster import NOBODY
from grader.people.worksheet import Worksheet, read_worksheet

IDENTIFIERS = ("id", "sis user id", "sis login id", "integration id")
NAMES = ("student", "lastname", "firstname")
ABOUT = (*NAMES, *IDENTIFIERS, "root account", "section")
POINTS = "points possible"
TOTAL = re.compile(
    r"(?:.* )?(?:unposted )?(?:current|final) (?:score|grade|points)(?: \(.*\))?"
    r"|override grade(?: \(.*\))?"
)
"""Canvas works these out itself; those of a group or grading period have its name, too."""
NUMBERED = re.compile(r"(?P<title>.*) \((?P<number>\d+)\)", re.S)


def export(wanted: Wanted) -> Exported:
    """Return the gradebook at ``wanted.fill`` with the grades. Raises CallerError."""
    path = wanted.fill or Path()
    sheet = read_worksheet(path, _is_gradebook)
    if not _is_gradebook(sheet):
        began = ", ".join(map(shown, sheet.header[:6])) or "nothing"
        raise CallerError(
            f"{path} is no gradebook of Canvas (it begins with {began}): export it there under "
            "Grades, and name that file"
        )
    column = _column(sheet, wanted)
    figures = (cell for at in _open(sheet) for cell in sheet.column(at))
    mark = decimal_mark(figures, sheet.separator)
    return fill(wanted, Target(sheet, column, _people(sheet), _possible(sheet, column), mark))


def _keys(sheet: Worksheet) -> list[str]:
    return [folded(name) for name in sheet.header]


def _is_gradebook(sheet: Worksheet) -> bool:
    keys = _keys(sheet)
    return "id" in keys and ("student" in keys or "lastname" in keys)


def _people(sheet: Worksheet) -> tuple[Listed, ...]:
    """Everybody but the student that Canvas makes up, and the rows that are about columns."""
    keys = _keys(sheet)
    identifiers = [keys.index(name) for name in IDENTIFIERS if name in keys]
    names = [keys.index(name) for name in NAMES if name in keys]
    found = list[Listed]()
    for row in sheet.rows:
        name = ", ".join(filter(None, (sheet.text(row, at) for at in names)))
        called = tuple(filter(None, (sheet.text(row, at) for at in identifiers)))
        if called and folded(name) not in NOBODY:
            found.append(Listed(row, called, name))
    return tuple(found)


def _open(sheet: Worksheet) -> list[int]:
    """The columns that hold grades and can be imported."""
    return [at for at, key in enumerate(_keys(sheet)) if _takes_grades(key, _said_of(sheet, at))]


def _takes_grades(key: str, points: str) -> bool:
    """Whether a column is an assignment's; an assignment may be called like a total."""
    if points:
        return read_figure(points) is not None
    return bool(key) and key not in ABOUT and not TOTAL.fullmatch(key)


def _possible(sheet: Worksheet, column: int) -> float | None:
    return read_figure(_said_of(sheet, column))


def _said_of(sheet: Worksheet, column: int) -> str:
    """What the row of the points possible says; nothing where there is none."""
    first = next((row for row in sheet.rows if folded(sheet.text(row, 0)) == POINTS), None)
    return "" if first is None else sheet.text(first, column)


def _column(sheet: Worksheet, wanted: Wanted) -> int:
    """The column that ``--column`` names by number, whole name or title, else the title of the lab.

    Raises CallerError where that is none or several, or one that Canvas fills itself.
    """
    lab, opened = wanted.assignment, _open(sheet)
    if wanted.column is None:
        found = _titled(sheet, lab.title) or _titled(sheet, lab.slug)
        return column_named(sheet, lab.title, [at for at in found if at in opened], "called")
    found = _numbered(sheet, wanted.column) or _titled(sheet, wanted.column)
    at = column_named(sheet, wanted.column, found, "called")
    if at not in opened:
        raise CallerError(
            f"the column {shown(sheet.header[at])!r} takes no grades: name that of an assignment "
            "with --column"
        )
    return at


def _numbered(sheet: Worksheet, number: str) -> list[int]:
    """The column of the assignment with this number, in brackets or without."""
    parts = ((at, NUMBERED.fullmatch(key)) for at, key in enumerate(_keys(sheet)))
    return [at for at, one in parts if one and one["number"] == number.strip(" ()")]


def _titled(sheet: Worksheet, name: str) -> list[int]:
    """The columns with this name, else those of assignments with this title."""
    wanted, keys = folded(name), list(enumerate(_keys(sheet)))
    parts = ((at, NUMBERED.fullmatch(key)) for at, key in keys)
    titled = [at for at, one in parts if one and one["title"] == wanted]
    return [at for at, key in keys if key == wanted] or titled
