"""The task sandbox B is given, and the arrays it gives back."""

import io
import json
import os
import tokenize
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.errors import OutboxRefused
from grader.intake.artefact import Artefact
from grader.intake.files import read_capped, read_model
from grader.intake.resizing import MODES
from grader.intake.wire import Evaluated
from grader.model.evidence import Preprocessing

MB = 1_000_000
MAX_CLASSES = 1000
UNREADABLE = (
    *(ValueError, EOFError, OSError, SyntaxError, tokenize.TokenError, TypeError),
    *(MemoryError, OverflowError, Warning),
)
"""What numpy raises on a damaged header, which it parses as Python."""

Logits = NDArray[np.float32]


def _input_map(found: Preprocessing) -> dict[str, Any]:
    document = {name: getattr(found, name) for name in ("layout", "kind", "scale", "shift")}
    height, width = found.resize or (28, 28)
    make = MODES[found.resize_mode] if found.resize_mode else None
    document["rows"] = make(28, height).tolist() if make else []
    document["columns"] = make(28, width).tolist() if make else []
    document["channels"] = max(1, int(np.prod(found.layout)) // (height * width))
    return document


def predictions(artefact: Artefact, typical: str) -> list[tuple[str, str]]:
    """What to predict: every snapshot on the validation set, two at most on the training set."""
    valid = dict.fromkeys((*artefact.snapshots, artefact.final))
    train = dict.fromkeys((artefact.final, typical))
    return [*((name, "valid") for name in valid), *((name, "train") for name in train)]


def write_task(
    path: Path,
    artefact: Artefact,
    found: Preprocessing,
    device: str,
    wanted: list[tuple[str, str]],
) -> None:
    """Write a task to ``path``, which appears whole; ``wanted`` lists (snapshot, split)."""
    task = {
        "device": device,
        "input_map": _input_map(found),
        "constants": artefact.constants,
        "final": artefact.final,
        "first": "first" if artefact.first and len(artefact.snapshots) > 1 else None,
        "last": artefact.snapshots[-1] if artefact.snapshots else None,
        "predictions": [{"snapshot": name, "split": split} for name, split in wanted],
    }
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps(task))
    os.replace(unfinished, path)


def read_result(outbox: Path) -> Evaluated:
    """Return ``result.json``. Raises OutboxRefused, also where there is none."""
    found = read_model(outbox, "result.json", Evaluated, 16 * MB)
    if found is None:
        raise OutboxRefused("the evaluator left no result")
    return found


def read_logits(outbox: Path, name: str, rows: int | None) -> Logits | None:
    """Return logits (rows, classes); ``None`` where there are none. Raises OutboxRefused."""
    content = read_capped(outbox, f"{name}.npy", 400 * MB)
    if content is None:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # such as of a header that it had to repair
            array = np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)
    except UNREADABLE as error:
        raise OutboxRefused(f"{name}.npy cannot be read ({str(error)[:100]})") from None
    fits = array.ndim == 2 and array.dtype == np.float32 and 1 <= array.shape[1] <= MAX_CLASSES
    if not fits or (rows is not None and len(array) != rows):
        raise OutboxRefused(f"{name}.npy does not hold one row of class scores per image")
    return np.asarray(array)
