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
    from grader.batch.pages import page
    from grader.cli.inert import plain
    from grader.course import find_course
    from grader.exports import FORMATS, Wanted

    chosen = FORMATS[format.value]
    collected = collect(results)
    _require_fitting(format.value, chosen, collected, fill)
    place = out or Path(chosen.name.format(assignment=collected.assignment))
    kept = _key(format.value, chosen, collected, anonymous, key)
    _require_free(place, collected, kept)
    wanted = Wanted(
        assignment=find_course(course).assignment(collected.assignment),
        members=collected.members,
        fill=fill,
        column=column,
        provisional=provisional,
        environment=os.environ,
        pages=functools.partial(page, collected.out),
    )
    exported = chosen.export(_without_names(wanted, collected, kept) if kept else wanted)
    _write(place, exported.content)
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


def _key(
    name: str, chosen: "Format", collected: "Collected", anonymous: bool, key: Path | None
) -> Path | None:
    """Where the key of an anonymous export is kept; ``None`` where names stay."""
    from grader.errors import CallerError
    from grader.exports.pseudonyms import KEY

    if key is not None and not anonymous:
        raise CallerError("a key is for pseudonyms: give --anonymous with --key, or leave it out")
    if anonymous and chosen.identifies:
        raise CallerError(f"{name} finds people by their identifiers: leave --anonymous out")
    return (key or collected.out / KEY) if anonymous else None


def _without_names(wanted: "Wanted", collected: "Collected", key: Path) -> "Wanted":
    from grader.exports.anonymous import anonymous, everybody
    from grader.exports.pseudonyms import assigned

    people = everybody(wanted, collected.known)
    return anonymous(wanted, people, assigned(key, {one.student: one.name for one in people}))


def _require_free(place: Path, collected: "Collected", key: Path | None) -> None:
    """Raises CallerError where the file would take the place of a result or of the key."""
    from grader.errors import CallerError

    where = place.resolve()
    folders = {(collected.out / one.folder).resolve() for one in collected.graded}
    taken = {collected.out / name for name in ("class.json", "index.html")}
    taken |= {key.resolve()} if key is not None else set()
    if where.parent in folders or where in taken:
        raise CallerError(f"{place} is for results: name another file with --out")


def _write(place: Path, content: bytes) -> None:
    from grader.errors import ResultsError
    from grader.results.atomic import replace

    try:
        replace(place, content)
    except OSError as error:
        raise ResultsError(
            f"{place} cannot be written ({error.strerror}): name another file with --out"
        ) from None
