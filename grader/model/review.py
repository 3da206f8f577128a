"""What a person decided about a result: ``review.json``, to which decisions are only ever added."""

import json
from enum import StrEnum
from hashlib import sha256
from typing import Any, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from grader.model.base import Frozen
from grader.model.evidence import Evidence


class Action(StrEnum):
    """What a decision does to a grade."""

    ACCEPT = "accept"
    """What was open is settled, with the points that the decision gives."""
    REOPEN = "reopen"
    """Earlier decisions no longer count, and somebody has to look again."""
    NOTE = "note"
    """A remark; the grade stays as it is."""


class GivenPoints(Frozen):
    """The points a person gave for a criterion that was worth ``of`` points then."""

    criterion: str
    points: float = Field(ge=0)
    of: float = Field(gt=0)


class Decision(Frozen):
    """Who decided what, when and why.

    ``settles`` are the reasons for a review that an acceptance has seen; ``evidence`` is the
    fingerprint of what was judged, see ``fingerprint``.
    """

    at: AwareDatetime
    by: str = Field(pattern=r"\S", max_length=80)
    action: Action
    points: tuple[GivenPoints, ...] = ()
    note: str = Field(default="", max_length=1000)
    settles: tuple[str, ...] = ()
    evidence: str = Field(pattern=r"^[0-9a-f]{64}$")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.action is not Action.ACCEPT and (self.points or self.settles):
            raise ValueError(f"only '{Action.ACCEPT}' gives points and settles reasons")
        return self

    @property
    def date(self) -> str:
        """The day it was made on, as it stands in the file."""
        return self.at.date().isoformat()


class Review(Frozen):
    """All decisions about one student's work, oldest first."""

    schema_: Literal[1] = Field(default=1, alias="schema")
    decisions: tuple[Decision, ...] = ()

    def adding(self, decision: Decision) -> "Review":
        """Return the same with one more decision; nothing is ever taken out."""
        return self.model_copy(update={"decisions": (*self.decisions, decision)})

    def about(self, evidence: str) -> tuple[Decision, ...]:
        """The decisions that judged the evidence with this fingerprint."""
        return tuple(one for one in self.decisions if one.evidence == evidence)

    def counting(self, evidence: str) -> tuple[Decision, ...]:
        """Those that still count: since it was last opened again, and that one."""
        found = self.about(evidence)
        opened = [i for i, one in enumerate(found) if one.action is Action.REOPEN]
        return found[opened[-1] :] if opened else found

    def document(self) -> dict[str, Any]:
        """Return the JSON document that ``review.json`` holds."""
        return self.model_dump(mode="json", by_alias=True)


def fingerprint(evidence: Evidence) -> str:
    """Return the SHA-256 of all runs of a submission, whichever of them counts best now.

    What has its default is left out, so that a later version of the grader, which may know more
    fields, finds the same.
    """
    runs = sorted((evidence, *evidence.others), key=lambda one: one.attempt)
    documents = [
        one.model_dump(mode="json", by_alias=True, exclude={"others"}, exclude_defaults=True)
        for one in runs
    ]
    return sha256(json.dumps(documents, sort_keys=True).encode()).hexdigest()
