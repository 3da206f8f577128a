"""Hand-built models with keyword overrides: everything a test does not name is unremarkable."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from grader.checks import CHECKS, Expectation
from grader.intake.artefact import Artefact, Samples
from grader.model.baseline import Baseline, Statistic
from grader.model.claims import Claims, Pass, Printed, Trace
from grader.model.diagnosis import Diagnosis
from grader.model.evidence import (
    Agreement,
    Evidence,
    Gap,
    GapKind,
    Layer,
    Measurements,
    Moved,
    Preprocessing,
    RunFigures,
    Snapshot,
    SubmissionRecord,
)
from grader.model.rubric import Rubric
from grader.model.run import Isolation, Outcome
from grader.model.signs import Gradient, Loader, Signs, Values
from grader.model.source import Place, SourceLook
from grader.model.submission import Kind
from grader.model.verdict import Finding

OURS = [kind for kind in GapKind if kind is not GapKind.NOTHING_TRAINED]
"""Every reason for missing measurements that is not the student's."""


def layer(kind: str, **settings: Any) -> Layer:
    """One layer; ``inputs`` and ``outputs`` stand for ``in`` and ``out``."""
    names = {"inputs": "in", "outputs": "out"}
    found = {names.get(name, name): value for name, value in settings.items()}
    line = Place(file="lab.py", line=len(kind))
    return Layer(kind=kind, settings=found, line=line)


def network(*kinds: str, hidden: int = 512, classes: int = 10) -> tuple[Layer, ...]:
    """Layers by kind; the last of those with weights has ``classes`` outputs."""
    weighted = [i for i, kind in enumerate(kinds) if kind in ("linear", "conv2d")]
    sizes = {i: classes if i == weighted[-1] else hidden for i in weighted}
    return tuple(
        layer(kind, outputs=sizes[i]) if i in sizes else layer(kind) for i, kind in enumerate(kinds)
    )


MLP = ("flatten", "linear", "relu", "linear", "relu", "linear")
CNN = (
    *("conv2d", "batch_norm", "relu", "max_pool2d"),
    *("conv2d", "batch_norm", "relu", "dropout", "max_pool2d"),
    *("conv2d", "batch_norm", "relu", "max_pool2d"),
    *("flatten", "linear", "dropout", "relu", "linear"),
)


def statistic(mean: float, sd: float = 0.0) -> Statistic:
    """A metric that was measured with two seeds."""
    return Statistic(mean=mean, sd=sd, min=mean - sd, max=mean + sd, values=(mean - sd, mean + sd))


def baseline(slug: str = "lab1", **changes: Any) -> Baseline:
    """A reference that reaches .99 in training and .98 in validation."""
    document: dict[str, Any] = {
        "assignment": slug,
        "profile": "practice",
        "seeds": (0, 1),
        "epochs": 5,
        "steps": 500,
        "parameters": 669_706,
        "layers": network(*MLP),
        "train_accuracy": statistic(0.99),
        "robust_train_accuracy": statistic(0.99),
        "train_loss": statistic(0.03),
        "train_loss_sum": statistic(60.0),
        "running_train_accuracy": statistic(0.985),
        "running_train_loss_sum": statistic(62.0),
        "valid_accuracy": statistic(0.979),
        "robust_valid_accuracy": statistic(0.98),
        "valid_loss": statistic(0.07),
        "valid_loss_sum": statistic(23.0),
        "gap": statistic(0.01),
        "wall_s": statistic(48.0),
        "peak_rss_mb": 900.0,
        "reference_sha256": "0" * 64,
    }
    return Baseline.model_validate(document | changes)


def expectation(others: Mapping[str, Baseline] | None = None, **changes: Any) -> Expectation:
    """What a baseline with those ``changes`` expects."""
    own = baseline(**changes)
    return Expectation(own, {own.assignment: own, **(others or {})})


def snapshots(*accuracies: float) -> tuple[Snapshot, ...]:
    """One snapshot per epoch, oldest first."""
    return tuple(
        Snapshot(name=f"epoch-{i}", epoch=i, accuracy=accuracy, loss=0.1)
        for i, accuracy in enumerate(accuracies, 1)
    )


