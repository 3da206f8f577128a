"""Runs of a small program for the rules to look at: what it heard, what was measured, its code."""

from typing import Any

from builders import baseline, claims, evidence, measurements, run_figures, trace, training_pass

from grader.diagnosis import diagnose, load_wording
from grader.diagnosis.case import Case
from grader.diagnosis.path import suspected
from grader.model.baseline import Baseline
from grader.model.claims import Crash, Pass, Printed
from grader.model.evidence import Evidence, Moved
from grader.model.run import Outcome
from grader.model.signs import Gradient, Signs
from grader.model.source import Code, SourceLook

PROGRAM = """\
import torch
from torch import nn
from torch.utils.data import DataLoader

train_loader = DataLoader(train_set, batch_size=32, shuffle=True)
valid_loader = DataLoader(valid_set, batch_size=32)
model = nn.Sequential(nn.Flatten(), nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 10))
loss_function = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters())

def train():
    model.train()
    for x, y in train_loader:
        output = model(x)
        loss = loss_function(output, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        correct += (output.argmax(dim=1) == y).sum().item()
    print(correct / len(train_set))

def validate():
    model.eval()
    with torch.no_grad():
        for x, y in valid_loader:
            output = model(x)
            correct += (output.argmax(dim=1) == y).sum().item()
    print(correct / len(valid_set))

for epoch in range(5):
    train()
    validate()
"""
"""A right one; line 9 makes the optimizer, lines 16 to 18 are the moves of a batch."""

REFUSED = "element 0 of tensors does not require grad and does not have a grad_fn"
RIGHT_ORDER = "ZFLBS" * 30
LOW = {"train_accuracy": 0.421, "valid_accuracy": 0.4}
NOTHING_MOVED = {"moved": Moved(parameters=4, moved=0, relative_distance=0.0)}
CHANCE = {"train_accuracy": 0.104, "valid_accuracy": 0.1}


def program(*changes: tuple[str, str], cell: int | None = None) -> SourceLook:
    """The code of the program with parts of it replaced; each part must stand in it."""
    text = PROGRAM
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return SourceLook(lines=40, code=(Code(file="lab.py", cell=cell, text=text),))


def run(
    *changes: tuple[str, str],
    measured: dict[str, Any] | None = None,
    heard: dict[str, Any] | None = None,
    signs: dict[str, Any] | None = None,
    printed: dict[str, float] | None = None,
    outcome: Outcome = Outcome.OK,
) -> Evidence:
    """A run of the program with those changes; it is a right one but for what is named."""
    known = {"order": RIGHT_ORDER, "owned": "all", "optimizers": 1, "from_model": True}
    told = {"steps": 500, "backwards": 500, "loss": "cross_entropy"} | (heard or {})
    said = claims(
        trace=trace(**told, signs=Signs.model_validate(known | (signs or {}))),
        printed=Printed.model_validate(printed or {}),
    )
    return evidence(
        source=program(*changes),
        measurements=measurements(**(measured or {})),
        claims=said,
        run=run_figures(outcome),
    )


def crashed(
    *changes: tuple[str, str],
    message: str,
    line: int,
    signs: dict[str, Any] | None = None,
    heard: dict[str, Any] | None = None,
) -> Evidence:
    """A run that ended with an exception before anything could be measured."""
    found = run(*changes, signs=signs, heard={"epochs": 0, "passes": ()} | (heard or {}))
    crash = Crash(type="RuntimeError", message=message, file="lab.py", line=line)
    said = found.claims.model_copy(update={"crash": crash, "ended": False})
    return found.model_copy(
        update={"claims": said, "measurements": None, "run": run_figures(Outcome.ERROR)}
    )


def passes(*losses: float | None, **changes: Any) -> tuple[Pass, ...]:
    """Training epochs with those losses."""
    return tuple(training_pass(i, loss=one, **changes) for i, one in enumerate(losses, 1))


def validation(epoch: int | None, **changes: Any) -> Pass:
    """A pass over the validation images in evaluation mode."""
    told = {"training": False, "samples": 1000, "forwards": 32, "backwards": 0, "steps": 0}
    return training_pass(epoch, **told | {"eval_mode": 32, "accuracy": 0.98} | changes)


def gradients(*pairs: tuple[str, float, float]) -> tuple[Gradient, ...]:
    """Gradients by name: their length, and that of the weights."""
    return tuple(Gradient(name=name, gradient=one, weight=two) for name, one, two in pairs)


def suspicions(found: Evidence, expected: Baseline | None = None) -> list[str]:
    """The ids of all mistakes that a run is suspected of, those that are explained too."""
    return [one.mistake.id for one in suspected(Case(found, expected or baseline()))]


def told(found: Evidence, expected: Baseline | None = None) -> list[str]:
    """The ids of what a student is told, the first first."""
    return [one.id for one in diagnose(found, expected or baseline(), load_wording())]
