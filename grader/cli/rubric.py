"""``grader rubric``: check a rubric, or print what editors and a course's own words begin with."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from grader.cli import options

if TYPE_CHECKING:  # the command's help must not wait for pydantic
    from grader.checks import Expectation
    from grader.course import Course

app = typer.Typer(help="Check rubrics, print their schema and texts.", no_args_is_help=True)


@app.command()
def check(
    rubric: Annotated[Path, typer.Argument(help="A rubric file, or a course's diagnosis.yaml.")],
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
    own = found.wording_path()
    if rubric.stem == own.stem:
        _show_wording(rubric, found)
        return
    checks = with_course_checks(found.check_files())
    read = read_model(rubric, Rubric, "rubric")
    found.assignment(read.assignment)
    expectations = _expectations(found, read.assignment)
    wrong = problems_of(read, checks, expectations)
    said = [f"the rubric {rubric} is wrong: {'; '.join(wrong)}"] if wrong else []
    wordings = {one.resolve(): one for one in (own, rubric.with_name(own.name))}.values()
    said += [one for place in wordings for one in _wrong_wording(place)]
    if said:
        raise CourseError("; ".join(said))
    console = Console()
    for item in read.criteria:
        console.print(f"✓ {item.points:g}  {item.title}", highlight=False, markup=False)
    console.print(f"{read.max_score:g} points, passed from {read.pass_score:g}")
    if not expectations:
        remedy = f"run 'grader calibrate {read.assignment}', then check again"
        console.print(f"Levels were not compared with the worked solution: {remedy}.")
    for place in wordings:
        if place.is_file():
            _show_wording(place, found)


def _wrong_wording(place: Path) -> list[str]:
    """What is wrong with a course's own words, nothing where it has none."""
    from grader.diagnosis import load_wording
    from grader.errors import CourseError

    try:
        load_wording(place)
    except CourseError as error:
        return [str(error)]
    return []


def _show_wording(place: Path, course: "Course") -> None:
    """Say which texts are a course's own, and what may be no mistake in them."""
    from grader.course import Course
    from grader.diagnosis import load_wording
    from grader.diagnosis.own_words import changes_in, doubts

    place = place.with_suffix(".yaml")
    load_wording(place)  # it also says that another ending is not read
    headings = Course(place.resolve().parent.parent).headings() or course.headings()
    count = len(changes_in(place))
    console = Console(soft_wrap=True)
    texts = "1 text" if count == 1 else f"{count} texts"
    console.print(f"✓ {place}: {texts} in the course's words", highlight=False, markup=False)
    for sentence in doubts(place, headings):
        console.print(f"! {sentence}", highlight=False, markup=False)


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
def texts(
    mistakes: Annotated[
        list[str] | None,
        typer.Argument(help="Ids of mistakes, or of single texts: ID/VARIANT. All by default."),
    ] = None,
    course: options.Course = None,
) -> None:
    """Print what students are told of mistakes, as a course's diagnosis.yaml would have it."""
    from grader.course import find_course
    from grader.diagnosis import load_wording
    from grader.diagnosis.own_words import as_file

    wording = load_wording(find_course(course).wording_path())
    typer.echo(as_file(wording, mistakes or []), nl=False)


@app.command()
def schema(course: options.Course = None) -> None:
    """Print the JSON Schema of rubrics, with every check and its parameters."""
    from grader.checks import with_course_checks
    from grader.course import find_course
    from grader.scoring.schema import rubric_schema

    checks = with_course_checks(find_course(course).check_files())
    typer.echo(json.dumps(rubric_schema(checks), indent=2))
