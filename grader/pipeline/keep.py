"""Keeps the result of a run that took minutes, whatever fails after it."""

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from grader.errors import Fault, ResultsError
from grader.model.evidence import Evidence
from grader.model.grade import Grade
from grader.model.run import Outcome
from grader.reports.headline import headline
from grader.results.store import Logs, write_result

NO_PAGE = {
    "report.html": "<!doctype html><title>Report</title><p>This report could not be made.",
}


Pages = Mapping[str, str]
"""What people read, by the names of the files."""


def keep(
    out: Path, evidence: Evidence, grade: Grade, logs: Logs, pages: Callable[[], Pages]
) -> Path:
    """Write a result to its folder below ``out`` and return it; ``pages`` makes its report.

    Raises Fault where either fails; it says what was kept, where, and what to do. Raises
    ResultsError where the place cannot be written and nothing was run.
    """
    made: Pages
    wrong: Exception | None = None
    try:
        made = pages()
    except Exception as error:  # noqa: BLE001 - a template or what fills it
        made, wrong = NO_PAGE, error
    try:
        place = write_result(out, evidence, grade, made, logs)
    except Exception as error:
        if isinstance(error, ResultsError) and evidence.run.outcome is Outcome.NOT_RUN:
            raise  # reading it again takes no time: there is nothing to lose
        raise _kept_elsewhere(error, evidence, grade, made, logs) from error
    if wrong is not None:
        raise Fault(
            f"the report could not be made ({_said(wrong)}); the run and its grade are kept in "
            f"{place}, and 'grader report {place}' makes the report once the grader is mended"
        ) from wrong
    return place


def _kept_elsewhere(
    error: Exception, evidence: Evidence, grade: Grade, pages: Pages, logs: Logs
) -> Fault:
    """Keep a result where there is still room; the fault that says where it is."""
    why = str(error) if isinstance(error, ResultsError) else _said(error)
    why = why.removesuffix(": choose another place with --out")
    for parent in (tempfile.gettempdir, Path.cwd, Path.home):
        with contextlib.suppress(Exception), contextlib.ExitStack() as failed:
            made = Path(tempfile.mkdtemp(prefix="lab-grader-kept-", dir=parent()))
            failed.callback(shutil.rmtree, made, ignore_errors=True)
            place = write_result(made, evidence, grade, pages, logs)
            failed.pop_all()
            return Fault(
                f"{why}; nothing is lost: the result is kept in {place}. Make room, or get the "
                "right to write, and move that folder to the results, or choose another place "
                "with --out"
            )
    return Fault(
        f"{why}, nor to any other place, and is lost ({headline(grade)}): make room on the disk, "
        "and grade it again"
    )


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
