"""Where the layers of a network are made, in the order they are written."""

from pathlib import Path
from typing import get_args

from grader.checks.architecture import Kind as LayerKind
from grader.course import find_course
from grader.discovery import find_submission, look_at_source
from grader.discovery.written import KINDS

ROOT = Path(__file__).parents[2]


def test_every_kind_is_one_that_is_measured() -> None:
    assert set(KINDS.values()) <= set(get_args(LayerKind))


def test_the_layers_of_a_worked_solution_are_found_at_their_lines() -> None:
    path = ROOT / "reference/lab1_mnist_mlp.py"
    found = look_at_source(find_submission(path), find_course(None).assignment("lab1")).layers
    assert [one.kind for one in found] == ["flatten", "linear", "relu", "linear", "relu", "linear"]
    lines = path.read_text().splitlines()
    for one in found:
        text = lines[(one.place.line or 0) - 1].lower()
        assert f"nn.{one.kind}(" in text
        assert one.place.file == path.name


def test_only_calls_of_layers_count_however_they_are_imported(tmp_path: Path) -> None:
    (tmp_path / "lab.py").write_text(
        "import torch.nn as net\nfrom torch.nn import ReLU\n"
        "# Linear(1, 2)\nmodel = net.Sequential(net.Conv2d(1, 2, 3), ReLU(), net.MaxPool2d(2),\n"
        "    net.Dropout(.2))\nprint(ReLU, 'Linear(1, 2)', Other(1))\n"
    )
    submission = find_submission(tmp_path / "lab.py")
    found = look_at_source(submission, find_course(None).assignment("lab1")).layers
    assert [(one.kind, one.place.line) for one in found] == [
        ("conv2d", 4),
        ("relu", 4),
        ("max_pool2d", 4),
        ("dropout", 5),
    ]
