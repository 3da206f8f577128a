"""``grader calibrate``: the reference over several seeds becomes a baseline, or is held to one."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from grader.cli import options
from grader.cli.codes import BELOW
from grader.errors import CourseError

if TYPE_CHECKING:
    from grader.calibration.solutions import Solved
    from grader.model.evidence import Evidence
    from grader.pipeline import Setup


def calibrate(
    assignment: Annotated[str, typer.Argument(help="lab1, lab2, lab3 or another lab's name.")],
    seeds: Annotated[int, typer.Option("--seeds", min=2, help="How many seeds.")] = 10,
    first: Annotated[int, typer.Option("--first", min=0, help="The first seed.")] = 0,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="Runs at a time.")] = 1,
    check: Annotated[
        bool,
        typer.Option("--check", help="Grade right solutions instead: do they earn full marks?"),
    ] = False,
    solutions: Annotated[
        Path | None,
        typer.Option("--solutions", metavar="DIR", help="Folder of right solutions for --check."),
    ] = None,
    runs: Annotated[
        int | None,
        typer.Option("--runs", min=1, help="Runs of --check; default one for each solution."),
    ] = None,
    course: options.Course = None,
    data: options.Data = None,
    practice: options.Practice = False,
    device: options.Device = "auto",
    threads: options.Threads = 1,
) -> None:
    """Measure the worked solution and write rubrics/baselines/ASSIGNMENT.PROFILE.json."""
    from grader.pipeline import Request, prepare

    _require_together(check, solutions is not None or runs is not None)
    console = Console(highlight=False, soft_wrap=True)
    request = Request(
        assignment=assignment,
        course=course,
        data=data,
        practice=practice,
        device=device,
        threads=threads,
    )
    setup = prepare(request)
    if check:
        raise typer.Exit(_check(console, setup, solutions, runs, jobs))
    _measure(console, setup, list(range(first, first + seeds)), jobs)


def _require_together(check: bool, only_for_check: bool) -> None:
    """A forgotten --check would train for minutes and replace a baseline."""
    if only_for_check and not check:
        raise CourseError("--solutions and --runs belong to --check: add it, or leave them out")


def _measure(console: Console, setup: "Setup", seeds: list[int], jobs: int) -> None:
    from grader.calibration import calibrate as measure_reference
    from grader.calibration import write_baseline

    def report(seed: int, evidence: "Evidence") -> None:
        measured = evidence.measurements
        if measured is not None:
            console.print(
                f"seed {seed}: training {100 * (measured.train_accuracy or 0):.2f} %, "
                f"validation {100 * measured.valid_accuracy:.2f} %, {evidence.run.wall_s:.0f} s"
            )

    baseline = measure_reference(setup, seeds, jobs, report)
    path = setup.course.baseline_path(setup.assignment.slug, setup.data.profile)
    write_baseline(path, baseline)
    console.print(f"baseline: {path}")


def _check(
    console: Console, setup: "Setup", folder: Path | None, runs: int | None, jobs: int
) -> int:
    """Print how many right solutions earn full marks, and where the levels stand."""
    from grader.calibration.recorded import distances, recorded
    from grader.calibration.solutions import right_solutions, solve
    from grader.pipeline.setup import standard

    slug = setup.assignment.slug
    judged_by = standard(setup.course, slug, setup.data.profile)
    paths = right_solutions(setup.course, slug, folder)

    def report(solved: "Solved") -> None:
        state = "full marks" if solved.full else f"{solved.grade.score} points: {solved.lost}"
        again = len(solved.grade.attempts)
        more = f", in {again} attempts" if again > 1 else ""
        console.print(f"{solved.path.name}, seed {solved.seed}: {state}{more}", markup=False)

    found = list(solve(paths, setup, judged_by, runs or len(paths), jobs, report))
    full = sum(one.full for one in found)
    console.print(f"{full} of {len(found)} runs of right solutions earn full marks.")
    known = recorded(setup.course.folder, slug)
    if known is not None and setup.data.profile == "official":
        for sentence in distances(judged_by.rubric, judged_by.expectation, known):
            console.print(sentence, markup=False)
    return 0 if full == len(found) else BELOW
