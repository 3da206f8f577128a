"""``grader export``: grades for other systems."""

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli import options
from grader.cli.codes import CALLER

if TYPE_CHECKING:
    from grader.batch.collected import Collected
    from grader.exports import Format


class FormatName(StrEnum):
    """What there is to write; the same names as the table of formats."""

    CSV = "csv"
    CANVAS = "canvas"
    MOODLE = "moodle"
    MOODLE_FEEDBACK = "moodle-feedback"


def export(
    format: Annotated[FormatName, typer.Argument(help="Which system is to read it.")],
    results: Annotated[Path, typer.Argument(help="A results folder, or one student's in it.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="The file to write.")
    ] = None,
    fill: Annotated[
        Path | None,
        typer.Option("--fill", metavar="FILE", help="What the platform exported, to be filled."),
    ] = None,
    column: Annotated[
        str | None,
        typer.Option("--column", metavar="NAME", help="The column of that file the grade is for."),
    ] = None,
    provisional: Annotated[
        bool, typer.Option("--provisional", help="Also grades that still wait for a person.")
    ] = False,
    course: options.Course = None,
) -> None:
    """Write grades as another system reads them; says whose are left out and why."""
    from grader.batch.collected import collect
    from grader.cli.inert import plain
    from grader.course import find_course
    from grader.errors import ResultsError
    from grader.exports import FORMATS, Wanted
    from grader.results.atomic import replace

    chosen = FORMATS[format.value]
    collected = collect(results)
    _require_fitting(format.value, chosen, collected, fill)
    wanted = Wanted(
        assignment=find_course(course).assignment(collected.assignment),
        members=collected.members,
        fill=fill,
        column=column,
        provisional=provisional,
        environment=os.environ,
        pages=collected.page,
    )
    exported = chosen.export(wanted)
    place = out or Path(chosen.name.format(assignment=collected.assignment))
    try:
        replace(place, exported.content)
    except OSError as error:
        raise ResultsError(
            f"{place} cannot be written ({error.strerror}): name another file with --out"
        ) from None
    for sentence in (*collected.damaged, *exported.left):
        typer.echo(plain(f"left out: {sentence}"), err=True)
    for sentence in exported.notes:
        typer.echo(plain(f"note: {sentence}"), err=True)
    typer.echo(plain(str(place)))
    if collected.damaged:
        raise typer.Exit(CALLER)


def _require_fitting(
    name: str, chosen: "Format", collected: "Collected", fill: Path | None
) -> None:
    """Raises CallerError where a format needs what was not given, or cannot use what was."""
    from grader.errors import CallerError

    if chosen.fills and fill is None:
        raise CallerError(
            f"{name} is filled in where the platform wants it: export its table there, and name it "
            "with --fill FILE"
        )
    if fill is not None and not (chosen.fills or chosen.learns):
        raise CallerError(f"{name} is written anew: leave --fill out")
    if chosen.alone and len(collected.graded) != 1:
        raise CallerError(
            f"{name} holds one student's grade, and here are {len(collected.graded)}: name one "
            "student's folder"
        )
