"""Puts what came of a gate where platforms look for it: files, a summary, a step's outputs."""

from collections.abc import Iterator
from pathlib import Path

from grader.ci import gitlab
from grader.ci.annotations import commands
from grader.ci.ending import Ending
from grader.ci.outputs import append
from grader.ci.runner import Runner
from grader.ci.summary import summary
from grader.errors import Fault
from grader.exports import FORMATS, Wanted
from grader.model.assignment import Assignment
from grader.model.grade import Grade
from grader.reports.class_members import Graded, members
from grader.results.atomic import replace

SHOWN = "shown"
"""Below the results: what students may see, and a workflow may keep as an artefact."""
REPORT, JUNIT, SUMMARY = "report.html", "junit.xml", "summary.md"
NOTEBOOK = "notebook.html"
"""What a report leads to, where the work is a notebook."""


def publish(ending: Ending, out: Path, runner: Runner, assignment: Assignment | None) -> None:
    """Write everything but annotations. Raises Fault where it cannot be written."""
    shown = out / SHOWN
    try:
        if runner.summary is not None:
            with runner.summary.open("a", encoding="utf-8", errors="replace") as stream:
                stream.write(summary(ending))
        if runner.output is not None:
            append(runner.output, outputs(ending, shown))
        shown.mkdir(parents=True, exist_ok=True)
        for name in (
            REPORT,
            NOTEBOOK,
            JUNIT,
        ):  # an earlier job's, where this has no grade
            (shown / name).unlink(missing_ok=True)
        for name, content in _files(ending, assignment):
            replace(shown / name, content)
    except OSError as error:
        raise Fault(
            f"what came of the gate cannot be written ({error.strerror}: {error.filename})"
        ) from error


def annotations(ending: Ending) -> Iterator[str]:
    """The lines that GitHub's runner reads from what a step prints."""
    return commands(ending.problems)


def outputs(ending: Ending, shown: Path) -> dict[str, str]:
    """Return the outputs of a step; what there is none of is empty."""
    grade = ending.grade
    there = {name: str(shown / name) if grade else "" for name in (REPORT, JUNIT)}
    return {
        "exit-code": str(ending.code),
        "passed": _word(grade is not None and ending.code == 0),
        "needs-review": _word(grade is not None and grade.needs_review),
        "score": "" if grade is None or grade.score is None else f"{grade.score:g}",
        "max-score": "" if grade is None else f"{grade.max_score:g}",
        "report": there[REPORT],
        "junit": there[JUNIT],
        "grade": str(ending.folder / "grade.json") if ending.folder else "",
        "artifacts": str(shown),
    }


def _word(truth: bool) -> str:
    return "true" if truth else "false"


def _files(ending: Ending, assignment: Assignment | None) -> Iterator[tuple[str, bytes]]:
    yield SUMMARY, summary(ending).encode("utf-8", "replace")
    yield gitlab.NAME, gitlab.code_quality(ending.assignment, ending.problems)
    if ending.grade is not None and ending.folder is not None and assignment is not None:
        yield REPORT, (ending.folder / REPORT).read_bytes()
        if (ending.folder / NOTEBOOK).is_file():
            yield NOTEBOOK, (ending.folder / NOTEBOOK).read_bytes()
        yield JUNIT, _junit(ending.grade, ending.folder.name, assignment)


def _junit(grade: Grade, folder: str, assignment: Assignment) -> bytes:
    one = members(None, [Graded(folder, grade, None)])
    return FORMATS["junit"].export(Wanted(assignment, one, provisional=True)).content
