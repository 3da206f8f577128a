"""Runs of a student's program for the tests of rules: its code, its crash, what was heard of it."""

import textwrap
from typing import Any

from builders import (
    CNN,
    baseline,
    claims,
    evidence,
    layer,
    measurements,
    network,
    statistic,
    trace,
    unmeasured,
)

from grader.diagnosis import diagnose, load_wording
from grader.discovery.parse import parse
from grader.discovery.source import Cell
from grader.discovery.written import written_layers
from grader.model.baseline import Baseline
from grader.model.claims import Crash
from grader.model.diagnosis import Diagnosis
from grader.model.evidence import Evidence, GapKind, Layer
from grader.model.signs import Signs, Values
from grader.model.source import Code, Place, SourceLook

MLP_CODE = """
model = nn.Sequential(
    nn.Flatten(),
    nn.Linear(784, 512),
    nn.ReLU(),
    nn.Linear(512, 512),
    nn.ReLU(),
    nn.Linear(512, 10),
)
"""
LOADERS = """
train_set = datasets.MNIST("data", train=True, transform=transforms.ToTensor())
valid_set = datasets.MNIST("data", train=False, transform=transforms.ToTensor())
train_loader = DataLoader(train_set, batch_size=32, shuffle=True)
valid_loader = DataLoader(valid_set, batch_size=32)
"""
LOOPS = """
def train():
    model.train()
    for images, labels in train_loader:
        loss = loss_function(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def validate():
    model.eval()
    with torch.no_grad():
        for images, labels in valid_loader:
            correct += (model(images).argmax(1) == labels).sum()
"""


def source(text: str, **changes: Any) -> SourceLook:
    """A script as it is looked at; ``text`` is laid out as its first line is."""
    plain = textwrap.dedent(text).strip("\n") + "\n"
    parsed = parse(Cell("lab.py", None, plain))
    assert parsed.error is None, parsed.error
    look = SourceLook(
        lines=plain.count("\n"),
        layers=tuple(written_layers([parsed])),
        code=(Code(file="lab.py", text=plain),),
    )
    return look.model_copy(update=changes)


def crashed(message: str, line: int = 30, text: str = MLP_CODE, **changes: Any) -> Evidence:
    """A program that torch ended with a message, at a line, before an epoch was over."""
    type_ = changes.pop("type", "RuntimeError")
    crash = Crash(type=type_, message=message, file="lab.py", line=line)
    heard = trace(0, batch_size=changes.pop("batch_size", 0), signs=changes.pop("signs", None))
    look = changes.pop("source", None) or source(text)
    return unmeasured(
        GapKind.NOTHING_TRAINED,
        claims=claims(ended=False, crash=crash, trace=heard),
        source=look,
        **changes,
    )


def ran(text: str = MLP_CODE, signs: Signs | None = None, **measured: Any) -> Evidence:
    """A program that trained to its end, with what was heard and measured of it."""
    heard = trace(loss="cross_entropy", signs=signs)
    return evidence(
        source=source(text),
        claims=claims(trace=heard),
        measurements=measurements(**measured),
    )


def heard(*shape: int, low: float = 0.0, high: float = 1.0, dtype: str = "float32") -> Values:
    """A tensor as the probe heard it."""
    return Values(shape=shape, low=low, high=high, dtype=dtype)


def linear(inputs: int, outputs: int, line: int | None = None) -> Layer:
    """A linear layer that is called at a line, or in ``nn.Sequential``."""
    place = None if line is None else Place(file="lab.py", line=line)
    return Layer(kind="linear", settings={"in": inputs, "out": outputs}, line=place)


def plain(kind: str, **settings: Any) -> Layer:
    """A layer in ``nn.Sequential``, which no line of the student's calls."""
    return layer(kind, **settings).model_copy(update={"line": None})


def lab3(**changes: Any) -> Baseline:
    """What the reference of lab 3 measured: a network with dropout."""
    known = {
        "layers": network(*CNN, classes=24),
        "robust_train_accuracy": statistic(1.0),
        "robust_valid_accuracy": statistic(0.975, 0.003),
        "gap": statistic(0.025, 0.003),
    }
    return baseline("lab3", **known | changes)


def told(run: Evidence, expected: Baseline | None = None) -> list[Diagnosis]:
    """Everything a student is told of a run, beside lab 1's reference or another."""
    return list(diagnose(run, expected or baseline(), load_wording()))


def names(run: Evidence, expected: Baseline | None = None) -> list[str]:
    """The mistakes a student is told of."""
    return [one.id for one in told(run, expected)]


def lines(run: Evidence, expected: Baseline | None = None) -> list[int | None]:
    """Where they are."""
    return [one.where and one.where.line for one in told(run, expected)]


def effects(run: Evidence, expected: Baseline | None = None) -> list[tuple[str, str]]:
    """The mistakes, with what they did to the run."""
    return [(one.id, str(one.effect)) for one in told(run, expected)]
