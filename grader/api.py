"""The interface for Python: grade a submission, read results. Its names are those of ``grader``.

It promises what the command does: see ``tests/compatibility``. Nothing is printed, no signal is
caught and no process ended, so that it works in notebooks and in threads. Of errors,
``CallerError`` says in a sentence what the caller has to change, and ``Fault`` is the grader's own
failure; whatever is wrong inside a submission is neither, but a grade.
"""

import contextlib
import math
import os
import warnings
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from grader.batch.collected import Collected, collect
from grader.discovery import open_submission
from grader.errors import CallerError, Fault, GraderError
from grader.model.grade import Grade
from grader.model.verdict import Verdict
from grader.pipeline.checked import check, check_and_keep
from grader.pipeline.path import Listener
from grader.pipeline.setup import Request, Setup, Standard
from grader.reports.class_members import Member, Standing

__all__ = [
    "CallerError",
    "Collected",
    "Fault",
    "Grade",
    "GraderError",
    "Listener",
    "Member",
    "Standing",
    "Verdict",
    "grade",
    "read_results",
]

Name = str | os.PathLike[str]
"""What names a file or folder."""

NOT_ISOLATED = (
    "not isolated: the submission can read and change all your files. Only run code you trust, or "
    "install a sandbox ('grader doctor' says which); isolation=0 says that this is meant"
)


def grade(
    assignment: str,
    submission: Name,
    *,
    out: Name | None = None,
    student: str | None = None,
    course: Name | None = None,
    rubric: Name | None = None,
    data: Name | None = None,
    practice: bool = False,
    device: str = "auto",
    isolation: int | None = None,
    seed: int = 0,
    holdout: float | None = None,
    timeout_s: float | None = None,
    limits: Mapping[str, float] | None = None,
    threads: int | None = None,
    reruns: int = 2,
    main: str | None = None,
    listener: Listener | None = None,
) -> Grade:
    """Run one submission, measure what it trained, and return its grade.

    Every parameter means what the option of ``grader check`` of that name does; ``limits`` are the
    assignment's limits to override, by name. The grade is what ``grade.json`` holds. With ``out``,
    ``out/<student>/`` is written as the command writes it, otherwise nothing is kept. A
    ``listener`` hears of the run's progress, in the thread that called.

    The submission is run at the strongest isolation there is; where there is none, and
    ``isolation`` is not 0, a warning says so before it runs.

    Raises CallerError for what the caller has to change, and Fault where the grader itself failed.
    A submission that does not parse, crashes or runs out of time has a grade like every other. So
    has one whose run failed for a reason of ours: it is ``provisional``, or ``score`` is ``None``.
    """
    _require("isolation", isolation, 0, 3)
    _require("seed", seed, 0, 2**32 - 1)
    _require("timeout_s", timeout_s, 1)
    _require("threads", threads, 1)
    _require("reruns", reruns, 0, 2)
    request = Request(
        assignment=assignment,
        course=_path(course),
        rubric=_path(rubric),
        data=_path(data),
        practice=practice,
        device=device,
        isolation=isolation,
        seed=seed,
        holdout=holdout,
        timeout_s=timeout_s,
        limits=tuple(f"{name}={value}" for name, value in (limits or {}).items()),
        threads=threads,
        reruns=reruns,
    )

    def follow(setup: Setup, judged_by: Standard) -> AbstractContextManager[Listener | None]:
        if setup.chosen.isolation.level == 0 and isolation is None:
            warnings.warn(NOT_ISOLATED, RuntimeWarning, stacklevel=4)
        return contextlib.nullcontext(listener)

    with open_submission(Path(submission), student, main) as found:
        if out is None:
            return check(request, found, follow).grade
        return check_and_keep(request, found, Path(out), follow, named=student is not None)[0]


def _path(name: Name | None) -> Path | None:
    return None if name is None else Path(name)


def _require(name: str, value: float | None, least: int, most: int | None = None) -> None:
    """Raises CallerError where a number is out of its range, as the command's options do."""
    if value is not None and not least <= value <= (math.inf if most is None else most):
        wanted = f"{least} or more" if most is None else f"{least} to {most}"
        raise CallerError(f"{name} cannot be {value}: give {wanted}")


def read_results(folder: Name) -> Collected:
    """Read the grades in ``folder``: a results folder of a class, or one student's.

    ``members`` are everybody by name, graded or not; ``roll`` is what is known of the class,
    ``None`` where there is none; ``damaged`` has a sentence for each grade that cannot be read.
    Raises CallerError where there are no results.
    """
    return collect(Path(folder))
