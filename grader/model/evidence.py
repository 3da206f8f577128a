"""Everything known about one run, claims and measurements kept apart; the only input of checks."""

from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from grader.model.base import Frozen
from grader.model.claims import Claims, Count
from grader.model.run import Isolation, Limits, Outcome
from grader.model.signs import Name
from grader.model.source import Place, SourceLook
from grader.model.submission import Kind

Distance = Annotated[float, Field(ge=0, le=1e9)]
"""How far weights are apart, relative to something: see where it is used."""

SplitName = Literal["train", "valid", "mixed", "unknown"]
"""Which split the images of a sample came from."""

Value = bool | int | float | str | tuple[int, ...] | None


ACTIVATIONS = frozenset(
    "relu leaky_relu elu gelu silu sigmoid tanh softplus selu celu mish prelu relu6 hardswish "
    "hardtanh".split()
)


class Layer(Frozen):
    """One layer read from the operators of a captured graph.

    ``kind`` is the field's name for it (linear, conv2d, relu, max_pool2d …); ``settings`` its
    hyperparameters (in, out, kernel, p …); ``shape`` the output without the batch.
    """

    kind: str
    settings: dict[str, Value] = {}
    shape: tuple[int, ...] = ()
    module: str = ""
    line: Place | None = None

    @property
    def role(self) -> str:
        """The kind, or ``activation`` for every kind of activation."""
        return "activation" if self.kind in ACTIVATIONS else self.kind


class Snapshot(Frozen):
    """Validation metrics of the weights after one epoch; ``epoch`` is ``None`` for the final."""

    name: str
    epoch: int | None
    accuracy: float
    loss: float | None


class Preprocessing(Frozen):
    """How images become model inputs, fitted on what the model was really fed.

    ``input = scale * resize(image) + shift``, image values 0..255, laid out as ``layout`` (the
    input shape without the batch). ``largest_error`` is measured on rows that were not fitted on.
    """

    layout: tuple[int, ...]
    kind: str
    scale: tuple[float, ...]
    shift: tuple[float, ...]
    resize: tuple[int, int] | None = None
    resize_mode: str | None = None
    rows_fitted: int
    rows_verified: int
    largest_error: float
    description: str


class Agreement(Frozen):
    """The graph's outputs beside the live model's on the same inputs.

    Only rows whose winning logit is ahead by a clear margin count as ``disagreements``.
    """

    rows: int
    disagreements: int
    largest_difference: float
    agrees: bool


class WrongImage(Frozen):
    """A validation image the final model got wrong; ``pixels`` is base64 of 28 x 28 bytes."""

    index: int
    label: int
    predicted: int
    confidence: float
    pixels: str


class Moved(Frozen):
    """How far parameters moved from where training began."""

    parameters: int
    moved: int
    relative_distance: float


class Stored(Frozen):
    """The values a network computes with: its parameters, buffers and constants.

    ``untrained`` of them lie in tensors that no training moved; ``table`` is the size of the
    largest tensor that meets an image outside every layer.
    """

    values: Count = 0
    untrained: Count = 0
    table: Count = 0


class Weight(Frozen):
    """One parameter of the final model: its number of values and their standard deviation.

    ``spread`` is ``None`` where not finite. ``moved`` is how far training moved it, relative to its
    own length before; ``None`` where the start is unknown or was nothing.
    """

    name: Name
    size: Count
    spread: Distance | None
    moved: Distance | None = None


class Units(Frozen):
    """The units of one activation, on validation images: ``dead`` ones are zero on all of them.

    A unit is one output of a linear layer, one channel of a convolution. Only activations are
    listed that can be zero for good: relu, relu6, hardtanh and hardswish, on values with the shape
    (N, units) or (N, units, height, width).
    """

    kind: Name
    module: Name = ""
    units: Count
    dead: Count
    line: Place | None = None

    @model_validator(mode="after")
    def _no_more_than_there_are(self) -> Self:
        if self.dead > self.units:
            raise ValueError("more units are dead than there are")
        return self


class LabelsFed(Frozen):
    """The labels that training was given beside those of the images it was given with them.

    ``right`` of ``rows`` are the image's own; for Kaggle's files these are Kaggle's. ``shift`` is
    what the wrong ones are off by, where that is one number. ``one_to_one`` is true where some are
    wrong and yet each class was given one label of its own, as if the classes had changed names.
    A few strays apart in both.
    """

    rows: Count
    right: Count
    shift: int | None = Field(default=None, ge=-(10**6), le=10**6)
    one_to_one: bool = False


class TypicalEpoch(Frozen):
    """The epoch whose validation accuracy is the median of the last K, with fixed weights."""

    name: str
    train_accuracy: float
    train_loss: float | None
    valid_accuracy: float


class HoldoutSnapshot(Frozen):
    """How weights do on the images held out; ``gap`` is what they do better on the visible ones.

    ``detectable_gap`` is the largest that is put down to chance.
    """

    name: str
    accuracy: float
    gap: float
    detectable_gap: float

    @property
    def detected(self) -> bool:
        """Whether the gap is larger than chance explains; rounding apart."""
        return self.gap > self.detectable_gap + 1e-9


