"""A grade in the terminal: in about ten lines, or as a table; and where the report lies."""

from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.cli.codes import BELOW, OURS
from grader.cli.signs import SIGNS, inert, points_of
from grader.cli.story import show_first_mistake, show_story, show_titles
from grader.errors import ResultsError
from grader.model.grade import Grade
from grader.model.rubric import Visibility
from grader.model.verdict import Verdict
from grader.results.earlier import EARLIER
from grader.results.reviews import read_review

PRACTICE = "Practice data: this is not your grade."
NOTES = 2
"""Notes that are told where little is; the report has all."""


def show_grade(console: Console, grade: Grade, folder: Path, *, full: bool = False) -> None:
    """Print the grade, ``full`` with a table of all criteria below the mistake to mend first."""
    if grade.profile == "practice":
        console.print(PRACTICE, style="bold yellow")
    if full:
        show_titles(console, show_first_mistake(console, grade))
        _show_table(console, grade)
    else:
        show_story(console, grade)
    _show_reasons(console, grade)
    _say_what_counts_no_more(console, grade, folder)
    if (folder / EARLIER).is_dir():
        console.print(inert(f"earlier results are kept in {folder / EARLIER}"), soft_wrap=True)
    _show_notes(console, grade, len(grade.notes) if full else NOTES)
    level = grade.isolation
    console.print(f"isolation level {level.level} ({level.backend}), {grade.device}", style="dim")
    console.print(inert(f"report: {folder / 'report.html'}"), soft_wrap=True, highlight=False)


def _show_table(console: Console, grade: Grade) -> None:
    from grader.reports.headline import headline  # not at the first look: it takes time to load

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
    console.print(headline(grade), style="bold")


def _show_reasons(console: Console, grade: Grade) -> None:
    """Why a person has to look at it, and what people decided."""
    from grader.reports import wording

    for reason in grade.reasons:
        console.print(inert(f"needs review: {reason}"))
    for flag in grade.other_flags:
        console.print(inert(f"noticed, and settled: {flag}"))
    for decision in grade.reviews:
        console.print(inert(wording.decision(decision)))


def _show_notes(console: Console, grade: Grade, most: int) -> None:
    for note in grade.notes[:most]:
        console.print(inert(f"note: {note}"))
    left = len(grade.notes) - most
    if left > 0:
        console.print(f"and {left} more note{'s' * (left > 1)} in the report", highlight=False)


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


def exit_code(grade: Grade) -> int:
    """0 passed, 1 below the pass mark, 3 needs review."""
    if grade.needs_review:
        return OURS
    return 0 if grade.passed else BELOW