def preprocessing(*layout: int) -> Preprocessing:
    """Pixels divided by 255."""
    return Preprocessing(
        layout=layout or (1, 28, 28),
        kind="affine",
        scale=(1 / 255,),
        shift=(0.0,),
        rows_fitted=16,
        rows_verified=16,
        largest_error=0.0,
        description="pixels divided by 255, as 1 x 28 x 28",
    )


def measurements(**changes: Any) -> Measurements:
    """What a right submission to lab 1 measures as."""
    document: dict[str, Any] = {
        "train_accuracy": 0.99,
        "train_loss": 0.03,
        "valid_accuracy": 0.98,
        "valid_loss": 0.07,
        "snapshots": snapshots(0.96, 0.97, 0.975, 0.98, 0.98),
        "confusion": ((9, 1), (0, 10)),
        "layers": network(*MLP),
        "parameters": 669_706,
        "classes": 10,
        "preprocessing": preprocessing(),
        "agreement": Agreement(rows=64, disagreements=0, largest_difference=0.0, agrees=True),
        "moved": Moved(parameters=6, moved=6, relative_distance=0.5),
        "trained_on": "train",
    }
    return Measurements.model_validate(document | changes)


def training_pass(epoch: int | None, **changes: Any) -> Pass:
    """A training pass of 100 steps whose loss falls from epoch to epoch."""
    document: dict[str, Any] = {
        "training": True,
        "samples": 3200,
        "forwards": 100,
        "backwards": 100,
        "steps": 100,
        "eval_mode": 0,
        "loss": 1 / (epoch or 1),
        "accuracy": 1 - 0.1 / (epoch or 1),
        "wall_s": 1.0,
        "epoch": epoch,
    }
    return Pass.model_validate(document | changes)


def gradients(*norms: float) -> tuple[Gradient, ...]:
    """A gradient of each norm, of the weights of the layers 1, 3, 5 and so on."""
    return tuple(
        Gradient(name=f"{2 * i + 1}.weight", gradient=norm, weight=10.0)
        for i, norm in enumerate(norms)
    )


def signs(**changes: Any) -> Signs:
    """How an honest training with Adam goes about it."""
    images = Values(shape=(32, 1, 28, 28), dtype="float32", low=0.0, high=1.0)
    document: dict[str, Any] = {
        "order": "FLZBS" * 40,
        "owned": "all",
        "weight_decay": 0.0,
        "last_rate": 0.001,
        "optimizers": 1,
        "inputs": images,
        "evaluation_inputs": images,
        "outputs": Values(shape=(32, 10), dtype="float32", low=-0.3, high=0.3),
        "targets": Values(shape=(32,), dtype="int64", low=0.0, high=9.0),
        "from_model": True,
        "first_gradients": gradients(0.5, 0.5, 0.5),
        "last_gradients": gradients(0.2, 0.2, 0.2),
        "losses": tuple(2.3 / (1 + number / 10) for number in range(64)),
        "same_order": False,
        "loaders": (
            Loader(training=True, batch_size=32, shuffles=True, samples=3200),
            Loader(training=False, batch_size=32, shuffles=False, samples=1000),
        ),
    }
    return Signs.model_validate(document | changes)


def trace(epochs: int = 5, **changes: Any) -> Trace:
    """An honest training over ``epochs``."""
    document: dict[str, Any] = {
        "epochs": epochs,
        "passes": tuple(training_pass(number) for number in range(1, epochs + 1)),
        "optimizer": "Adam",
        "learning_rate": 0.001,
        "batch_size": 32,
        "signs": signs(),
    }
    return Trace.model_validate(document | changes)


def claims(**changes: Any) -> Claims:
    """A program that came to its end and printed what is measured."""
    document: dict[str, Any] = {
        "ended": True,
        "trace": trace(),
        "printed": Printed(train_accuracy=0.98, valid_accuracy=0.98),
    }
    return Claims.model_validate(document | changes)


