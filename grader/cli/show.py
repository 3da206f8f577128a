"""A grade in the terminal: a short table, and where the report lies."""

import re
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.cli.codes import BELOW, OURS
from grader.model.grade import Grade
from grader.model.rubric import Visibility
from grader.model.verdict import Verdict

SIGNS = {
    Verdict.MET: ("✓ met", "green"),
    Verdict.PARTIAL: ("◐ partly", "yellow"),
    Verdict.UNMET: ("✗ not met", "red"),
    Verdict.BLOCKED: ("– not checked", "dim"),
    Verdict.FAULT: ("! our fault", "magenta"),
}
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def inert(text: str) -> Text:
    """Text a student may have written, without control characters or markup."""
    return Text(CONTROL.sub(" ", text))


def show_grade(console: Console, grade: Grade, folder: Path) -> None:
    """Print the grade as a table and the report's path."""
    if grade.profile == "practice":
        console.print("Practice data: this is not your grade.", style="bold yellow")
    table = Table(title=None, box=None, pad_edge=False, show_edge=False)
    table.add_column("criterion", max_width=44)
    table.add_column("verdict", no_wrap=True)
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("found", overflow="fold")
    for item in grade.criteria:
        if item.visibility is not Visibility.VISIBLE:
            continue
        sign, style = SIGNS[item.verdict]
        points = f"{item.earned:g} / {item.points:g}" if item.points else "not scored"
        advised = item.help and item.verdict in (Verdict.UNMET, Verdict.PARTIAL)
        found = inert(item.found)
        if advised:
            found.append("\n→ ").append(inert(item.help))
        table.add_row(inert(item.title), Text(sign, style=style), points, found)
    console.print(table)
    console.print(headline(grade), style="bold")
    for reason in grade.reasons:
        console.print(inert(f"needs review: {reason}"))
    for note in grade.notes:
        console.print(inert(f"note: {note}"))
    level = grade.isolation
    console.print(f"isolation level {level.level} ({level.backend}), {grade.device}", style="dim")
    console.print(f"report: {folder / 'report.html'}", soft_wrap=True, highlight=False)


def headline(grade: Grade) -> str:
    """The score in one line."""
    if grade.score is None:
        return "No score: the grader itself failed, a person will look at it."
    state = "passed" if grade.passed else "not passed yet"
    if grade.passed and grade.open_criteria:
        state = f"passed, {grade.open_criteria} of {len(grade.criteria)} criteria not met yet"
    if grade.provisional:
        state = "provisional, needs review"
    return f"{grade.score:g} of {grade.max_score:g} points, {state}"


def exit_code(grade: Grade) -> int:
    """0 passed, 1 below the pass mark, 3 needs review."""
    if grade.needs_review:
        return OURS
    return 0 if grade.passed else BELOW
