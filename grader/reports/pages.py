"""All pages of one submission: its report, and beside it the notebook as it ran."""

import contextlib

from grader.model.assignment import Assignment
from grader.model.baseline import Baseline
from grader.model.evidence import Evidence
from grader.model.grade import Grade
from grader.reports.notebook import render_notebook
from grader.reports.render import render_report

REPORT, NOTEBOOK = "report.html", "notebook.html"


def render_pages(
    grade: Grade,
    evidence: Evidence | None,
    baseline: Baseline | None,
    assignment: Assignment,
    notebook: bytes | None = None,
) -> dict[str, str]:
    """Return the pages of one submission by the names of their files, which lie in one folder.

    ``notebook`` is the executed one, as the run left it; the report leads to its page.
    """
    beside = {}
    if notebook is not None:
        with contextlib.suppress(Exception):  # a student's file can be anything; the report counts
            beside[NOTEBOOK] = render_notebook(notebook, grade, assignment)
    address = NOTEBOOK if beside else ""
    return {REPORT: render_report(grade, evidence, baseline, assignment, address)} | beside
