"""``grader regrade``: new grades from stored evidence, nothing re-run."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from grader.cli import options


def regrade(
    results: Annotated[Path, typer.Argument(help="A results folder, or one student's in it.")],
    course: options.Course = None,
    rubric: options.Rubric = None,
) -> None:
    """Judge stored runs again by the rubric as it is now, and say what changed."""
    from grader.cli.show import inert
    from grader.course import find_course
    from grader.pipeline import judge
    from grader.pipeline.setup import standard
    from grader.reports import render_report
    from grader.results.store import read_results, rewrite_result

    console = Console()
    found = find_course(course)
    changed = 0
    stored = read_results(results)
    for one in stored:
        evidence = one.evidence
        judged_by = standard(found, evidence.assignment, evidence.profile, rubric)
        grade = judge(evidence, judged_by)
        page = render_report(
            grade, evidence, judged_by.expectation.baseline, found.assignment(evidence.assignment)
        )
        rewrite_result(one.folder, evidence, grade, page)
        if grade.score != one.grade.score or grade.needs_review != one.grade.needs_review:
            changed += 1
            console.print(inert(f"{grade.student}: {one.grade.score} → {grade.score}"))
            before = {item.id: item for item in one.grade.criteria}
            for item in grade.criteria:
                old = before.get(item.id)
                if old is None or old.earned != item.earned:
                    was = "new" if old is None else f"{old.earned:g}"
                    console.print(inert(f"  {item.title}: {was} → {item.earned:g}. {item.found}"))
    console.print(f"{len(stored)} graded again, {changed} changed")
