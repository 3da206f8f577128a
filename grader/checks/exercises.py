"""No exercise is left open: no placeholder stands in the code."""

from grader.checks.interface import (
    TRAIN_AN_EPOCH,
    Check,
    Expectation,
    NoParameters,
    trained_nothing,
)
from grader.model.evidence import Evidence
from grader.model.source import Place
from grader.model.verdict import Finding, blocked, met, unmet

EXPECTED = "No placeholder is left in the code."
NAMED = 5


def judge(evidence: Evidence, expectation: Expectation, parameters: NoParameters) -> Finding:
    """Met when the source parses and no placeholder stands in it as code."""
    source = evidence.source
    if source.framework is not None:
        return unmet(
            EXPECTED,
            f"This is a {source.framework} program, and this lab is written in PyTorch.",
            "Solve the exercises with torch: the handout shows how each of its steps is written.",
        )
    if source.parse_error is not None:
        return unmet(
            EXPECTED,
            f"The code cannot be read: {source.parse_error.text}.",
            _readable(source.parse_error),
            source.parse_error,
        )
    if source.placeholders:
        count = len(source.placeholders)
        first = source.placeholders[0]
        places = list(dict.fromkeys(place.words for place in source.placeholders))
        named = "; ".join(places[:NAMED])
        more = f"; and {len(places) - NAMED} more places" if len(places) > NAMED else ""
        if source.skipped_cells:
            more += "; the handout's own solution cells do not count"
        return unmet(
            EXPECTED,
            f"{count} placeholder{'s are' if count > 1 else ' is'} left: {named}{more}.",
            f"Replace each placeholder by your own code, first in {first.words}: {first.text}",
            first,
        )
    if not source.lines:
        return unmet(EXPECTED, "The file is empty.", "Hand in the file with your work.")
    if trained_nothing(evidence):
        found = "No placeholder is left, but the program trains nothing."
        return blocked(EXPECTED, found, TRAIN_AN_EPOCH)
    return met(EXPECTED, "No placeholder is left.")


def _readable(place: Place) -> str:
    if place.line is None and place.file and place.file.lower().endswith(".py"):
        return f"Hand in {place.file} as a Python script that is saved as UTF-8."
    if place.line is None:
        return "Open the file in Jupyter, save it there, and hand in what it saved."
    return f"Correct the syntax in {place.words}."


CHECK = Check("exercises_finished", "No placeholder is left in the code.", NoParameters, judge)
