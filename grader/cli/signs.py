"""How verdicts, points and texts of a student's are written in the terminal."""

from rich.text import Text

from grader.inert import plain
from grader.model.grade import CriterionResult
from grader.model.verdict import Verdict

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


def points_of(item: CriterionResult) -> str:
    """What a criterion earned of its points, and what it had before a person set them."""
    if not item.points:
        return "not scored"
    before = "" if item.before_review is None else f" (was {item.before_review:g})"
    return f"{item.earned:g} / {item.points:g}{before}"
