"""``grader rubric``: check a rubric, or print the schema editors complete it with."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from grader.cli import options

if TYPE_CHECKING:  # the command's help must not wait for pydantic
    from grader.checks import Expectation
    from grader.course import Course

app = typer.Typer(help="Check rubrics, print their schema.", no_args_is_help=True)


@app.command()
def check(
    rubric: Annotated[Path, typer.Argument(help="A rubric file.")],
    course: options.Course = None,
) -> None:
    """Say whether a rubric is right, with every baseline there is, and what it asks for."""
    from grader.checks import with_course_checks
    from grader.course import find_course
    from grader.course.yaml_files import read_model
    from grader.errors import CourseError
    from grader.model.rubric import Rubric
    from grader.scoring.verdicts import problems_of

    found = find_course(course)
    checks = with_course_checks(found.check_files())
    read = read_model(rubric, Rubric, "rubric")
    found.assignment(read.assignment)
    expectations = _expectations(found, read.assignment)
    wrong = problems_of(read, checks, expectations)
    if wrong:
        raise CourseError(f"the rubric {rubric} is wrong: {'; '.join(wrong)}")
    console = Console()
    for item in read.criteria:
        console.print(f"✓ {item.points:g}  {item.title}", highlight=False, markup=False)
    console.print(f"{read.max_score:g} points, passed from {read.pass_score:g}")
    if not expectations:
        remedy = f"run 'grader calibrate {read.assignment}', then check again"
        console.print(f"Levels were not compared with the worked solution: {remedy}.")


def _expectations(course: "Course", slug: str) -> "dict[str, Expectation]":
    """What the reference says of an assignment, for each data profile that has a baseline."""
    from grader.checks import Expectation

    pattern = course.baseline_path(slug, "*")
    profiles = [
        path.name.removeprefix(f"{slug}.").removesuffix(".json")
        for path in sorted(pattern.parent.glob(pattern.name))
    ]
    return {
        profile: Expectation(course.baseline(slug, profile), course.baselines(profile))
        for profile in profiles
    }


@app.command()
def schema(course: options.Course = None) -> None:
    """Print the JSON Schema of rubrics, with every check and its parameters."""
    from grader.checks import with_course_checks
    from grader.course import find_course
    from grader.scoring.schema import rubric_schema

    checks = with_course_checks(find_course(course).check_files())
    typer.echo(json.dumps(rubric_schema(checks), indent=2))
