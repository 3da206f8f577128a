"""The evaluator as it lies in its sandbox: a captured model, images, one task."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.torch import save_file
from torch import nn

from grader.evaluator import start
from grader.probe.capture import capture, state

MODULES = "images interpreter layers nodes operators stored units weights"
PIXELS_AS_THEY_ARE = {
    **{"layout": [1, 28, 28], "kind": "affine", "scale": [1.0], "shift": [0.0]},
    **{"rows": [], "columns": [], "channels": 1},
}


def travel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each module the name that it has in the sandbox."""
    for module in MODULES.split():
        found = __import__(f"grader.evaluator.{module}", fromlist=[module])
        monkeypatch.setitem(sys.modules, f"grader_evaluator.{module}", found)


def folders(root: Path) -> None:
    """Everything that the evaluator expects to find."""
    for name in ("artefact", "images", "outbox"):
        (root / name).mkdir()


def measured(root: Path, model: nn.Module, before: nn.Module, example: Any) -> dict[str, Any]:
    """What ``result.json`` says of ``model``, that was ``before`` when training began.

    It is shown the images (N, 28, 28) in ``example``, in the batches of its first dimension.
    """
    folders(root)
    graph, constants = capture(model, (example[:, None].float(),))
    graph |= {"input_dtype": "float32"}
    (root / "artefact" / "graph.json").write_text(json.dumps(graph))
    for name, tensors in (("final", state(model)), ("initial", state(before))):
        save_file(tensors, root / "artefact" / f"{name}.safetensors")
    save_file(constants, root / "artefact" / "constants.safetensors")
    for split in ("valid", "train"):
        np.save(root / "images" / f"{split}.npy", example.numpy())
    asked = [{"snapshot": "final", "split": split} for split in ("valid", "train")]
    task = {"device": "cpu", "constants": bool(constants), "final": "final", "predictions": asked}
    task |= {"first": None, "last": None, "input_map": PIXELS_AS_THEY_ARE}
    (root / "task.json").write_text(json.dumps(task))
    start.perform(root, root / "task.json")
    found: dict[str, Any] = json.loads((root / "outbox" / "result.json").read_text())
    return found
