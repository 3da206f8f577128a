"""``grader regrade``: new grades from stored evidence, nothing re-run.

Every grade is made before the first is written, so a rubric that does not fit leaves a whole class
as it was. Folders whose grade stays the same are not touched. What people decided is applied again,
also what they decide while a class is being written.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from grader.cli import options
from grader.cli.failures import Failures

if TYPE_CHECKING:
    from grader.model.grade import CriterionResult, Grade

NAMED = 5
"""Students who are named although only words changed for them."""


def regrade(
    results: Annotated[Path, typer.Argument(help="A results folder, or one student's in it.")],
    course: options.Course = None,
    rubric: options.Rubric = None,
) -> None:
    """Judge stored runs again by the rubric as it is now, and say what changed."""
    from grader.batch.picture import refresh_picture
    from grader.batch.rejudge import judged_again, rewrite, standards_of, uncollected
    from grader.cli.signs import inert
    from grader.results.store import read_results

    console = Console(soft_wrap=True)
    standards = standards_of(course, rubric)
    with uncollected():
        stored = read_results(results)
        judged = [judged_again(one, standards) for one in stored.results]
    failed = Failures(stored.damaged)
    changed, reworded = 0, list[str]()
    for one, (evidence, grade) in zip(stored.results, judged, strict=True):
        try:
            written = rewrite(one, evidence, grade, standards)
        except Exception as error:  # noqa: BLE001 - one page must not cost the others
            failed.add(error, one.folder)
            continue
        if written is None:
            continue
        lines = changes(*written)
        changed += bool(lines)
        reworded += [] if lines else [written[1].student]
        for line in lines:
            console.print(inert(line))
    words = f", {len(reworded)} in words only ({_some(reworded)})" if reworded else ""
    console.print(inert(f"{len(judged)} graded again, {changed} changed{words}"))
    if changed or reworded:
        refresh_picture(results, course)
    failed.end()


def _some(students: list[str]) -> str:
    """The first of them by name, and how many more there are."""
    more = f" and {len(students) - NAMED} more" if len(students) > NAMED else ""
    return ", ".join(students[:NAMED]) + more


def changes(old: "Grade | None", new: "Grade") -> list[str]:
    """One line for the grade, for each criterion that changed and each new reason for a review.

    None where only words changed.
    """
    from grader.reports.headline import headline

    if old is None:
        return [f"{new.student}: graded without an earlier grade, {headline(new)}"]
    facts = zip(_facts(old), _facts(new), strict=True)
    whole = [f"{was} → {now}" for was, now in facts if was != now]
    items = list(_changed_criteria(old, new))
    new_reasons = [f"  needs review: {one}" for one in new.reasons if one not in old.reasons]
    if not whole and not items and not new_reasons:
        return []
    first = f"{new.student}: {', '.join(whole) or f'still {_facts(new)[0]}'}"
    return [first, *items, *new_reasons]


def _facts(grade: "Grade") -> tuple[str, ...]:
    points = "no score" if grade.score is None else f"{grade.score:g}"
    return (
        f"{points} of {grade.max_score:g}",
        "passed" if grade.passed else "not passed",
        f"{grade.pass_mark:g} to pass",
        "needs review" if grade.needs_review else "needs no review",
    )


def _changed_criteria(old: "Grade", new: "Grade") -> Iterator[str]:
    before = {item.id: item for item in old.criteria}
    for item in new.criteria:
        earlier = before.pop(item.id, None)
        was, now = "new" if earlier is None else _standing(earlier), _standing(item)
        if was != now:
            yield f"  {item.title}: {was} → {now}. {item.found}"
    for gone in before.values():
        yield f"  {gone.title}: removed (was {gone.earned:g})"


def _standing(item: "CriterionResult") -> str:
    from grader.cli.signs import SIGNS

    return f"{item.earned:g} of {item.points:g} {SIGNS[item.verdict][0]}"
