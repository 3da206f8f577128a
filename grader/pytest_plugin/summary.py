"""What the terminal says at the end of a session that graded."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from grader.exports.shown import PRACTICE
from grader.inert import plain
from grader.model.grade import Grade
from grader.reports.headline import headline


def summary(terminal: pytest.TerminalReporter, graded: Iterable[tuple[Path, Grade]]) -> None:
    """Write a section about the grades, and one about what a person still has to look at."""
    every = list(graded)
    if not every:
        return
    terminal.section("grades")
    for place, grade in every:
        terminal.write_line(plain(f"{place.name}: {headline(grade)}"), bold=True)
        level = grade.isolation
        how = f"isolation level {level.level} ({level.backend}), {grade.device}"
        terminal.write_line(f"  {how}" + ": NOT ISOLATED" * (level.level == 0))
    if any(grade.profile == "practice" for _, grade in every):
        terminal.write_line(PRACTICE, yellow=True)
    waiting = [(place, grade) for place, grade in every if grade.needs_review]
    if waiting:
        terminal.section("needs review", yellow=True)
        for place, grade in waiting:
            for reason in grade.reasons:
                terminal.write_line(plain(f"{place.name}: {reason}"), yellow=True)
