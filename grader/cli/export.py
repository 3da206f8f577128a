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
    from grader.exports import Format, Wanted


class FormatName(StrEnum):
    """What there is to write; the same names as the table of formats."""

    CSV = "csv"
    CANVAS = "canvas"
    MOODLE = "moodle"
    MOODLE_FEEDBACK = "moodle-feedback"
    JSON = "json"
    JUNIT = "junit"
    NBGRADER = "nbgrader"
    GRADESCOPE = "gradescope"
    CLASSROOM50 = "classroom50"


Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="The file to write.")]
Fill = Annotated[
    Path | None,
    typer.Option("--fill", metavar="FILE", help="What the platform exported, to be filled."),
]
Column = Annotated[
    str | None,
    typer.Option("--column", metavar="NAME", help="The column of that file the grade is for."),
]
Provisional = Annotated[
    bool, typer.Option("--provisional", help="Also grades that still wait for a person.")
]
Anonymous = Annotated[
    bool, typer.Option("--anonymous", help="With pseudonyms in the place of names.")
]
Key = Annotated[
    Path | None,
    typer.Option(
        "--key", metavar="FILE", help="Whose pseudonym is whose; default RESULTS/pseudonyms.csv."
    ),
]


def export(
    format: Annotated[FormatName, typer.Argument(help="Which system is to read it.")],
    results: Annotated[Path, typer.Argument(help="A results folder, or one student's in it.")],
    out: Out = None,
    fill: Fill = None,
    column: Column = None,
    provisional: Provisional = False,
    anonymous: Anonymous = False,
    key: Key = None,
    course: options.Course = None,
) -> None:
    """Write grades as another system reads them; says whose are left out and why."""
    import functools

    from grader.batch.collected import collect
    from grader.batch.pages import pages
    from grader.cli.export_places import place_of_export
    from grader.cli.written import write
    from grader.course import find_course
    from grader.exports import FORMATS, Wanted
    from grader.inert import plain

    chosen = FORMATS[format.value]
    collected = collect(results)
    _require_fitting(format.value, chosen, collected, fill)
    _require_used(format.value, chosen, column, provisional=provisional)
    named = out or Path(chosen.name.format(assignment=collected.assignment))
    kept = _key(format.value, chosen, collected, anonymous, key)
    place = place_of_export(named, collected.out, fill, kept)
    wanted = Wanted(
        assignment=find_course(course).assignment(collected.assignment),
        members=collected.members,
        fill=fill,
        column=column,
        provisional=provisional,
        environment=os.environ,
        pages=functools.partial(pages, collected.out),
    )
    exported = chosen.export(_without_names(wanted, collected, kept) if kept else wanted)
    write(named, place, exported.content)
    for sentence in (*collected.damaged, *exported.left):
        typer.echo(plain(f"left out: {sentence}"), err=True)
    for sentence in exported.notes:
        typer.echo(plain(f"note: {sentence}"), err=True)
    typer.echo(plain(str(named)))
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


def _require_used(name: str, chosen: "Format", column: str | None, *, provisional: bool) -> None:
    """Raises CallerError where an option would change nothing."""
    from grader.errors import CallerError

    if column is not None and not chosen.fills:
        raise CallerError(f"{name} has no column to choose: leave --column out")
    if provisional and chosen.shows_waiting:
        raise CallerError(
            f"{name} has grades that wait for a person anyway, and says so: leave --provisional out"
        )


def _key(
    name: str, chosen: "Format", collected: "Collected", anonymous: bool, key: Path | None
) -> Path | None:
    """Where the key of an anonymous export is kept; ``None`` where names stay."""
    from grader.cli.export_places import place_of_key
    from grader.errors import CallerError
    from grader.exports.pseudonyms import KEY

    if key is not None and not anonymous:
        raise CallerError("a key is for pseudonyms: give --anonymous with --key, or leave it out")
    if anonymous and chosen.identifies:
        raise CallerError(f"{name} finds people by their identifiers: leave --anonymous out")
    return place_of_key(key or collected.out / KEY, collected.out) if anonymous else None


def _without_names(wanted: "Wanted", collected: "Collected", key: Path) -> "Wanted":
    from grader.exports.anonymous import anonymous, everybody
    from grader.exports.pseudonyms import assigned

    people = everybody(wanted, collected.known)
    return anonymous(wanted, people, assigned(key, {one.student: one.name for one in people}))
