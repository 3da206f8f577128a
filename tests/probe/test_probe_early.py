"""A program that is to end after its first step of training does, whatever stands around it."""

import json
from pathlib import Path
from typing import Any

import pytest
from whole import notebook, run

MODEL = (
    "import torch\nfrom torch import nn\n"
    "x, y = torch.rand(64, 1, 28, 28), torch.arange(64) % 4\n"
    "model = nn.Sequential(nn.Flatten(), nn.Linear(784, 16), nn.ReLU(), nn.Linear(16, 4))\n"
    "optimizer = torch.optim.Adam(model.parameters())\n"
)
STEP = (
    "nn.functional.cross_entropy(model(x[:16]), y[:16]).backward()\n"
    "        optimizer.step()\n        print('a second step')"
)
CAUGHT = f"for _ in range(3):\n    try:\n        {STEP}\n    except:\n        print('caught')\n"
AFTER = "print('the end')\n"
KINDS = pytest.mark.parametrize("kind", ["script", "notebook"])


def ended(root: Path, kind: str, *cells: str) -> Any:
    """Run cells, or a script of them, to the end of the first step."""
    program = notebook(*cells) if kind == "notebook" else "".join(cells)
    return run(root, program, kind, stop_after="step")


def trace_of(root: Path) -> Any:
    return json.loads((root / "outbox/trace.json").read_text())


@KINDS
def test_nothing_runs_after_the_first_step_even_where_everything_is_caught(
    tmp_path: Path, kind: str
) -> None:
    found = ended(tmp_path, kind, MODEL, CAUGHT, AFTER)
    assert found.ending["status"] == "ok"
    assert trace_of(tmp_path)["steps"] == 1
    assert not {"a second step", "caught", "the end"} & set(found.output.splitlines())


@KINDS
def test_the_network_is_captured_as_it_is_after_that_step(tmp_path: Path, kind: str) -> None:
    ended(tmp_path, kind, MODEL, CAUGHT)
    graph = json.loads((tmp_path / "outbox/graph.json").read_text())
    assert graph["input_shape"] == [1, 28, 28]
    assert (tmp_path / "outbox/final.safetensors").is_file()
    assert trace_of(tmp_path)["fault"] is None


def test_a_notebook_says_how_many_cells_ran_before_that(tmp_path: Path) -> None:
    found = ended(tmp_path, "notebook", "1", MODEL, CAUGHT, AFTER)
    assert (found.ending["cells_run"], found.ending["cells_total"]) == (2, 4)


@KINDS
def test_a_crash_before_it_is_told_as_ever(tmp_path: Path, kind: str) -> None:
    found = ended(tmp_path, kind, MODEL, "model(x[:, :, :4])\n", AFTER)
    assert "cannot be multiplied" in found.crash["message"]
    assert "the end" not in found.output


@pytest.mark.parametrize(
    "line",
    [
        "nn.functional.cross_entropy(model(x), y).backward()",
        "nn.functional.cross_entropy(model(x), y)",
    ],
)
def test_training_that_never_takes_a_step_is_ended_too(tmp_path: Path, line: str) -> None:
    found = ended(tmp_path, "script", MODEL, f"while True:\n    {line}\n")
    assert found.ending["status"] == "ok"
    assert trace_of(tmp_path)["steps"] == 0


def test_gradients_may_be_gathered_before_a_step(tmp_path: Path) -> None:
    backward = "nn.functional.cross_entropy(model(x), y).backward()"
    ended(tmp_path, "script", MODEL, f"for _ in range(8):\n    {backward}\noptimizer.step()\n")
    assert (trace_of(tmp_path)["backwards"], trace_of(tmp_path)["steps"]) == (8, 1)


def test_a_program_that_trains_nothing_runs_to_its_end(tmp_path: Path) -> None:
    found = ended(tmp_path, "script", MODEL, "model(x)\n", AFTER)
    assert found.ending["status"] == "ok"
    assert "the end" in found.output
