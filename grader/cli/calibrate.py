"""``grader calibrate``: the reference over several seeds becomes a baseline."""

from typing import Annotated

import typer
from rich.console import Console

from grader.cli import options


def calibrate(
    assignment: Annotated[str, typer.Argument(help="lab1, lab2, lab3 or another lab's name.")],
    seeds: Annotated[int, typer.Option("--seeds", min=2, help="How many seeds.")] = 10,
    first: Annotated[int, typer.Option("--first", min=0, help="The first seed.")] = 0,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="Runs at a time.")] = 1,
    course: options.Course = None,
    data: options.Data = None,
    practice: options.Practice = False,
    device: options.Device = "auto",
    threads: options.Threads = 1,
) -> None:
    """Measure the worked solution and write rubrics/baselines/ASSIGNMENT.PROFILE.json."""
    from grader.calibration import calibrate as measure_reference
    from grader.calibration import write_baseline
    from grader.model.evidence import Evidence
    from grader.pipeline import Request, prepare

    console = Console()
    request = Request(
        assignment=assignment,
        course=course,
        data=data,
        practice=practice,
        device=device,
        threads=threads,
    )
    setup = prepare(request)

    def report(seed: int, evidence: Evidence) -> None:
        measured = evidence.measurements
        if measured is not None:
            console.print(
                f"seed {seed}: training {100 * (measured.train_accuracy or 0):.2f} %, "
                f"validation {100 * measured.valid_accuracy:.2f} %, {evidence.run.wall_s:.0f} s",
                highlight=False,
            )

    baseline = measure_reference(setup, list(range(first, first + seeds)), jobs, report)
    path = setup.course.baseline_path(assignment, setup.data.profile)
    write_baseline(path, baseline)
    console.print(f"baseline: {path}", soft_wrap=True, highlight=False)
