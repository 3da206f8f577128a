"""``grader autograder``: the zip a course uploads. ``grader autograded``: what it does there."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli import options

if TYPE_CHECKING:
    from grader.autograded.archive import Content

app = typer.Typer(help="Make the autograder that a platform runs.", no_args_is_help=True)


@app.command("gradescope")
def gradescope(
    assignment: Annotated[str, typer.Argument(help="lab1, lab2, lab3 or another lab's name.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="The zip; default ASSIGNMENT-gradescope.zip."),
    ] = None,
    course: options.Course = None,
    rubric: options.Rubric = None,
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="DIR", help="Grade on this data; default: practice data."),
    ] = None,
    practice: options.Practice = False,
    minutes: Annotated[
        int,
        typer.Option(
            "--minutes", min=5, max=40, help="The timeout that is set on Gradescope; default 10."
        ),
    ] = 10,
) -> None:
    """Write the zip that is uploaded as a Gradescope autograder."""
    from grader.autograded.archive import archive
    from grader.cli.written import place_for, write
    from grader.inert import plain

    named = out or Path(f"{Path(assignment).name}-gradescope.zip")
    place = place_for(named)
    write(
        named,
        place,
        archive(_content(assignment, course, rubric, data, minutes, practice=practice)),
    )
    typer.echo(plain(str(named)))


def _content(
    slug: str,
    folder: Path | None,
    rubric: Path | None,
    data: Path | None,
    minutes: int,
    *,
    practice: bool,
) -> "Content":
    """Look at everything once here, where it can be mended. Raises CallerError."""
    from grader.autograded import pinned
    from grader.autograded.archive import Content
    from grader.autograded.settings import Settings
    from grader.course import find_course
    from grader.data import locate
    from grader.pipeline.setup import standard

    course = find_course(folder)
    dataset = course.assignment(slug).dataset.name
    profile = "practice" if data is None else locate.load(dataset, data, practice).profile
    standard(course, slug, profile, rubric)
    settings = Settings(
        assignment=slug,
        python=pinned.python(),
        data="practice" if data is None else "own",
        minutes=minutes,
    )
    return Content(settings, course, rubric, data)


def autograded(
    root: Annotated[Path, typer.Argument(help="The platform's folder, as /autograder.")],
    prepare: Annotated[
        bool, typer.Option("--prepare", help="Look at course and data only, and make the data.")
    ] = False,
) -> None:
    """Grade the submission in a platform's container; ``run_autograder`` calls it."""
    from grader.autograded.grading import grade_submission, prepare_image
    from grader.inert import plain

    said = prepare_image(root) if prepare else grade_submission(root).sentence
    typer.echo(plain(said))
