"""One lab as data: what ``assignments/<slug>/assignment.yaml`` says."""

from typing import Literal

from pydantic import Field

from grader.model.base import Frozen
from grader.model.run import Limits


class DatasetChoice(Frozen):
    """The data set a lab trains on, by the name of its reader in ``grader.data``."""

    name: Literal["mnist", "asl"]


class Assignment(Frozen):
    """One lab: data set, limits, what marks an unfinished exercise, and what to measure.

    ``snapshots`` is K, the number of last epochs whose weights are measured; ``classes`` are the
    names of the classes in label order, for the confusion matrix.
    """

    schema_: Literal[1] = Field(alias="schema")
    slug: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    title: str
    dataset: DatasetChoice
    classes: tuple[str, ...] = Field(min_length=2)
    placeholders: tuple[str, ...] = ("FIXME",)
    snapshots: int = Field(default=5, ge=1, le=50)
    limits: Limits = Limits()
    cell_timeout_s: float = Field(default=0, ge=0)
    reference: str | None = None
