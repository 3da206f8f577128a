"""``grader batch``: a class, side by side, resumable."""

from datetime import datetime, time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from grader.cli import options
from grader.cli.codes import OURS

if TYPE_CHECKING:
    from grader.batch.path import ClassResult

LAST = time(23, 59, 59)


def _when(text: str) -> datetime:
    """A date, or a date and a time; a date alone is over at its end."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!a} is no date: write 2026-11-20, or 2026-11-20T23:59"
        ) from None
    return found if len(text) > len("2026-11-20") else datetime.combine(found, LAST)


class LayoutName(StrEnum):
    """How a folder of submissions is laid out."""

    AUTO = "auto"
    PLAIN = "plain"
    MOODLE = "moodle"
    CANVAS = "canvas"
    NBGRADER = "nbgrader"
    REPOSITORIES = "repositories"


class EngineName(StrEnum):
    """Who grades a class."""

    LOCAL = "local"
    RAY = "ray"


def batch(
    assignment: Annotated[str, typer.Argument(help="lab1, lab2, lab3 or another lab's name.")],
    folder: Annotated[
        Path, typer.Argument(help="The folder, or the zip from Moodle or Canvas, of a class.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Results folder; default results/ASSIGNMENT."),
    ] = None,
    roster: Annotated[
        Path | None,
        typer.Option("--roster", metavar="CSV", help="Who is in the class: names and identifiers."),
    ] = None,
    due: Annotated[
        datetime | None,
        typer.Option(
            "--due",
            parser=_when,
            metavar="WHEN",
            help="When it was due, a day until its end, where the layout tells times.",
        ),
    ] = None,
    layout: Annotated[
        LayoutName, typer.Option("--layout", help="How the folder is laid out.")
    ] = LayoutName.AUTO,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            metavar="N",
            min=1,
            max=1024,
            help="Submissions at once, on each GPU where there are some; default what fits.",
        ),
    ] = None,
    engine: Annotated[
        EngineName, typer.Option("--engine", help="This machine, or a Ray cluster.")
    ] = EngineName.LOCAL,
    address: Annotated[
        str | None,
        typer.Option(
            "--address",
            metavar="HOST:PORT",
            help="The cluster; default the one this machine is in.",
        ),
    ] = None,
    course: options.Course = None,
    rubric: options.Rubric = None,
    data: options.Data = None,
    practice: options.Practice = False,
    device: options.Device = "auto",
    isolation: options.Isolation = None,
    seed: options.Seed = 0,
    holdout: options.Holdout = None,
    timeout: options.Timeout = None,
    limit: options.Limits = [],  # noqa: B006 - typer asks for it, and nobody changes it
    threads: Annotated[
        int | None,
        typer.Option(
            "--threads", metavar="N", min=1, help="CPU threads of torch for each run; default one."
        ),
    ] = None,
    reruns: options.Reruns = 2,
) -> None:
    """Grade a class; what is graded already is not run again, so an interrupted one goes on."""
    from grader.batch.path import ClassRequest, grade_class
    from grader.cli.live_class import LiveClass
    from grader.model.roll import Layout
    from grader.pipeline import Request

    console = Console(highlight=False, markup=False, soft_wrap=True)
    place = out or Path("results", Path(assignment).name)
    request = Request(
        assignment=assignment,
        course=course,
        rubric=rubric,
        data=data,
        practice=practice,
        device=device,
        isolation=isolation,
        seed=seed,
        holdout=holdout,
        timeout_s=timeout,
        limits=tuple(limit),
        threads=threads,
        reruns=reruns,
    )
    asked = ClassRequest(
        request=request,
        folder=folder,
        out=place,
        roster=roster,
        due=due,
        layout=None if layout is LayoutName.AUTO else Layout(layout.value),
        workers=workers,
        engine=engine.value,
        address=address,
    )
    with LiveClass(console) as live:
        result = grade_class(asked, live)
    show_result(console, result, place, live.review)
    raise typer.Exit(OURS if result.lost else 0)


def show_result(console: Console, result: "ClassResult", place: Path, review: int) -> None:
    """Say what came of the class, what was left, and where the results are."""
    from grader.batch.picture import BOOK, PAGE
    from grader.inert import plain

    roll = result.roll
    listed = {entry.student for entry in roll.entries}
    for one in roll.left:
        whose = f"{one.student} ({one.source})" if one.student else one.source
        what = "left out" if one.student in listed else "not graded"
        console.print(plain(f"{what}: {whose}: {one.reason}"))
    for entry in roll.entries:
        if entry.unmatched:
            console.print(plain(f"not on the roster, graded all the same: {entry.source}"))
    absent = [one.student for one in roll.absent]
    if absent:
        console.print(plain(f"{len(absent)} handed nothing in: {', '.join(absent)}"))
    late = sum(entry.late_s is not None for entry in roll.entries)
    counts = [f"{result.graded} graded", f"{result.kept} unchanged since they were graded"]
    counts += [f"{result.rejudged} of them rewritten by the rubric as it is now"] * bool(
        result.rejudged
    )
    counts += [f"{late} late"] * bool(late)
    counts += [f"{review} of those graded now need review"] * bool(review)
    console.print(", ".join(counts))
    console.print(plain(f"class: {place / PAGE}"))
    console.print(plain(f"gradebook: {place / BOOK}"))
