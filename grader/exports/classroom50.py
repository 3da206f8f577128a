"""``classroom50``: ``result.json`` as an autograder of Classroom 50 leaves it.

Its scores are whole numbers. Where the points of a rubric are not, all are counted in tenths or
hundredths, which depends on the rubric alone: so every student has the same maximum. What is earned
is rounded down, criterion by criterion; then single points are given back, where most was cut off,
until the sum is that of the grade rounded down, or just passes where the grade does. So no grade
gets over or under the pass mark by rounding, and the criteria add up.
"""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from grader.errors import CallerError, ResultsError
from grader.exports.counted import notes_on, why_not
from grader.exports.interface import Exported, Wanted
from grader.exports.shown import Line, lines
from grader.exports.single import documented, the_one
from grader.model.grade import Grade

SCHEMA = "classroom50/result/v1"
VARIABLES = {
    "classroom": "CLASSROOM",
    "assignment": "ASSIGNMENT",
    "assignment_type": "ASSIGNMENT_TYPE",
    "owner": "OWNER",
    "submission": "SUBMISSION_TAG",
    "commit": "COMMIT_URL",
    "release": "RELEASE_URL",
    "review": "REVIEW_URL",
}
"""What the result says of the submission, and the variable of Classroom 50 that tells it."""
TYPES = ("individual", "group")
TAG = "submit/"
SENT = re.compile(rf"{TAG}(?P<sent>\d{{4}}-\d\d-\d\dT\d\d-\d\d-\d\d)Z(?:-.*)?", re.A)
"""What the tag of a submission says of when it was handed in, in UTC."""
ALMOST = 1e-6
"""Points are hundredths: less than this apart is the same, whatever binary fractions make of it."""


def export(wanted: Wanted) -> Exported:
    """Return the result of the one student, with what they may see of it.

    Raises CallerError where a variable of Classroom 50 is missing or cannot be its own, and
    ResultsError where the grade waits for a person: there is no place in the file to say so.
    """
    facts = _facts(wanted.environment)
    member, grade = the_one(wanted)
    if why := why_not(member, provisional=wanted.provisional):
        raise ResultsError(f"{member.student}: {why}")
    now = datetime.now(UTC)
    submitted = member.entry.submitted if member.entry else None
    submitted = submitted or _sent(facts["submission"]) or now
    notes = tuple(notes_on([(member, grade)]))
    times = {"datetime": _stamp(submitted), "graded_at": _stamp(now)}
    who = _pusher(wanted.environment)
    document = {"schema": SCHEMA, **facts, **times, **who, **_scores(grade)}
    return Exported(documented(document), (), notes)


def _stamp(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _sent(tag: str) -> datetime | None:
    """When a submission was handed in by its tag: the same whenever it is graded again."""
    try:
        found = SENT.fullmatch(tag)
        return datetime.strptime(f"{found['sent']}Z", "%Y-%m-%dT%H-%M-%S%z") if found else None
    except ValueError:  # no such day or hour
        return None


def _pusher(environment: Mapping[str, str]) -> dict[str, Any]:
    """Who pushed the submission, where the workflow tells: of a group, any of its members."""
    login = environment.get("GITHUB_ACTOR", "").strip()
    number = environment.get("GITHUB_ACTOR_ID", "").strip()
    known = int(number) if number.isascii() and number.isdigit() else None
    return {"submitted_by": {"username": login, "id": known}} if login else {}


def _facts(environment: Mapping[str, str]) -> dict[str, str]:
    facts = {key: environment.get(name, "").strip() for key, name in VARIABLES.items()}
    facts["review"] = facts["review"] or facts["commit"]  # a first push has nothing to compare with
    missing = [VARIABLES[key] for key, value in facts.items() if not value]
    if missing:
        raise CallerError(
            f"Classroom 50 sets variables that are missing here ({', '.join(missing)}): export the "
            "result in its workflow, or set them"
        )
    if facts["assignment_type"] not in TYPES:
        raise CallerError(f"ASSIGNMENT_TYPE is not one of {', '.join(TYPES)}: set it to one")
    if not facts["submission"].startswith(TAG):
        raise CallerError(f"SUBMISSION_TAG does not begin with {TAG}: set it to the submission's")
    return facts


def _scores(grade: Grade) -> dict[str, Any]:
    shown = lines(grade)
    unit = _unit(shown)
    earned = whole(grade, shown, unit)
    tests = [
        {
            "test-name": one.title,
            "passed": one.met,
            "score": points,
            "max-score": round(one.points * unit),
            "verdict": one.verdict.value,
            "message": one.text,
        }
        for one, points in zip(shown, earned, strict=True)
    ]
    most = sum(round(one.points * unit) for one in shown)
    return {"score": sum(earned), "max-score": most, "tests": tests}


def _unit(shown: Sequence[Line]) -> int:
    """How many whole points stand for one of the rubric's."""
    return next(
        (
            unit
            for unit in (1, 10)
            if all(abs(one.points * unit - round(one.points * unit)) < ALMOST for one in shown)
        ),
        100,
    )


def whole(grade: Grade, shown: Sequence[Line], unit: int) -> list[int]:
    """Return what each line earned in whole points, as said at the head of this file."""
    exact = [one.earned * unit for one in shown]
    found = [math.floor(points + ALMOST) for points in exact]
    due = math.floor(sum(exact) + ALMOST)
    if grade.passed:
        due = max(due, math.ceil(grade.pass_mark * unit - ALMOST))
    cut = sorted(range(len(found)), key=lambda at: found[at] - exact[at])
    for at in cut[: max(0, due - sum(found))]:
        found[at] += 1
    return found