class Holdout(Frozen):
    """What was measured on validation images that student code never saw.

    ``clusters`` of ``all_clusters`` groups of near-duplicates were held out, ``images`` in all.
    ``snapshots`` are those of the measurements, the final model's the last. By chance, any of them
    has a gap above its detectable one in a share ``level`` of all ways to split.
    """

    share: float
    images: int
    clusters: int
    all_clusters: int
    level: float
    snapshots: tuple[HoldoutSnapshot, ...] = Field(min_length=1)

    @property
    def final(self) -> HoldoutSnapshot:
        """The final model's figures."""
        return self.snapshots[-1]

    @property
    def worst(self) -> HoldoutSnapshot:
        """The weights whose gap goes farthest beyond what chance explains; of equals the last."""
        return max(reversed(self.snapshots), key=lambda one: one.gap - one.detectable_gap)


class Measurements(Frozen):
    """What our own code computed from inert artefacts; accuracies are fractions.

    Losses are cross-entropy means per image; the ``*_loss_sum`` are sums over batches of 32.
    ``confusion[i][j]`` counts validation images of class i predicted as class j.
    ``classes`` is the number of outputs; ``finite`` is false where some of the final model's are
    NaN or infinite. ``typical`` is there where the final epoch was an
    unlucky one: where its validation accuracy lies below the median of the last K.
    ``leap`` is how far the final weights are from those of the last epoch, relative to how far the
    training had moved them; ``settled`` how far they moved after the first epoch, relative to their
    own length. Both are missing where they are nothing, or cannot be known. ``idle_epochs`` are
    those of the last K that left every weight as it was.
    ``forms_agree`` is false where training and evaluation compute different networks;
    ``always_dropout`` is true where dropout stays on in evaluation. With ``kaggle_labels`` the
    network counts its classes as Kaggle's files do; everything here is in the course's order.
    ``weights`` and ``units`` are the first of the final model, in order; ``labels`` is missing
    where too few of the sampled training rows are public images exactly.
    ``validated_on`` is the split that the program's own evaluations read; "train" only where no
    other images can have been among them. ``prepared_alike`` is false where the images it evaluates
    are prepared in another way than those it trains on. With a ``holdout``, all else is measured
    on the validation images that the program could see.
    """

    train_accuracy: float | None
    train_loss: float | None
    train_loss_sum: float | None = None
    valid_accuracy: float
    valid_loss: float | None
    valid_loss_sum: float | None = None
    snapshots: tuple[Snapshot, ...]
    typical: TypicalEpoch | None = None
    confusion: tuple[tuple[int, ...], ...]
    wrong_images: tuple[WrongImage, ...] = ()
    layers: tuple[Layer, ...]
    parameters: int
    classes: int
    finite: bool = True
    forms_agree: bool = True
    always_dropout: bool = False
    preprocessing: Preprocessing
    agreement: Agreement | None
    stored: Stored | None = None
    moved: Moved | None = None
    leap: Distance | None = None
    settled: Distance | None = None
    idle_epochs: int = 0
    trained_on: SplitName = "unknown"
    validated_on: SplitName = "unknown"
    prepared_alike: bool = True
    kaggle_labels: bool = False
    weights: tuple[Weight, ...] = ()
    units: tuple[Units, ...] = ()
    labels: LabelsFed | None = None
    holdout: Holdout | None = None


class GapKind(StrEnum):
    """Why there are no measurements. The first is the student's, the others need review."""

    NOTHING_TRAINED = "nothing_trained"
    NOT_CAPTURED = "not_captured"
    NOT_FITTED = "not_fitted"
    NOT_EVALUATED = "not_evaluated"
    FAULT = "fault"


class Gap(Frozen):
    """A missing measurement, with its reason in one sentence.

    ``layers`` are those of a network that was read all the same, after a first step of training.
    """

    kind: GapKind
    reason: str
    layers: tuple[Layer, ...] = ()


class RunFigures(Frozen):
    """How a run ended and what it used."""

    outcome: Outcome
    signal: str | None = None
    exit_code: int | None = None
    wall_s: float = 0.0
    cpu_s: float = 0.0
    peak_rss_mb: float = 0.0
    peak_gpu_mb: float | None = None
    detail: str = ""


class SubmissionRecord(Frozen):
    """Which files were graded."""

    student: str
    kind: Kind
    main: str
    files: tuple[str, ...]
    sha256: str
    origin: str = ""


class Evidence(Frozen):
    """Everything known about one run.

    ``work`` is the digest of what was run and measured, and with what (see ``pipeline.key``). Where
    a submission was run several times, ``others`` holds its other attempts, and ``attempt`` counts
    them from 0.
    """

    schema_: Literal[1] = Field(default=1, alias="schema")
    assignment: str
    profile: str
    seed: int
    device: str
    isolation: Isolation
    submission: SubmissionRecord
    source: SourceLook
    run: RunFigures
    claims: Claims
    measurements: Measurements | None
    gap: Gap | None
    notes: tuple[str, ...] = ()
    versions: dict[str, str] = {}
    limits: Limits | None = None
    work: str = ""
    attempt: int = 0
    others: tuple["Evidence", ...] = ()

    def document(self) -> dict[str, Any]:
        """Return the JSON document that ``evidence.json`` holds."""
        return self.model_dump(mode="json", by_alias=True)
