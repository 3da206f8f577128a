"""One lab as data: what ``assignments/<slug>/assignment.yaml`` says."""

from typing import Literal

from pydantic import Field

from grader.model.base import Frozen
from grader.model.run import Limits

STAND_INS = (
    *("altair", "bokeh", "colorama", "graphviz", "hiddenlayer", "livelossplot", "plotly"),
    *("seaborn", "prettytable", "tabulate", "termcolor", "torchinfo", "torchsummary"),
    *("torchsummaryX", "torchview", "torchviz", "tqdm", "tensorboard", "tensorboardX"),
    *("torch.utils.tensorboard", "wandb", "dotenv", "google.colab"),
)


class DatasetChoice(Frozen):
    """The data set a lab trains on, by the name of its reader in ``grader.data``."""

    name: Literal["mnist", "asl"]


class Assignment(Frozen):
    """One lab: data set, limits, what marks an unfinished exercise, and what to measure.

    ``snapshots`` is K, the number of last epochs whose weights are measured; ``classes`` are the
    names of the classes in label order, for the confusion matrix. ``solution_marker`` begins the
    first line of a cell that is the handout's, not the student's. ``stand_ins`` are libraries that
    only show something: where one is missing, its calls do nothing. Of several models that were
    trained, the ``graded_model`` is the last that has an output for each class, or the first.
    """

    schema_: Literal[1] = Field(alias="schema")
    slug: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    title: str
    dataset: DatasetChoice
    classes: tuple[str, ...] = Field(min_length=2)
    placeholders: tuple[str, ...] = ("FIXME",)
    solution_marker: str = "# SOLUTION"
    stand_ins: tuple[str, ...] = STAND_INS
    graded_model: Literal["last", "first"] = "last"
    snapshots: int = Field(default=5, ge=1, le=50)
    limits: Limits = Limits()
    reference: str | None = None
