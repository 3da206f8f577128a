"""``grader report``: renders reports again from what is stored."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from grader.cli import options
from grader.errors import ResultsError

CALLER = 2


def report(
    results: Annotated[Path, typer.Argument(help="A results folder, or one student's in it.")],
    course: options.Course = None,
) -> None:
    """Write report.html again from stored grades; grades stay as they are."""
    from grader.course import find_course
    from grader.reports import render_report
    from grader.results.store import read_results, rewrite_result

    console = Console(highlight=False, markup=False, soft_wrap=True)
    found = find_course(course)
    stored = read_results(results)
    failed = list(stored.damaged)
    for one in stored.results:
        if one.grade is None:
            failed.append(
                f"the grade in {one.folder} is missing or damaged: run 'grader regrade "
                f"{one.folder}' to make it from the stored evidence"
            )
            continue
        slug = one.grade.assignment
        baseline = found.baseline(slug, one.grade.profile)
        page = render_report(one.grade, one.evidence, baseline, found.assignment(slug))
        try:
            rewrite_result(one.folder, one.evidence, one.grade, page)
        except ResultsError as error:
            failed.append(str(error))
        else:
            console.print(f"{one.folder / 'report.html'}")
    end_with(failed)


def end_with(failed: Sequence[str]) -> None:
    """List each folder that was left out with its sentence, and end as the caller's mistake."""
    for sentence in failed:
        typer.echo(f"error: {sentence}", err=True)
    if failed:
        raise typer.Exit(CALLER)
