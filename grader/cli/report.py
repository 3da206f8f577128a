"""``grader report``: renders reports again from what is stored."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from grader.cli import options


def report(
    results: Annotated[Path, typer.Argument(help="A results folder, or one student's in it.")],
    course: options.Course = None,
) -> None:
    """Write report.html again from stored grades; grades stay as they are."""
    from grader.course import find_course
    from grader.reports import render_report
    from grader.results.store import read_results, rewrite_result

    console = Console()
    found = find_course(course)
    for one in read_results(results):
        slug = one.grade.assignment
        baseline = found.baseline(slug, one.grade.profile)
        page = render_report(one.grade, one.evidence, baseline, found.assignment(slug))
        rewrite_result(one.folder, one.evidence, one.grade, page)
        console.print(f"{one.folder / 'report.html'}", soft_wrap=True, highlight=False)
