"""``csv``: the gradebook of a class as a table, the same as in its results folder."""

from grader.exports.interface import Exported, Wanted
from grader.reports.gradebook import table


def export(wanted: Wanted) -> Exported:
    """Return everybody with everything; who has no grade has a row, too."""
    return Exported(table(wanted.members).encode())
