"""The shape of what the probe and the evaluator write, as the host accepts it."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from grader.model.base import Frozen
from grader.model.claims import Count, Crash, Loss, Share
from grader.model.evidence import Distance, Layer, Moved, Stored, Units, Weight

Name = Annotated[str, StringConstraints(max_length=300)]
Sizes = Annotated[tuple[int, ...], Field(max_length=12)]
MOST = 300
"""Parameters and activations that are described one by one; the same as in the evaluator."""
DTYPES = Literal["float32", "float64", "float16", "bfloat16", "int64", "int32", "uint8"]


class Ending(Frozen):
    """``ending.json``: how the submission itself ended, as the probe saw it."""

    status: Literal["ok", "error", "fault"]
    reason: Name = ""
    crash: Crash | None = None
    cells_run: int | None = Field(default=None, ge=0, le=100_000)
    cells_total: int | None = Field(default=None, ge=0, le=100_000)


class Line(Frozen):
    """Where in the student's code an operator came from."""

    file: Name
    line: int


class Node(Frozen):
    """One node of a captured graph; ``args`` are JSON values, see the probe's serialiser."""

    name: Name
    op: Literal["parameter", "buffer", "constant", "input", "call"]
    target: Name
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    shape: Sizes | None = None
    module: Name = ""
    type: Name = ""
    line: Line | None = None


class Graph(Frozen):
    """Nodes in the order they run, and which of the outputs is the model's."""

    nodes: Annotated[tuple[Node, ...], Field(max_length=5000)]
    outputs: list[Any]
    result: Annotated[tuple[int, ...], Field(min_length=1, max_length=100)]


class CapturedModel(Frozen):
    """``graph.json``: both forms of the captured model."""

    batch: int | None = Field(ge=1, le=100_000)
    train: Graph
    eval: Graph
    input_shape: Sizes
    input_dtype: DTYPES
    torch: Name


class Evaluated(Frozen):
    """``result.json`` of sandbox B.

    ``forms_agree`` says whether the network computes the same layers, with the same parameters, in
    training and in evaluation; ``always_dropout`` whether one is left on in evaluation.
    ``leap``, ``settled``, ``weights`` and ``units`` are as in ``Measurements``.
    """

    refused: str | None
    layers: Annotated[tuple[Layer, ...], Field(max_length=5000)] = ()
    forms_agree: bool = True
    always_dropout: bool = False
    parameters: int = 0
    stored: Stored | None = None
    moved: Moved | None = None
    leap: Distance | None = None
    settled: Distance | None = None
    weights: Annotated[tuple[Weight, ...], Field(max_length=MOST)] = ()
    units: Annotated[tuple[Units, ...], Field(max_length=MOST)] = ()


class ProgressLine(Frozen):
    """One line of ``progress.jsonl``: a pass over data, or the start of a notebook cell."""

    cell: Count | None = None
    cells: Count | None = None
    training: bool = False
    samples: Count = 0
    forwards: Count = 0
    backwards: Count = 0
    steps: Count = 0
    eval_mode: Count = 0
    loss: Loss | None = None
    accuracy: Share | None = None
    wall_s: float = Field(default=0, ge=0, le=1e9)
    epoch: Count | None = None
    elapsed_s: float = Field(default=0, ge=0, le=1e9)