def diagnosis(name: str = "softmax-before-loss", **changes: Any) -> Diagnosis:
    """A mistake that ruins a run, for certain."""
    document: dict[str, Any] = {
        "id": name,
        "title": "Softmax is applied twice",
        "explanation": "Your network ends with a Softmax (line 3 of lab.py).",
        "fix": "Remove the Softmax.",
        "idea": "Loss",
        "confidence": "certain",
        "effect": "ruins",
    }
    return Diagnosis.model_validate(document | changes)


def run_figures(outcome: Outcome = Outcome.OK, **changes: Any) -> RunFigures:
    """How a run ended."""
    return RunFigures.model_validate({"outcome": outcome, "exit_code": 0, "wall_s": 48} | changes)


def evidence(**changes: Any) -> Evidence:
    """A right submission to lab 1, run and measured without trouble."""
    document: dict[str, Any] = {
        "assignment": "lab1",
        "profile": "practice",
        "seed": 0,
        "device": "cpu",
        "isolation": Isolation(level=3, backend="bubblewrap"),
        "submission": SubmissionRecord(
            student="ada", kind=Kind.SCRIPT, main="lab.py", files=("lab.py",), sha256="1" * 64
        ),
        "source": SourceLook(lines=40),
        "run": run_figures(),
        "claims": claims(),
        "measurements": measurements(),
        "gap": None,
        "versions": {"grader": "0"},
    }
    return Evidence.model_validate(document | changes)


def unmeasured(kind: GapKind, reason: str = "the graph is empty", **changes: Any) -> Evidence:
    """Evidence without measurements, for the named reason."""
    return evidence(measurements=None, gap=Gap(kind=kind, reason=reason), **changes)


def judge(
    check: str,
    found: Evidence | None = None,
    expected: Expectation | None = None,
    **parameters: Any,
) -> Finding:
    """The finding of a check on evidence, with parameters as a rubric writes them."""
    chosen = CHECKS[check]
    validated = chosen.parameters.model_validate(parameters)
    return chosen.judge(found or evidence(), expected or expectation(), validated)


def criterion(name: str, check: str = "completes", points: float = 10, **more: Any) -> dict:
    """One line of a rubric as a document."""
    return {"id": name, "title": f"The {name} criterion", "points": points, "check": check} | more


def rubric(*criteria: dict, pass_mark: float = 0.5, assignment: str = "lab1") -> Rubric:
    """A rubric of those criteria."""
    return Rubric.model_validate(
        {
            "schema": 1,
            "assignment": assignment,
            "pass_mark": pass_mark,
            "criteria": criteria or (criterion("completes"),),
        }
    )


def images(count: int, seed: int = 0) -> np.ndarray:
    """Distinct smooth random images (count, 28, 28) that use all grey levels."""
    generator = np.random.default_rng(seed)
    coarse = generator.random((count, 10, 10))
    fine = np.kron(coarse, np.ones((3, 3)))[:, 1:29, 1:29]
    fine += generator.random((count, 28, 28)) / 4
    low, high = fine.min((1, 2), keepdims=True), fine.max((1, 2), keepdims=True)
    return ((fine - low) / (high - low) * 255).round().astype(np.uint8)


def artefact(
    snapshots: tuple[str, ...] = ("epoch-1", "epoch-2"),
    final: str = "final",
    folder: Path = Path("nowhere"),
) -> Artefact:
    """A captured model without samples; without a ``folder`` nothing of it lies on disk."""
    for name in snapshots if folder.is_dir() else ():
        (folder / f"{name}.safetensors").write_text(f"the weights of {name}")
    empty = np.zeros((0, 1), np.float32)
    model: Any = None
    return Artefact(
        folder=folder,
        model=model,
        snapshots=snapshots,
        final=final,
        constants=False,
        samples=Samples(empty, empty, empty, empty),
    )


ASSIGNMENT = {
    "schema": 1,
    "slug": "lab9",
    "title": "Lab 9",
    "dataset": {"name": "mnist"},
    "classes": ["a", "b"],
}
"""The least an ``assignment.yaml`` says."""
