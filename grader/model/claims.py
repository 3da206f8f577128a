"""What the process that ran student code says of itself; nothing of it is believed unmeasured."""

import re
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from grader.model.base import Frozen
from grader.model.signs import Signs
from grader.model.source import Place

Count = Annotated[int, Field(ge=0, le=10**12)]
"""A number of things a run can do: what is claimed beyond that is not worth reading."""

Share = Annotated[float, Field(ge=0, le=1)]

Loss = Annotated[float, Field(ge=-1e30, le=1e30)]
"""A mean of batch losses; what is claimed beyond that no chart can show."""


_WORKER_KILLED = re.compile(r"DataLoader worker .{0,60}killed by signal: Killed")
"""What torch says where one of a loader's processes is gone."""


def _at_most(length: int) -> BeforeValidator:
    """Cut a text that is longer: whatever it says, nobody reads more of it."""
    return BeforeValidator(lambda text: text[:length] if isinstance(text, str) else text)


def _or_nothing(value: Any, validate: ValidatorFunctionWrapHandler) -> Signs | None:
    """Read signs; what cannot be read must not cost the rest of a trace."""
    try:
        read: Signs | None = validate(value)
    except ValidationError:
        return None
    return read


class Crash(Frozen):
    """The exception that ended a submission, as the student would see it.

    ``signal`` is what ended a notebook's kernel, where that is what happened.
    """

    type: Annotated[str, _at_most(200)]
    message: Annotated[str, _at_most(2000)]
    traceback: Annotated[str, _at_most(20_000)] = ""
    file: Annotated[str | None, _at_most(300)] = None
    line: int | None = None
    cell: int | None = None
    signal: str | None = None

    @property
    def place(self) -> Place:
        """Where in the student's code it was raised."""
        return Place(file=self.file, cell=self.cell, line=self.line)

    @property
    def killed(self) -> bool:
        """Whether it only reports that a process of the program's was killed."""
        return self.signal == "SIGKILL" or _WORKER_KILLED.search(self.message) is not None


class Pass(Frozen):
    """One pass over data as the probe heard it; ``loss`` is the mean of the batch losses.

    ``epoch`` is the number of the training epoch it is, or follows; ``None`` for a pass that was
    too short to be one. ``eval_mode`` counts forward calls with the model in evaluation mode.
    """

    training: bool
    samples: Count
    forwards: Count
    backwards: Count
    steps: Count
    eval_mode: Count
    loss: Loss | None
    accuracy: Share | None
    wall_s: float
    epoch: Count | None = None


class TrainedModel(Frozen):
    """A model that finished at least one epoch; ``graded`` if it took the place of those before."""

    type: str
    parameters: Count
    graded: bool = True


class Trace(Frozen):
    """What the probe heard of the training. A claim: student code shares its process.

    ``steps`` and ``backwards`` count over the whole program; ``without_gradients`` says that no
    step found any, ``probabilities`` that a cross-entropy was given such instead of plain scores;
    ``fault`` is the first error of our own recording. ``signs`` are what diagnosis needs besides;
    older results have none, and what cannot be read is left out.
    """

    epochs: Count = 0
    steps: Count = 0
    backwards: Count = 0
    without_gradients: bool = False
    probabilities: bool = False
    fault: str | None = Field(default=None, max_length=400)
    passes: tuple[Pass, ...] = ()
    snapshots: tuple[str, ...] = ()
    optimizer: str | None = None
    learning_rate: float | None = None
    batch_size: Count = 0
    loss: str | None = None
    models: tuple[TrainedModel, ...] = ()
    unmeasurable: str | None = None
    notes: tuple[str, ...] = Field(default=(), max_length=50)
    signs: Annotated[Signs | None, WrapValidator(_or_nothing)] = None


class Printed(Frozen):
    """Accuracies a submission printed, the last of each kind, as fractions."""

    train_accuracy: float | None = None
    valid_accuracy: float | None = None


class Claims(Frozen):
    """All that came from the process that ran student code.

    ``ended`` is false where the program never came to the end the probe reports; ``fault`` says
    what failed of ours before any student code ran. ``stopped`` is where it was when the grader
    stopped it.
    """

    ended: bool = False
    fault: str | None = None
    trace: Trace | None = None
    printed: Printed = Printed()
    crash: Crash | None = None
    stopped: Place | None = None
    cells_run: int | None = None
    cells_total: int | None = None

    def reached(self, place: Place | None) -> str:
        """Say where the program was then, and after which epoch; empty where neither is known."""
        epochs = 0 if self.trace is None else self.trace.epochs
        parts = []
        if place is not None and place.words:
            parts.append(f"in {place.words}" if place.cell else f"at {place.words}")
        if epochs:
            parts.append(f"after epoch {epochs}")
        return f"It was {', '.join(parts)}." if parts else ""

    @property
    def cells_failed(self) -> int:
        """Cells of a finished notebook that failed, as their tag allows."""
        finished = self.ended and self.crash is None
        return max(0, (self.cells_total or 0) - (self.cells_run or 0)) if finished else 0
