"""Judges stored runs again, as the rubric and the decisions of people make it now.

Nothing is run. A grade that stays the same is not written.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from grader.course import find_course
from grader.errors import CourseError, ResultsError
from grader.model.assignment import Assignment
from grader.model.evidence import Evidence
from grader.model.grade import Grade
from grader.pipeline import best_first, judge
from grader.pipeline.setup import Standard, standard
from grader.reports import render_pages
from grader.results.store import StoredResult, executed_notebook, read_result, update_result
from grader.scoring.reviewed import reviewed

Standards = Callable[[str, str], tuple[Assignment, Standard]]
"""What judges an assignment, by its name and the data profile."""

TIMES = 3
"""How often a result is judged that others keep changing meanwhile."""


def rewrite(
    one: StoredResult, evidence: Evidence, grade: Grade, standards: Standards
) -> tuple[Grade | None, Grade] | None:
    """Write a new grade, and return the old one and it; ``None`` where they are the same.

    Where somebody decided or graded the work meanwhile, that is judged instead: they did not know
    of this grade, nor it of them. Raises ResultsError.
    """
    for left in reversed(range(TIMES)):
        if one.grade is not None and one.grade.document() == grade.document():
            return None
        assignment, judged_by = standards(grade.assignment, grade.profile)
        baseline, ran = judged_by.expectation.baseline, executed_notebook(one.folder)
        pages = render_pages(grade, evidence, baseline, assignment, ran)
        try:
            update_result(one, evidence, grade, pages)
            break
        except ResultsError:
            known, one = one, read_result(one.folder)
            if one == known or not left:  # it failed for another reason, or again and again
                raise
        evidence, grade = judged_again(one, standards)
    return one.grade, grade


@contextmanager
def uncollected() -> Iterator[None]:
    """Judge a class without Python's search for cycles: judging makes hardly any, and the search
    takes a quarter of the time where thousands of things are kept.
    """
    usual = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if usual:
            gc.enable()


def standards_of(course: Path | None, rubric: Path | None) -> Standards:
    """What judges an assignment on a data profile, read once for a whole class."""
    found = find_course(course)

    @cache
    def read(slug: str, profile: str) -> tuple[Assignment, Standard]:
        return found.assignment(slug), standard(found, slug, profile, rubric)

    return read


def judged_again(one: StoredResult, standards: Standards) -> tuple[Evidence, Grade]:
    """The best attempt first, and its grade as the rubric and the decisions of people make it."""
    best, grade = judged_alone(one.evidence, standards)
    return best, reviewed(grade, best, one.review)


def judged_alone(evidence: Evidence, standards: Standards) -> tuple[Evidence, Grade]:
    """The same as the rubric alone makes it. Raises CourseError, which no student is to mend."""
    slug, student = evidence.assignment, evidence.submission.student
    try:
        judged_by = standards(slug, evidence.profile)[1]
        best = best_first(evidence, judged_by)
        return best, judge(best, judged_by)
    except CourseError as error:
        raise CourseError(
            f"results of {slug} cannot be graded again, {student}'s for one: {error}"
        ) from None
