"""Takes the model out of an outbox: validated, copied, ready for sandbox B and for fitting."""

import filecmp
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from grader.errors import OutboxRefused
from grader.intake.files import read_capped, read_model
from grader.intake.wire import CapturedModel

MB = 1_000_000
GRAPH_CAP = 16 * MB
WEIGHTS_CAP = 400 * MB
ALL_WEIGHTS_CAP = 1500 * MB
"""Of all epochs together. The probe keeps about a sixth of that; a file may be mostly holes, which
no limit on disk space sees and which a copy fills."""
SAMPLES_CAP = 128 * MB
MAX_ROWS = 1000
MAX_SNAPSHOTS = 50
SNAPSHOT = re.compile(r"epoch-[0-9]{5,9}")


@dataclass(frozen=True)
class Samples:
    """What the model was fed and what it answered; arrays as float32, missing ones empty.

    ``evaluation`` and ``training`` (rows, ...); ``targets`` for the training rows; ``outputs`` of
    the live model (rows, classes).
    """

    evaluation: NDArray[np.float32]
    training: NDArray[np.float32]
    targets: NDArray[np.float32]
    outputs: NDArray[np.float32]


@dataclass(frozen=True)
class Artefact:
    """A captured model in a clean folder: graph, weights by snapshot, samples.

    ``first`` says whether the weights after the first epoch are there, beside those of the last.
    """

    folder: Path
    model: CapturedModel
    snapshots: tuple[str, ...]
    final: str
    constants: bool
    samples: Samples
    first: bool = False

    @property
    def idle_epochs(self) -> int:
        """How many of the snapshots are, byte for byte, the one before them."""
        files = [self.folder / f"{name}.safetensors" for name in self.snapshots]
        return sum(filecmp.cmp(one, other, shallow=False) for one, other in pairwise(files))


def take_artefact(outbox: Path, target: Path, snapshots: tuple[str, ...]) -> Artefact | None:
    """Copy the captured model from ``outbox`` to ``target``; ``None`` if there is none.

    ``snapshots`` are the epochs' names in order, oldest first. Raises OutboxRefused.
    """
    model = read_model(outbox, "graph.json", CapturedModel, GRAPH_CAP)
    if model is None:
        return None
    target.mkdir(parents=True, exist_ok=True)
    try:
        (target / "graph.json").write_text(model.model_dump_json())
    except ValueError:  # pydantic has a limit of its own for nesting
        raise OutboxRefused("graph.json is nested too deeply") from None
    names = [name for name in dict.fromkeys(snapshots) if SNAPSHOT.fullmatch(name)][-MAX_SNAPSHOTS:]
    copied = _copied(outbox, target, ("final", "initial", "first", "constants", *reversed(names)))
    kept = tuple(name for name in names if name in copied)
    if "final" not in copied and not kept:
        return None
    content = read_capped(outbox, "samples.safetensors", SAMPLES_CAP)
    tensors = _tensors(content)
    if "live_inputs" in tensors:  # all that sandbox B needs: no targets, which are labels
        live = {"live_inputs": tensors["live_inputs"]}
        (target / "samples.safetensors").write_bytes(save_tensors(live))
    return Artefact(
        folder=target,
        model=model,
        snapshots=kept,
        final=_final(target, kept, "final" in copied),
        constants="constants" in copied,
        first="first" in copied,
        samples=_samples(tensors),
    )


def _final(folder: Path, kept: tuple[str, ...], there: bool) -> str:
    """Which weights are the final ones: mostly those of the last epoch, to be measured once."""
    if not there:
        return kept[-1]
    final = folder / "final.safetensors"
    if kept and filecmp.cmp(final, folder / f"{kept[-1]}.safetensors", shallow=False):
        return kept[-1]
    return "final"


def _copied(outbox: Path, target: Path, names: Iterable[str]) -> set[str]:
    """Copy those weights that there are. Raises OutboxRefused where they are too many."""
    copied, left = set(), ALL_WEIGHTS_CAP
    for name in names:
        content = read_capped(outbox, f"{name}.safetensors", WEIGHTS_CAP)
        if content is None:
            continue
        left -= len(content)
        if left < 0:
            raise OutboxRefused(f"the weights together are larger than {ALL_WEIGHTS_CAP:,} bytes")
        (target / f"{name}.safetensors").write_bytes(content)
        copied.add(name)
    return copied


def _tensors(content: bytes | None) -> dict[str, Any]:
    try:
        return load_tensors(content) if content else {}
    except (SafetensorError, ValueError, TypeError, KeyError) as error:
        raise OutboxRefused(f"samples.safetensors cannot be read ({str(error)[:100]})") from None


def _samples(tensors: dict[str, Any]) -> Samples:
    empty = np.zeros((0, 1), np.float32)

    def named(name: str) -> NDArray[np.float32]:
        tensor = tensors.get(name, empty)
        if np.iscomplexobj(tensor):  # half of each number would be dropped
            raise OutboxRefused(f"{name} in samples.safetensors holds complex numbers")
        with np.errstate(over="ignore"):
            array = np.asarray(tensor, dtype=np.float32)
        if not array.ndim or 0 in array.shape[1:] or len(array) > MAX_ROWS:
            raise OutboxRefused(f"{name} in samples.safetensors has no rows, or far too many")
        # A network that diverged answers NaN: that is a result, while NaN inputs fit no images.
        if name != "live_outputs" and not np.isfinite(array).all():
            raise OutboxRefused(f"{name} in samples.safetensors holds NaN or infinity")
        return array

    return Samples(
        evaluation=named("eval_inputs"),
        training=named("train_inputs"),
        targets=named("train_targets"),
        outputs=named("live_outputs"),
    )
