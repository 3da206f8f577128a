"""A fourth lab, with its own check, is graded without touching the grader."""

from pathlib import Path

import pytest
from runs import tiny

from grader.calibration import calibrate, write_baseline
from grader.discovery import find_submission
from grader.pipeline import check_submission
from grader.pipeline.setup import standard

pytestmark = pytest.mark.training

ASSIGNMENT = """
schema: 1
slug: lab4
title: "Lab 4: One layer is enough to begin with"
dataset: {name: mnist}
classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]
snapshots: 2
reference: reference/lab4.py
limits: {wall_s: 120}
"""
RUBRIC = """
schema: 1
assignment: lab4
pass_mark: 0.5
criteria:
  - {id: completes, title: It runs, points: 2, check: completes}
  - id: small
    title: The network is small
    points: 3
    check: parameters_at_most
    with: {limit: 8000}
  - id: accuracy
    title: It has learned something
    points: 5
    check: validation_accuracy
    with: {full: {below: 0.1}, zero: 0.1}
"""
CHECK = '''
"""The network has no more parameters than a limit."""

from grader.checks.interface import Check, needs_measurements
from grader.model.base import Frozen
from grader.model.verdict import met, unmet


class Limit(Frozen):
    """The largest number of parameters."""

    limit: int


def judge(evidence, measured, expectation, parameters):
    """Met while the network stays below the limit."""
    expected = f"At most {parameters.limit} parameters."
    found = f"{measured.parameters} parameters."
    if measured.parameters <= parameters.limit:
        return met(expected, found)
    return unmet(expected, found, "Use fewer or smaller layers.")


CHECK = Check("parameters_at_most", "A small network.", Limit, needs_measurements("Small.", judge))
'''
PROGRAM = """
import torch
from torchvision import datasets, transforms

data = datasets.MNIST("./data", train=True, transform=transforms.ToTensor(), download=True)
valid = datasets.MNIST("./data", train=False, transform=transforms.ToTensor())
layers = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(784, WIDTH), *MORE)
optimizer = torch.optim.Adam(layers.parameters(), 0.01)
for epoch in range(3):
    layers.train()
    for x, y in torch.utils.data.DataLoader(data, 16, shuffle=True):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(layers(x), y).backward()
        optimizer.step()
    layers.eval()
    with torch.no_grad():
        for x, y in torch.utils.data.DataLoader(valid, 50):
            layers(x)
"""
SMALL = PROGRAM.replace("WIDTH", "10").replace("*MORE", "")
LARGE = PROGRAM.replace("WIDTH", "60").replace("*MORE", "torch.nn.ReLU(), torch.nn.Linear(60, 10)")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course that knows one lab, its own."""
    folder = tmp_path_factory.mktemp("other-course")
    for name, text in {
        "assignments/lab4/assignment.yaml": ASSIGNMENT,
        "rubrics/lab4.yaml": RUBRIC,
        "checks/parameters.py": CHECK,
        "reference/lab4.py": SMALL,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    baseline = calibrate(tiny("lab4", folder), [0, 1], jobs=1)
    write_baseline(folder / "rubrics" / "baselines" / "lab4.practice.json", baseline)
    return folder


@pytest.mark.parametrize(
    ("program", "earned"),
    [
        (SMALL, [2, 3, 5]),
        pytest.param(LARGE, [2, 0, 5], marks=pytest.mark.thorough),
    ],
)
def test_a_new_lab_with_its_own_check_is_graded(
    course: Path, tmp_path: Path, program: str, earned: list[float]
) -> None:
    path = tmp_path / "work.py"
    path.write_text(program)
    setup = tiny("lab4", course)
    judged_by = standard(setup.course, "lab4", "practice")
    _, grade = check_submission(find_submission(path), setup, judged_by)
    assert [item.earned for item in grade.criteria] == earned
