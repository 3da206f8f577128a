"""``grader check``: one submission, live progress, report.html and grade.json."""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console

from grader.cli import options
from grader.cli.codes import NOT_ISOLATED
from grader.errors import SubmissionError

if TYPE_CHECKING:
    from grader.model.grade import Grade
    from grader.model.submission import Submission
    from grader.pipeline import Request, Setup
    from grader.pipeline.setup import Standard


class SolutionCells(StrEnum):
    """What becomes of cells that are the handout's."""

    SKIP = "skip"
    RUN = "run"


def check(
    assignment: Annotated[str, typer.Argument(help="lab1, lab2, lab3 or another lab's name.")],
    submission: Annotated[
        Path, typer.Argument(help="A script, a notebook, or a folder or zip that holds one.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Results folder; default results/ASSIGNMENT."),
    ] = None,
    student: Annotated[
        str | None,
        typer.Option(
            "--student",
            metavar="NAME",
            help="Whose it is; a result of that name is replaced, wherever it came from.",
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
    threads: options.Threads = None,
    reruns: options.Reruns = 2,
    main: Annotated[
        str | None,
        typer.Option("--main", metavar="FILE", help="Which file of a folder or zip to grade."),
    ] = None,
    solution_cells: Annotated[
        SolutionCells,
        typer.Option("--solution-cells", help="Whether the handout's solution cells may run."),
    ] = SolutionCells.SKIP,
    watch: Annotated[
        bool, typer.Option("--watch", help="Check it again whenever it is saved; Ctrl-C ends it.")
    ] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Show all criteria in a table, and every note.")
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Run one submission, measure what it trained, and write its report."""
    from grader.cli.first import say_first
    from grader.cli.show import exit_code, show_grade
    from grader.discovery import open_submission

    console = Console()
    _require_order(assignment, submission)
    place = out or Path("results", Path(assignment).name)
    run_solutions = solution_cells is SolutionCells.RUN

    def request() -> "Request":
        from grader.pipeline import Request  # it takes its time to load: not before the first look

        return Request(
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
            solution_cells=run_solutions,
            reruns=reruns,
        )

    if watch:
        _watch(console, request(), (submission, place, student, main), full=full, as_json=as_json)
    with open_submission(submission, student, main) as found:
        if not as_json:
            say_first(console, found, assignment, course, run_solutions)
        named = student is not None
        grade, folder = check_found(request(), found, place, console, quiet=as_json, named=named)
    if as_json:
        typer.echo(json.dumps(grade.document()))
    else:
        show_grade(console, grade, folder, full=full)
    raise typer.Exit(exit_code(grade))


def _watch(
    console: Console,
    request: "Request",
    submission: tuple[Path, Path, str | None, str | None],
    *,
    full: bool,
    as_json: bool,
) -> NoReturn:
    """Check a ``submission`` whenever it is saved: its path, its results, whose, its main file."""
    from grader.cli.watching import watch_and_show
    from grader.watch import Asked

    asked = Asked(request, *submission)
    watch_and_show(asked, console, full=full, as_json=as_json)


def _require_order(assignment: str, submission: Path) -> None:
    """The two arguments are easily swapped: say so instead of looking for a file 'lab1'."""
    if Path(assignment).suffix in (".py", ".ipynb") and not submission.exists():
        raise SubmissionError(f"the lab comes first: grader check {submission} {assignment}")


def check_one(
    request: "Request",
    path: Path,
    out: Path,
    student: str,
    console: Console,
    *,
    quiet: bool,
    trusted: bool = False,
) -> tuple["Grade", Path]:
    """Check the submission at ``path``, as ``check_found`` does."""
    from grader.discovery import open_submission

    with open_submission(path, student) as submission:
        return check_found(request, submission, out, console, quiet=quiet, trusted=trusted)


def check_found(
    request: "Request",
    submission: "Submission",
    out: Path,
    console: Console,
    *,
    quiet: bool,
    trusted: bool = False,
    named: bool = False,
) -> tuple["Grade", Path]:
    """Check one submission and write its results; returns the grade and the folder written.

    Of a ``trusted`` one, such as our own samples, nobody is warned. Where it was ``named`` whose
    it is, an earlier submission of theirs may have come from another place.
    """
    from grader.cli.live import LiveRun
    from grader.pipeline.checked import check_and_keep

    def live(setup: "Setup", standard: "Standard") -> LiveRun:
        if setup.chosen.isolation.level == 0 and not trusted:
            typer.echo(NOT_ISOLATED, err=True)
        return LiveRun(console, submission.main, standard.expectation.baseline.epochs, quiet)

    return check_and_keep(request, submission, out, live, named=named)
