"""What a rubric may ask for: one literal table of checks."""

import importlib.util
import sys
from pathlib import Path

from grader.checks import (
    accuracy,
    architecture,
    claims,
    completes,
    exercises,
    gap,
    really_trained,
)
from grader.checks.interface import Check, Expectation
from grader.errors import CourseError

CHECKS: dict[str, Check] = {
    check.name: check
    for check in (
        completes.CHECK,
        exercises.CHECK,
        architecture.CHECK,
        accuracy.TRAIN,
        accuracy.VALID,
        gap.CHECK,
        really_trained.CHECK,
        claims.CHECK,
    )
}


def with_course_checks(files: list[Path]) -> dict[str, Check]:
    """Return the table with a course's own checks added. Raises CourseError."""
    table = dict(CHECKS)
    for path in files:
        specification = importlib.util.spec_from_file_location(f"course_check_{path.stem}", path)
        if specification is None or specification.loader is None:
            raise CourseError(f"{path} cannot be loaded as a check")
        module = importlib.util.module_from_spec(specification)
        sys.modules[specification.name] = module  # dataclasses and pydantic look themselves up
        try:
            specification.loader.exec_module(module)
        except Exception as error:  # noqa: BLE001 - a course author's code may raise anything
            said = " ".join(str(error).split())
            raise CourseError(f"the check {path} cannot be loaded: {said}") from None
        check = getattr(module, "CHECK", None)
        if not isinstance(check, Check):
            raise CourseError(f"{path} defines no CHECK made with grader.checks.interface.Check")
        table[check.name] = check
    return table


__all__ = ["CHECKS", "Check", "Expectation", "with_course_checks"]
