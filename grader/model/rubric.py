"""A rubric: criteria with points, each judged by a check with its parameters."""

from enum import StrEnum
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from grader.model.base import Frozen


class Visibility(StrEnum):
    """Who sees a criterion, and when."""

    VISIBLE = "visible"
    HIDDEN = "hidden"
    AFTER_DUE_DATE = "after_due_date"
    AFTER_PUBLISHED = "after_published"


class Criterion(Frozen):
    """One line of a rubric. ``with`` holds the parameters of the check it names.

    ``requires`` are ids of criteria above it: if one of them is not met, this one is blocked.
    """

    id: str = Field(
        pattern=r"^[a-z][a-z0-9-]*$",
        description="lower-case letters, digits and hyphens, beginning with a letter",
    )
    title: str = Field(min_length=1)
    points: float = Field(ge=0)
    check: str
    parameters: dict[str, Any] = Field(default={}, alias="with")
    requires: tuple[str, ...] = ()
    help: str = ""
    visibility: Visibility = Visibility.VISIBLE


class Told(Frozen):
    """Which mistakes students are told of: all that are found, unless ``tell`` is false.

    ``leave_out`` are ids of those that are none in this assignment: layers that are frozen on
    purpose, say.
    """

    tell: bool = True
    leave_out: tuple[str, ...] = ()


class Rubric(Frozen):
    """The criteria of one assignment; ``pass_mark`` is a share of the points, 0 to 1.

    A network that stores more than ``most_values`` times what the reference has parameters is
    flagged: so many can be a table of answers. ``diagnosis`` changes no points.
    """

    schema_: Literal[1] = Field(alias="schema")
    assignment: str
    pass_mark: float = Field(ge=0, le=1)
    most_values: float = Field(
        default=10,
        gt=0,
        description="values a network may store, as a multiple of the reference's parameters",
    )
    diagnosis: Told = Told()
    criteria: tuple[Criterion, ...] = Field(min_length=1)

    @property
    def max_score(self) -> float:
        """The sum of all points, in hundredths as scores are."""
        return round(sum(criterion.points for criterion in self.criteria), 2)

    @property
    def pass_score(self) -> float:
        """The least score that passes, in hundredths: 0.55 of 100 is 55, not a hair more."""
        return round(self.pass_mark * self.max_score, 2)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        seen: set[str] = set()
        for criterion in self.criteria:
            if criterion.id in seen:
                raise ValueError(f"two criteria have the id '{criterion.id}': rename one")
            for required in criterion.requires:
                if required not in seen:
                    raise ValueError(
                        f"criterion '{criterion.id}' requires '{required}', "
                        "which is not the id of a criterion above it"
                    )
            seen.add(criterion.id)
        if self.max_score <= 0:
            raise ValueError("no criterion has points: give at least one of them some")
        return self
