"""``gradescope``: ``results.json`` of an autograder, as Gradescope's specification has it.

Every criterion is there with its ``visibility``: Gradescope itself hides what students may not see,
and hides the total where that would tell. So what is said of the whole submission has no figures
then, and of a mistake no explanation. Where practice data is graded on, the course has chosen so:
that is said, and no more.
"""

from typing import Any

from grader.exports.counted import notes_on
from grader.exports.interface import Exported, Wanted
from grader.exports.shown import Outcome, line, mistakes, told
from grader.exports.single import documented, the_one
from grader.model.grade import CriterionResult, Grade
from grader.model.rubric import Visibility
from grader.reports.headline import headline
from grader.reports.text import visible

PRACTICE = "Graded on practice data."


def export(wanted: Wanted) -> Exported:
    """Return the result of the one student. Raises ResultsError where a fault of ours leaves points
    open: the autograder has to end with a failure, which an instructor sees.
    """
    member, grade = the_one(wanted)
    return Exported(documented(results(grade)), notes=tuple(notes_on([(member, grade)])))


def results(grade: Grade) -> dict[str, Any]:
    """Return the document; ``extra_data`` is for instructors, students do not see it."""
    return {
        "score": grade.score,
        "execution_time": round(grade.run.wall_s),
        "output": "\n".join(_told(grade)),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "stdout_visibility": "hidden",  # what the autograder prints may name hidden criteria
        "extra_data": _facts(grade),
        "tests": [_test(number, one) for number, one in enumerate(grade.criteria, 1)],
    }


def _told(grade: Grade) -> list[str]:
    """What is said of the whole submission, to the student too."""
    practice = [PRACTICE] if grade.profile == "practice" else []
    reviewed = [f"Needs review: {visible(one)}" for one in grade.reasons]
    total = [] if _hides(grade) else [headline(grade)]
    found = map(told, mistakes(grade))
    return [*practice, *total, *reviewed, *found, *map(visible, grade.notes)]


def _hides(grade: Grade) -> bool:
    """Whether a total would tell what students may not see."""
    return any(one.visibility is not Visibility.VISIBLE for one in grade.criteria)


def _test(number: int, one: CriterionResult) -> dict[str, Any]:
    shown = line(one)
    # Of those without points alone, one that could not be judged comes here: it has not failed.
    judged = shown.outcome is not Outcome.FAULT
    return {
        **({"status": "passed" if shown.met else "failed"} if judged else {}),
        "score": one.earned,
        "max_score": one.points,
        "name": shown.title,
        "number": str(number),
        "output": shown.text,
        "visibility": one.visibility.value,
        "extra_data": {"id": one.id, "verdict": one.verdict.value},
    }


def _facts(grade: Grade) -> dict[str, Any]:
    return {
        "assignment": grade.assignment,
        "headline": headline(grade),
        "max_score": grade.max_score,
        "pass_mark": grade.pass_mark,
        "passed": grade.passed,
        "provisional": grade.provisional,
        "needs_review": grade.needs_review,
        "profile": grade.profile,
        "isolation": grade.isolation.level,
        "sha256": grade.submission.sha256,
    }
