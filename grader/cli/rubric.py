"""``grader rubric``: check a rubric, or print the schema editors complete it with."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from grader.cli import options

app = typer.Typer(help="Check rubrics, print their schema.", no_args_is_help=True)


@app.command()
def check(
    rubric: Annotated[Path, typer.Argument(help="A rubric file.")],
    course: options.Course = None,
) -> None:
    """Say whether a rubric is right, and what it asks for."""
    from grader.checks import with_course_checks
    from grader.course import find_course
    from grader.course.yaml_files import read_model
    from grader.model.rubric import Rubric
    from grader.scoring.verdicts import parameters_of

    found = find_course(course)
    checks = with_course_checks(found.check_files())
    read = read_model(rubric, Rubric, "rubric")
    found.assignment(read.assignment)
    console = Console()
    for item in read.criteria:
        parameters_of(item, checks)
        console.print(f"✓ {item.points:g}  {item.title}", highlight=False, markup=False)
    console.print(f"{read.max_score:g} points, passed from {read.pass_score:g}")


@app.command()
def schema(course: options.Course = None) -> None:
    """Print the JSON Schema of rubrics, with every check and its parameters."""
    from grader.checks import with_course_checks
    from grader.course import find_course
    from grader.scoring.schema import rubric_schema

    checks = with_course_checks(find_course(course).check_files())
    typer.echo(json.dumps(rubric_schema(checks), indent=2))
