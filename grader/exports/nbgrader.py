"""``nbgrader``: the table that nbgrader's own exporter writes, for programs that read that.

As there, who handed nothing in has a zero and no time, and times are in UTC without saying so. The
due date is not known here, and lateness costs nothing. What is no number is made inert as in every
table of ours.
"""

import csv
import io
from datetime import UTC, datetime

from grader.exports.counted import counted, notes_on
from grader.exports.interface import Exported, Wanted
from grader.people.names import in_order, student_called
from grader.reports.class_members import Member, Standing, with_grade
from grader.reports.gradebook import inert

COLUMNS = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score"),
)


def export(wanted: Wanted) -> Exported:
    """Return everybody whose grade counts, and who is missing."""
    found, left = counted(wanted)
    scores = {one.student: float(grade.score or 0) for one, grade in found}
    most = next((str(float(grade.max_score)) for _, grade in with_grade(wanted.members)), "")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in wanted.members:
        if one.student in scores or one.standing is Standing.MISSING:
            score = str(scores.get(one.student, 0.0))
            who = (_time(one), *map(inert, _person(one)))
            writer.writerow((wanted.assignment.slug, "", *who, score, "0.0", score, most))
    return Exported(text.getvalue().encode("utf-8", "replace"), tuple(left), tuple(notes_on(found)))


def _time(one: Member) -> str:
    submitted = one.entry.submitted if one.entry else None
    return _plain(submitted) if submitted else ""


def _plain(time: datetime) -> str:
    return str(time.astimezone(UTC).replace(tzinfo=None))


def _person(one: Member) -> tuple[str, str, str, str]:
    """Identifier, last and first name, address.

    The identifier is as their own system spells it, where that can name no folder. Of a name the
    last word counts as the last name: nobody knows better.
    """
    known = one.entry.known_as if one.entry else ()
    own = (name for name in known if student_called(name) == one.student)
    addresses = (name for name in (one.student, *known) if "@" in name[1:])
    first, _, last = in_order(one.name).rpartition(" ")
    return next(own, one.student), last, first, next(addresses, "")
