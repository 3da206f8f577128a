"""``json``: every grade as the list of the documents that ``grade.json`` holds, for programs.

It is the instructor's: hidden criteria are in it, and grades that wait for a person say so.
"""

from grader.exports.counted import ungraded
from grader.exports.interface import Exported, Wanted
from grader.exports.single import documented
from grader.reports.class_members import with_grade


def export(wanted: Wanted) -> Exported:
    """Return every grade there is, by name; who handed something in and has none is left out."""
    grades = [grade.document() for _, grade in with_grade(wanted.members)]
    return Exported(documented(grades), ungraded(wanted.members))
