"""A grade told in about ten lines: the points, the one thing to fix, and what is not met yet."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from grader.cli.signs import SIGNS, inert, points_of
from grader.model.diagnosis import Diagnosis
from grader.model.grade import CriterionResult, Grade
from grader.model.rubric import Visibility
from grader.model.verdict import Verdict

SHOWN = 2
"""Criteria that are not met and have a line of their own; the table and the report have all."""
OTHERS = 2
"""Mistakes besides the first that are named."""
OPEN = (Verdict.UNMET, Verdict.PARTIAL)


def show_story(console: Console, grade: Grade) -> None:
    """Print the points, what to do next and how the criteria stand."""
    from grader.reports.headline import headline  # not at the first look: it takes time to load

    visible = [one for one in grade.criteria if one.visibility is Visibility.VISIBLE]
    left = [one for one in visible if one.verdict is not Verdict.MET]
    how_many = f"met: {len(visible) - len(left)} of {len(visible)} criteria"
    more = ", --full shows all" if len(left) > SHOWN else ""
    console.print(headline(grade), style="bold", end="")
    console.print(f" ({how_many}{more})", style="dim", highlight=False)
    others = show_first_mistake(console, grade)
    if len(others) == len(grade.diagnosis):
        left = _without_first(console, left)
    for line in _compact(left):
        console.print(line, no_wrap=True, overflow="ellipsis", highlight=False)
    show_titles(console, others)


def show_first_mistake(console: Console, grade: Grade) -> Sequence[Diagnosis]:
    """Print the mistake to mend first, and return the others.

    One that cost nothing is no reason to hurry: where points are missing all others are returned.
    """
    from grader.reports.diagnoses import named, to_fix

    found = named(grade)
    if to_fix(grade) is not None:
        show_mistake(console, found[0], "Fix first")
    elif found and not grade.open_criteria:
        show_mistake(console, found[0], "Worth knowing")
    else:
        return found
    return found[1:]


def show_titles(console: Console, others: Sequence[Diagnosis]) -> None:
    """Print what else was found, in one line."""
    from grader.reports.diagnoses import hedged

    if others:
        line = inert(f"also found: {'; '.join(map(hedged, others[:OTHERS]))}")
        console.print(line, no_wrap=True, overflow="ellipsis", highlight=False)


def show_mistake(console: Console, one: Diagnosis, label: str = "") -> None:
    """Print one mistake: what it is and where, why, and what to do."""
    from grader.reports.diagnoses import hedged

    place = one.where.words if one.where is not None else ""
    head = ": ".join(part for part in (label, place, hedged(one)) if part)
    console.print(inert(head), style="bold", highlight=False)
    text = f"{one.explanation.strip()} → {one.fix.strip()}"
    console.print(inert(text.strip()), highlight=False)


def _without_first(console: Console, left: Sequence[CriterionResult]) -> list[CriterionResult]:
    """Print the first criterion to meet with what to do, and return the others."""
    worth = [one for one in left if one.points > 0]
    first = next((one for one in worth if one.verdict in OPEN), None)
    if first is None and all(one.verdict is Verdict.BLOCKED for one in worth):
        first = next(iter(worth), None)
    if first is None:
        return list(left)
    place = first.where.words if first.where is not None else ""
    named = f"{first.title} ({points_of(first)} points)"
    head = ": ".join(part for part in ("Fix first", place, named) if part)
    console.print(inert(head), style="bold", highlight=False)
    console.print(inert(first.found), highlight=False)
    if first.help:
        console.print(inert(f"→ {first.help}"), highlight=False)
    return [one for one in left if one is not first]


def _lost(one: CriterionResult) -> float:
    return one.points - one.earned


def _compact(left: Sequence[CriterionResult]) -> Iterator[Text]:
    """One line for each criterion that is not met; one for all that were not checked."""
    checked = [one for one in left if one.verdict is not Verdict.BLOCKED]
    for one in sorted(checked, key=_lost, reverse=True)[:SHOWN]:
        sign, style = SIGNS[one.verdict]
        line = Text(f"{sign[0]} ", style=style)
        yield line.append(inert(f"{one.title}: {points_of(one)}. {one.found}"))
    blocked = [one.title for one in left if one.verdict is Verdict.BLOCKED]
    if blocked:
        sign, style = SIGNS[Verdict.BLOCKED]
        yield Text(f"{sign[0]} ", style=style).append(
            inert(f"not checked yet, {len(blocked)}: {'; '.join(blocked)}")
        )
