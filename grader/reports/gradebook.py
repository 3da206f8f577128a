"""``gradebook.csv``: one row for every student of a class, for a spreadsheet or a short program.

The text begins with a byte order mark, without which Excel reads accents wrongly and with which
pandas, LibreOffice and the usual learning platforms get along; it is to be written as UTF-8 with
the line ends it has (``newline=""``). A text that a spreadsheet would take for a formula is led by
an apostrophe. Figures stay figures, with a point and no thousands.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from grader.model.grade import CriterionResult, Grade
from grader.model.roll import Roll
from grader.model.verdict import Verdict
from grader.reports.class_attention import reasons
from grader.reports.class_figures import criterion_ids
from grader.reports.class_members import WORDS, Graded, Member, Standing, members, with_grade
from grader.reports.text import visible

MARK = "\ufeff"
BEGINS = r"[\s\u200c\u200d]*[=+\-@\uff1d\uff0b\uff0d\uff20]"
FORMULA = re.compile(rf"[\t\r\n]|{BEGINS}")
"""What a spreadsheet may take for a formula: its signs, also the wide ones, behind any space."""
WITHIN = re.compile(rf";(?={BEGINS})")
"""Where one may begin for a spreadsheet that separates cells by semicolons, whatever we do."""
FIGURE = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
STUDENT = ("student", "name", "section", "status")
RESULT = (
    *("score", "max_score", "passed", "provisional", "needs_review", "reasons"),
    *("late_s", "submitted"),
)
MEASURED = ("train_accuracy", "valid_accuracy", "holdout_accuracy")
RUN = ("data", "epochs", "attempts", "wall_s", "peak_rss_mb", "flags", "sha256")

Value = str | float | bool | None


def gradebook(roll: Roll | None, graded: Sequence[Graded]) -> str:
    """Return the gradebook of a class, by name as the page lists it.

    ``status`` is graded, needs review, not graded or missing, and ``reasons`` says why. A criterion
    has a column of its id with the points earned, empty where it could not be judged; where the id
    is a column's name already, it is followed by ``(criterion)``. Holdout accuracies have a column
    where somebody has one. ``data`` says what was measured on: official, custom or practice data,
    of which the last makes no grade of the course.
    """
    return table(members(roll, graded))


def table(everyone: Sequence[Member]) -> str:
    """The same of members that are known."""
    ids = criterion_ids(everyone)
    held_out = any(one.measurements.holdout_accuracy is not None for _, one in with_grade(everyone))
    measured = MEASURED if held_out else MEASURED[:2]
    text = io.StringIO()
    writer = csv.writer(text)
    fixed = (*STUDENT, *RESULT, *MEASURED, *RUN)
    names = (f"{id} (criterion)" if id in fixed else id for id in ids)
    writer.writerow((*STUDENT, *RESULT, *map(inert, names), *measured, *RUN))
    for one in everyone:
        writer.writerow(map(_cell, _row(one, ids, measured)))
    return MARK + text.getvalue()


def inert(text: str) -> str:
    """Return ``text`` as a spreadsheet shows it and does not compute it; a number stays one."""
    shown = visible(text)
    computed = FORMULA.match(shown) and not FIGURE.fullmatch(shown)
    shown = WITHIN.sub(";'", shown)
    return f"'{shown}" if computed else shown


def _cell(value: Value) -> str | float:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return inert(value)
    if value is None:
        return ""
    return int(value) if value == int(value) else round(value, 6)


def _row(one: Member, ids: Iterable[str], measured: Iterable[str]) -> Iterable[Value]:
    grade = one.graded.grade if one.graded else None
    yield from (one.student, one.name, one.section, _status(one))
    yield from _result(grade, one.why)
    yield one.late_s
    yield one.entry.submitted.isoformat() if one.entry and one.entry.submitted else None
    earned = {item.id: _earned(item) for item in grade.criteria} if grade else {}
    yield from (earned.get(id) for id in ids)
    yield from (getattr(grade.measurements, name) if grade else None for name in measured)
    yield from _run(grade) if grade else [None] * len(RUN)


def _status(one: Member) -> str:
    graded = one.standing in (Standing.PASSED, Standing.FAILED)
    return "graded" if graded else WORDS[one.standing]


def _result(grade: Grade | None, why: str) -> tuple[Value, ...]:
    """The values of ``RESULT`` up to the reasons."""
    if grade is None:
        return (None, None, None, None, None, why)
    told = " | ".join(reasons(grade)) if grade.reasons or grade.needs_review else ""
    return (
        grade.score,
        grade.max_score,
        None if grade.score is None else grade.passed,
        grade.provisional,
        grade.needs_review,
        told,
    )


def _earned(item: CriterionResult) -> float | None:
    return None if item.verdict is Verdict.FAULT else item.earned


def _run(grade: Grade) -> tuple[Value, ...]:
    """The values of ``RUN``."""
    return (
        grade.profile,
        grade.claims.epochs,
        len(grade.attempts),
        grade.run.wall_s,
        grade.run.peak_rss_mb,
        " | ".join(grade.flags),
        grade.submission.sha256,
    )
