"""``grader demo``: samples of all three labs on practice data, to see what a report is."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from grader.cli import options
from grader.cli.codes import OURS

if TYPE_CHECKING:
    from grader.model.run import Isolation


def demo(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Results folder.")] = Path(
        "demo-reports"
    ),
    isolation: options.Isolation = None,
) -> None:
    """Grade a right and an instructively wrong submission of every lab on practice data."""
    from grader.cli.check import check_one
    from grader.cli.signs import inert
    from grader.pipeline import Request
    from grader.reports.headline import headline
    from grader.samples import samples

    console = Console()
    console.print("Practice data: these are not grades.", style="bold yellow")
    reports = []
    code = 0
    for sample in samples():
        request = Request(assignment=sample.assignment, practice=True, isolation=isolation)
        place = out / sample.assignment
        grade, folder = check_one(
            request, sample.path, place, sample.name, console, quiet=False, trusted=True
        )
        console.print(inert(f"{sample.assignment} {sample.name}: {headline(grade)}"), style="bold")
        reports.append(folder / "report.html")
        if grade.needs_review or (grade.score == grade.max_score) is not sample.right:
            console.print(inert(f"{sample.name}: this is not the grade it must get."), style="red")
            code = OURS
    level = grade.isolation
    console.print(f"Run at isolation level {level.level} ({level.backend}) on {grade.device}.")
    for missing in without(grade.isolation, grade.device):
        console.print(inert(missing))
    console.print("Reports:")
    for path in reports:
        console.print(f"  {path.resolve()}", soft_wrap=True, highlight=False)
    raise typer.Exit(code)


def without(isolation: "Isolation", device: str) -> list[str]:
    """Say what this machine lacks that a run would have used."""
    from grader.sandbox.choose import inspect_all

    stronger = [one for one in inspect_all() if one.level > isolation.level and not one.ok]
    lacking = [f"Without {one.name} (level {one.level}): {one.reason}" for one in stronger]
    if device == "cpu":
        lacking.append("Without a GPU: everything was trained on the CPU.")
    return lacking
