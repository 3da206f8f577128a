"""``moodle``: the grading worksheet of an assignment, with the grades filled in.

Names of columns, the date of the last change and all else stay: Moodle finds its columns by their
names, and takes no grade that was changed there after the worksheet was downloaded.
"""

from pathlib import Path

from grader.exports.figures import decimal_mark
from grader.exports.filling import Target, fill
from grader.exports.interface import Exported, Wanted
from grader.exports.moodle_sheet import read_grading_sheet


def export(wanted: Wanted) -> Exported:
    """Return the worksheet at ``wanted.fill`` with the grades. Raises CallerError."""
    found = read_grading_sheet(wanted.fill or Path())
    sheet, column = found.sheet, found.grades(wanted.column)
    figures = (*sheet.column(column), *sheet.column(column + 1))
    target = Target(
        sheet=sheet,
        column=column,
        people=found.people,
        points=found.possible(column),
        mark=decimal_mark(figures, sheet.separator),
        locked=found.locked(column),
    )
    return fill(wanted, target)
