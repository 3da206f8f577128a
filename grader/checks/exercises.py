"""No exercise is left open: no placeholder stands in the code."""

from grader.checks.interface import Check, Expectation, NoParameters
from grader.model.evidence import Evidence
from grader.model.verdict import Finding, met, unmet

EXPECTED = "Every exercise is filled in."


def judge(evidence: Evidence, expectation: Expectation, parameters: NoParameters) -> Finding:
    """Met when the source parses and no placeholder stands in it as code."""
    source = evidence.source
    if source.parse_error is not None:
        return unmet(
            EXPECTED,
            f"The code cannot be read: {source.parse_error.text}",
            "Correct the syntax at that place.",
            source.parse_error,
        )
    if source.placeholders:
        count = len(source.placeholders)
        first = source.placeholders[0]
        return unmet(
            EXPECTED,
            f"{count} placeholder{'s are' if count > 1 else ' is'} left, the first: {first.text}",
            "Replace each placeholder by your own code.",
            first,
        )
    if not source.lines:
        return unmet(EXPECTED, "The file is empty.", "Hand in the file with your work.")
    return met(EXPECTED, "No placeholder is left.")


CHECK = Check("exercises_finished", "No placeholder is left in the code.", NoParameters, judge)
