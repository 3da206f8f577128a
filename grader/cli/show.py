"""A grade in the terminal: a short table, and where the report lies."""

from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.cli.codes import BELOW, OURS
from grader.errors import ResultsError
from grader.inert import plain
from grader.model.grade import CriterionResult, Grade
from grader.model.rubric import Visibility
from grader.model.verdict import Verdict
from grader.results.earlier import EARLIER
from grader.results.reviews import read_review

SIGNS = {
    Verdict.MET: ("✓ met", "green"),
    Verdict.PARTIAL: ("◐ partly", "yellow"),
    Verdict.UNMET: ("✗ not met", "red"),
    Verdict.BLOCKED: ("– not checked", "dim"),
    Verdict.FAULT: ("! not judged", "magenta"),
}


def inert(text: str) -> Text:
    """Text a student may have written, without control characters or markup."""
    return Text(plain(text))


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
        advised = item.help and item.verdict in (Verdict.UNMET, Verdict.PARTIAL)
        found = inert(item.found)
        if advised:
            found.append("\n→ ").append(inert(item.help))
        table.add_row(inert(item.title), Text(sign, style=style), points_of(item), found)
    console.print(table)
    from grader.reports import wording  # templates take their time to load: not at the first look
    from grader.reports.headline import headline

    console.print(headline(grade), style="bold")
    for reason in grade.reasons:
        console.print(inert(f"needs review: {reason}"))
    for flag in grade.other_flags:
        console.print(inert(f"noticed, and settled: {flag}"))
    for decision in grade.reviews:
        console.print(inert(wording.decision(decision)))
    _say_what_counts_no_more(console, grade, folder)
    if (folder / EARLIER).is_dir():
        console.print(inert(f"earlier results are kept in {folder / EARLIER}"), soft_wrap=True)
    for note in grade.notes:
        console.print(inert(f"note: {note}"))
    level = grade.isolation
    console.print(f"isolation level {level.level} ({level.backend}), {grade.device}", style="dim")
    console.print(inert(f"report: {folder / 'report.html'}"), soft_wrap=True, highlight=False)


def _say_what_counts_no_more(console: Console, grade: Grade, folder: Path) -> None:
    """Decisions that lie beside a grade and are not in it were about earlier work."""
    try:
        decided = read_review(folder).decisions
    except ResultsError as error:
        console.print(inert(f"warning: {error}"), soft_wrap=True)
        return
    if decided and not grade.reviews:
        from grader.reports import wording

        console.print(inert(f"{wording.EARLIER_WORK} 'grader review' shows them."))


def points_of(item: CriterionResult) -> str:
    """What a criterion earned of its points, and what it had before a person set them."""
    if not item.points:
        return "not scored"
    before = "" if item.before_review is None else f" (was {item.before_review:g})"
    return f"{item.earned:g} / {item.points:g}{before}"


def exit_code(grade: Grade) -> int:
    """0 passed, 1 below the pass mark, 3 needs review."""
    if grade.needs_review:
        return OURS
    return 0 if grade.passed else BELOW
