"""Puts the ``index.html`` of a class together: everybody's grades in, one inert page out.

It is the sister of a student's report: the same style and macros, the same care with every value.
It runs one script, ours, which sorts and filters a table that is complete without it. The page's
Content-Security-Policy allows that script and two style sheets by their hashes, and nothing else.
Unlike a report it names students and shows hidden criteria, and says so.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from grader.model.assignment import Assignment
from grader.model.roll import Roll
from grader.reports.class_attention import attention, next_step
from grader.reports.class_figures import criteria, criterion_ids, overview
from grader.reports.class_kinds import mistakes, named
from grader.reports.class_members import Graded, members, with_grade
from grader.reports.class_spreads import costs, histograms, spreads
from grader.reports.class_table import FIGURES, VERDICTS, Mark, duration, rows
from grader.reports.environment import environment, sheet

__all__ = ["Graded", "render_class"]


def render_class(
    roll: Roll | None, graded: Sequence[Graded], assignment: Assignment, made: datetime
) -> str:
    """Return the whole page of a class as HTML, to be written as UTF-8.

    ``made`` is when its results were read. Without ``roll``, as after checking one by one, nobody
    can be missing or late.
    """
    everyone = members(roll, graded)
    seen, waiting = overview(everyone), attention(roll, everyone)
    by_cost = criteria(everyone)
    by_id = {one.id: one for one in by_cost}
    context = {
        "assignment": assignment,
        "made": made,
        "roll": roll,
        "seen": seen,
        "waiting": waiting,
        "next": next_step(seen, waiting),
        "practice": sum(grade.profile == "practice" for _, grade in with_grade(everyone)),
        "histograms": histograms(everyone, seen),
        "criteria": by_cost,
        "columns": [by_id[id] for id in criterion_ids(everyone)],
        "mistakes": mistakes(everyone),
        "named": named(everyone),
        "spreads": spreads(everyone, seen),
        "costs": costs(everyone),
        "rows": rows(everyone),
        "figures": FIGURES,
        "verdicts": VERDICTS,
        "duration": duration,
        "drawn": _drawn,
        "sheet": sheet("style.css", "class.css"),
        "script": sheet("class.js"),
    }
    return environment().get_template("class.html.j2").render(context)


@lru_cache(maxsize=4096)
def _drawn(mark: Mark | None) -> Markup:
    """Draw a verdict's cell. A class has thousands of them, but only few that differ."""
    macros: Any = environment().get_template("class_macros.html.j2").module
    return Markup(macros.drawn(mark))  # noqa: S704 - the macro has escaped it
