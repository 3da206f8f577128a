"""``grader ci``: an assignment repository's gate, for GitHub, GitLab and whoever reads their files.

Every ending is published before it ends the command, so that the platform shows the sentence.
"""

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from grader.ci.require import Require
from grader.cli import options
from grader.cli.codes import BELOW, CALLER, INTERRUPTED, OURS

if TYPE_CHECKING:
    from grader.ci.ending import Ending
    from grader.ci.path import Gate
    from grader.ci.runner import Runner
    from grader.cli.live import LiveRun
    from grader.model.grade import Grade
    from grader.pipeline import Setup
    from grader.pipeline.checked import Follow
    from grader.pipeline.setup import Standard

STOPPED = (
    "the gate was stopped before there was a grade: run the job again, with more time where it was "
    "the job's limit"
)


def ci(
    assignment: Annotated[str, typer.Argument(help="lab1, lab2, lab3 or another lab's name.")],
    folder: Annotated[
        Path, typer.Argument(help="The repository, or a folder of it; default this one.")
    ] = Path(),
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Results folder, outside the repository; default a new one.",
        ),
    ] = None,
    student: Annotated[
        str | None,
        typer.Option("--student", metavar="NAME", help="Whose it is; default the folder's name."),
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
        typer.Option(
            "--main", metavar="FILE", help="Which file to grade, whatever it says itself."
        ),
    ] = None,
    require: Annotated[
        Require,
        typer.Option("--require", help="What is green: the pass mark, or all of the points."),
    ] = Require.PASS,
    annotations: Annotated[
        bool, typer.Option("--annotations", help="Print GitHub's annotations elsewhere, too.")
    ] = False,
) -> None:
    """Grade what a repository hands in, and tell the platform that runs the job."""
    from grader.ci.path import Gate
    from grader.ci.runner import runner_of
    from grader.pipeline import Request

    runner = runner_of(os.environ)
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
    place = out or runner.results(assignment)
    gate = Gate(request, folder, place, runner.root, main, student, require)
    raise typer.Exit(_ended(gate, runner, annotates=annotations or runner.annotates).code)


def _ended(gate: "Gate", runner: "Runner", *, annotates: bool) -> "Ending":
    """Pass the gate and publish how it ended; what went wrong is raised again after that."""
    from grader.ci.ending import not_graded
    from grader.ci.path import pass_gate, refused
    from grader.cli.show import show_grade
    from grader.errors import CallerError

    console, name = Console(), gate.request.assignment
    try:
        ending = pass_gate(gate, _live(console, gate.folder.resolve().name), _code)
    except CallerError as error:
        _tell(refused(gate, error, CALLER), gate, runner, annotates=annotates)
        raise
    except KeyboardInterrupt:  # a job's time was over, or somebody stopped it
        _tell(not_graded(name, INTERRUPTED, STOPPED), gate, runner, annotates=annotates)
        raise
    except Exception as error:
        said = f"{error or type(error).__name__}. This is the grader's own failure."
        _tell(not_graded(name, OURS, said), gate, runner, annotates=annotates)
        raise
    if ending.grade is not None and ending.folder is not None:
        show_grade(console, ending.grade, ending.folder, full=True)
    _tell(ending, gate, runner, annotates=annotates)
    return ending


def _code(grade: "Grade", short: bool) -> int:
    from grader.cli.show import exit_code

    return BELOW if short else exit_code(grade)


def _live(console: Console, title: str) -> "Follow":
    """Return what opens the live progress of a run."""

    def opened(setup: "Setup", standard: "Standard") -> "LiveRun":
        from grader.cli.codes import NOT_ISOLATED
        from grader.cli.live import LiveRun

        if setup.chosen.isolation.level == 0:
            typer.echo(NOT_ISOLATED, err=True)
        return LiveRun(console, title, standard.expectation.baseline.epochs, quiet=False)

    return opened


def _tell(ending: "Ending", gate: "Gate", runner: "Runner", *, annotates: bool) -> None:
    """Publish an ending. One without a grade ends with its own sentence, whatever fails here."""
    from grader.ci.publish import annotations, publish
    from grader.ci.walls import is_inside
    from grader.course import find_course
    from grader.errors import GraderError

    if annotates:
        for line in annotations(ending):
            typer.echo(line)
    if ending.grade is not None:
        lab = find_course(gate.request.course).assignment(ending.assignment)
        publish(ending, gate.out, runner, lab)
        return
    refused = is_inside(gate.out, gate.folder)  # nothing is written where students write
    with contextlib.suppress(GraderError):
        publish(ending, runner.results(ending.assignment) if refused else gate.out, runner, None)
