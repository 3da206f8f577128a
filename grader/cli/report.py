"""``grader report``: renders reports, and the picture of a class, again from what is stored."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from grader.cli import options
from grader.cli.failures import Failures


def report(
    results: Annotated[Path, typer.Argument(help="A results folder, or one student's in it.")],
    course: options.Course = None,
) -> None:
    """Write report.html again from stored grades; grades stay as they are."""
    from grader.batch.picture import refresh_picture
    from grader.cli.signs import inert
    from grader.course import find_course
    from grader.reports import render_pages
    from grader.results.store import executed_notebook, read_results, update_result

    console = Console(highlight=False, markup=False, soft_wrap=True)
    found = find_course(course)
    stored = read_results(results)
    failed = Failures(stored.damaged)
    for one in stored.results:
        if one.grade is None:
            failed.add(
                f"the grade in {one.folder} is missing or damaged: run 'grader regrade "
                f"{one.folder}' to make it from the stored evidence"
            )
            continue
        slug = one.grade.assignment
        baseline = found.baseline(slug, one.grade.profile)
        try:
            ran = executed_notebook(one.folder)
            pages = render_pages(one.grade, one.evidence, baseline, found.assignment(slug), ran)
            update_result(one, one.evidence, one.grade, pages)
        except Exception as error:  # noqa: BLE001 - one page must not cost the others
            failed.add(error, one.folder)
        else:
            console.print(inert(f"{one.folder / 'report.html'}"))
    refresh_picture(results, course)
    failed.end()
