"""What the reference measured over several seeds on one data profile."""

from typing import Literal

from pydantic import Field

from grader.model.base import Frozen
from grader.model.evidence import Layer


class Statistic(Frozen):
    """A metric over seeds; ``values`` in seed order, ``sd`` the sample standard deviation."""

    mean: float
    sd: float = Field(ge=0)
    min: float
    max: float
    values: tuple[float, ...] = Field(min_length=1)


class Baseline(Frozen):
    """The reference's own results: the source of expected architecture and thresholds.

    Losses come twice: the mean per image, and the sum over batches of 32 of the batch mean that
    the labs print (``*_loss_sum``). ``running_*`` are what the reference itself printed in its
    last epoch, while it was still learning. ``robust_*`` are of the final model, or of the epoch
    at the median of the last K where the final one fell below it: what thresholds come from.
    """

    schema_: Literal[1] = Field(default=1, alias="schema")
    assignment: str
    profile: str
    seeds: tuple[int, ...]
    epochs: int
    steps: int
    parameters: int
    layers: tuple[Layer, ...]
    train_accuracy: Statistic
    robust_train_accuracy: Statistic
    train_loss: Statistic
    train_loss_sum: Statistic
    running_train_accuracy: Statistic
    running_train_loss_sum: Statistic
    valid_accuracy: Statistic
    robust_valid_accuracy: Statistic
    valid_loss: Statistic
    valid_loss_sum: Statistic
    gap: Statistic
    train_accuracy_per_epoch: tuple[float, ...] = ()
    valid_accuracy_per_epoch: tuple[float, ...] = ()
    wall_s: Statistic
    peak_rss_mb: float
    reference_sha256: str
    versions: dict[str, str] = {}
