"""``grader regrade``: new grades from stored evidence, nothing re-run.

Every grade is made before the first is written, so a rubric that does not fit leaves a whole class
as it was. Folders whose grade stays the same are not touched. What people decided is applied again,
also what they decide while a class is being written.
"""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from grader.cli import options
from grader.cli.failures import Failures
from grader.errors import CourseError, ResultsError

if TYPE_CHECKING:
    from grader.model.assignment import Assignment
    from grader.model.evidence import Evidence
    from grader.model.grade import CriterionResult, Grade
    from grader.pipeline.setup import Standard
    from grader.results.store import StoredResult

    Standards = Callable[[str, str], tuple[Assignment, Standard]]

TIMES = 3
"""How often a result is judged that others keep changing meanwhile."""


def regrade(
    results: Annotated[Path, typer.Argument(help="A results folder, or one student's in it.")],
    course: options.Course = None,
    rubric: options.Rubric = None,
) -> None:
    """Judge stored runs again by the rubric as it is now, and say what changed."""
    from grader.cli.show import inert
    from grader.results.store import read_results

    console = Console(soft_wrap=True)
    standards = standards_of(course, rubric)
    stored = read_results(results)
    judged = [judged_again(one, standards) for one in stored.results]
    failed = Failures(stored.damaged)
    changed = reworded = 0
    for one, (evidence, grade) in zip(stored.results, judged, strict=True):
        try:
            written = _written(one, evidence, grade, standards)
        except Exception as error:  # noqa: BLE001 - one page must not cost the others
            failed.add(error, one.folder)
            continue
        if written is None:
            continue
        lines = changes(*written)
        changed += bool(lines)
        reworded += not lines
        for line in lines:
            console.print(inert(line))
    words = f", {reworded} in words only" if reworded else ""
    console.print(f"{len(judged)} graded again, {changed} changed{words}")
    failed.end()


def _written(
    one: "StoredResult", evidence: "Evidence", grade: "Grade", standards: "Standards"
) -> "tuple[Grade | None, Grade] | None":
    """Write a new grade, and return the old one and it; ``None`` where they are the same.

    Where somebody decided or graded the work meanwhile, that is judged instead: they did not know
    of this grade, nor it of them. Raises ResultsError.
    """
    from grader.reports import render_report
    from grader.results.store import read_result, update_result

    for left in reversed(range(TIMES)):
        if one.grade is not None and one.grade.document() == grade.document():
            return None
        assignment, judged_by = standards(grade.assignment, grade.profile)
        page = render_report(grade, evidence, judged_by.expectation.baseline, assignment)
        try:
            update_result(one, evidence, grade, page)
            break
        except ResultsError:
            known, one = one, read_result(one.folder)
            if one == known or not left:  # it failed for another reason, or again and again
                raise
        evidence, grade = judged_again(one, standards)
    return one.grade, grade


def standards_of(course: Path | None, rubric: Path | None) -> "Standards":
    """What judges an assignment on a data profile, read once for a whole class."""
    from grader.course import find_course
    from grader.pipeline.setup import standard

    found = find_course(course)

    @cache
    def read(slug: str, profile: str) -> "tuple[Assignment, Standard]":
        return found.assignment(slug), standard(found, slug, profile, rubric)

    return read


def judged_again(one: "StoredResult", standards: "Standards") -> "tuple[Evidence, Grade]":
    """The best attempt first, and its grade as the rubric and the decisions of people make it."""
    from grader.scoring.reviewed import reviewed

    best, grade = judged_alone(one.evidence, standards)
    return best, reviewed(grade, best, one.review)


def judged_alone(evidence: "Evidence", standards: "Standards") -> "tuple[Evidence, Grade]":
    """The same as the rubric alone makes it. Raises CourseError that names the student."""
    from grader.cli.show import inert
    from grader.pipeline import best_first, judge

    try:
        judged_by = standards(evidence.assignment, evidence.profile)[1]
        best = best_first(evidence, judged_by)
        return best, judge(best, judged_by)
    except CourseError as error:
        student = inert(evidence.submission.student)
        raise CourseError(f"{student} cannot be graded again: {error}") from None


def changes(old: "Grade | None", new: "Grade") -> list[str]:
    """One line for the grade, for each criterion that changed and each new reason for a review.

    None where only words changed.
    """
    from grader.cli.show import headline

    if old is None:
        return [f"{new.student}: graded without an earlier grade, {headline(new)}"]
    facts = zip(_facts(old), _facts(new), strict=True)
    whole = [f"{was} → {now}" for was, now in facts if was != now]
    items = list(_changed_criteria(old, new))
    if not whole and not items:
        return []
    new_reasons = [f"  needs review: {one}" for one in new.reasons if one not in old.reasons]
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
    from grader.cli.show import SIGNS

    return f"{item.earned:g} of {item.points:g} {SIGNS[item.verdict][0]}"
