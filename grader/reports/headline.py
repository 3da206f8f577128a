"""The grade in one line, for people in a hurry."""

from grader.model.grade import Grade


def headline(grade: Grade) -> str:
    """The score in one line."""
    if grade.score is None:
        return "No score: the grader itself failed, a person will look at it."
    state = "passed" if grade.passed else "not passed yet"
    if grade.passed and grade.open_criteria:
        state = f"passed, {grade.open_criteria} of {len(grade.criteria)} criteria not met yet"
    if grade.provisional:
        undecided = grade.undecided_points
        state = "provisional, needs review"
        state += f", {undecided:g} points not decided" if undecided else ""
    return f"{grade.score:g} of {grade.max_score:g} points, {state}"
