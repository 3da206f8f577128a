"""Entry of sandbox B: ``python start.py ROOT`` measures captured models, one task after another.

Importing torch costs more than most measurements, so the process starts while the submission still
trains and waits here. Each task is a file ``tasks/N.json`` (N = 1, 2, ...) that appears whole; it
names the snapshots, the splits to predict on and the fitted input map. Answers lie side by side in
the outbox; ``done-N`` says that those of task N are complete. ``tasks/end`` ends the process. What
cannot be done is reported by name in ``result.json``; an exception here is a fault of ours.
"""

import hashlib
import importlib
import json
import math
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file

BATCH = 128
"""Images at a time: of 500 the activations of a small CNN no longer fit a core's cache."""
POLL_S = 0.02
SEED = 0
"""A dropout that is always on draws from here."""
FEW = 4
MOST_INPUTS = 10_000_000


class Measuring:
    """One task: the graph, its inputs, and where answers go."""

    def __init__(self, root: Path, task: Path) -> None:
        self.root, self.outbox = root, root / "outbox"
        self.task: dict[str, Any] = json.loads(task.read_text())
        self.graph: dict[str, Any] = json.loads((root / "artefact" / "graph.json").read_text())
        # The driver may list a GPU that this torch cannot use; submissions ran on the CPU then.
        self.device: str = self.task["device"] if torch.cuda.is_available() else "cpu"
        dtype = getattr(torch, self.graph["input_dtype"])
        images = importlib.import_module("grader_evaluator.images")
        self.inputs = images.InputMap(self.task["input_map"], dtype, self.device)
        self.constants = self._load("constants") if self.task["constants"] else {}
        self.units: list[dict[str, Any]] = []

    def _load(self, name: str) -> dict[str, torch.Tensor]:
        return load_file(self.root / "artefact" / f"{name}.safetensors", device=self.device)

    def program(self, snapshot: str, watch: Any = None) -> Any:
        """The evaluation graph with the weights of one snapshot; ``watch`` as in Program."""
        interpreter = importlib.import_module("grader_evaluator.interpreter")
        weights = {**self.constants, **self._load(snapshot)}
        return interpreter.Program(self.graph["eval"], weights, self.device, watch=watch)

    def _batches(self, program: Any, count: int, batch: Any) -> np.ndarray[Any, Any]:
        """Predict ``count`` rows; ``batch(i, j)`` gives inputs. Pads where one size only works."""
        fixed = self.graph["batch"]
        size = fixed or BATCH
        parts = []
        for start in range(0, count, size):
            rows = batch(start, min(start + size, count))
            used = len(rows)
            if fixed and used < fixed:
                rows = torch.cat([rows, rows[:1].expand(fixed - used, *rows.shape[1:])])
            parts.append(program.logits(rows)[:used].cpu().numpy())
        return np.concatenate(parts).astype(np.float32)

    def split(self, snapshot: str, split: str) -> None:
        """Write the logits (N, classes) of one snapshot on one split's images.

        Of the final model on the validation images, dead units are counted on the way.
        """
        watch = importlib.import_module("grader_evaluator.units").Watch()
        watched = (snapshot, split) == (self.task["final"], "valid")
        images = np.load(self.root / "images" / f"{split}.npy", mmap_mode="r", allow_pickle=False)
        order = self._order(snapshot, len(images))
        program = self.program(snapshot, watch if watched else None)
        logits = self._batches(program, len(images), lambda i, j: self.inputs(images[order[i:j]]))
        logits[order] = logits.copy()
        if watched:
            self.units = watch.found()
        np.save(self.outbox / f"logits-{split}-{snapshot}.npy", logits, allow_pickle=False)

    def _order(self, snapshot: str, count: int) -> np.ndarray[Any, Any]:
        """An order of the images that nobody can know who writes the files it depends on.

        In the published order a network could answer by the place of an image.
        """
        digest = hashlib.sha256()
        for name in ("graph.json", "constants.safetensors", f"{snapshot}.safetensors"):
            path = self.root / "artefact" / name
            digest.update(path.read_bytes() if path.exists() else b"")
        return np.random.default_rng(int.from_bytes(digest.digest())).permutation(count)

    def live(self) -> None:
        """Write the graph's logits on the inputs the live model answered."""
        path = self.root / "artefact" / "samples.safetensors"
        samples = load_file(path, device=self.device) if path.exists() else {}
        if "live_inputs" not in samples:
            return
        rows = samples["live_inputs"]
        logits = self._batches(self.program(self.task["final"]), len(rows), lambda i, j: rows[i:j])
        np.save(self.outbox / "logits-live.npy", logits, allow_pickle=False)

    def result(self) -> dict[str, Any]:
        """Layers, parameter count, what is stored, and how far the weights moved."""
        layers = importlib.import_module("grader_evaluator.layers")
        stored = importlib.import_module("grader_evaluator.stored")
        final = self._load(self.task["final"])
        kept = self._parameters(final)
        everything = {**self.constants, **final}
        self._run_once(everything)
        forms = {form: self.graph[form] for form in ("train", "eval")}
        read = {form: layers.Reader(graph).read() for form, graph in forms.items()}
        same = layers.essence(read["train"]) == layers.essence(read["eval"])
        initial = self._load("initial") if self._exists("initial") else None
        return {
            "layers": read["train"],
            "forms_agree": same and stored.known_in_training(forms, everything),
            "always_dropout": any(layer["kind"] == "dropout" for layer in read["eval"]),
            "parameters": sum(tensor.numel() for tensor in kept.values()),
            "stored": stored.stored(list(forms.values()), everything, initial),
            **self._path(kept, initial),
        }

    def _run_once(self, tensors: dict[str, torch.Tensor]) -> None:
        """Run the training form on nothing: it is only read, but read as what really runs."""
        interpreter = importlib.import_module("grader_evaluator.interpreter")
        program = interpreter.Program(self.graph["train"], tensors, self.device, training=True)
        shapes = [n["shape"] for n in self.graph["train"]["nodes"] if n["op"] == "input"]
        if len(shapes) != 1:
            raise ValueError(f"the network takes {len(shapes)} inputs, not one")
        sizes = shapes[0]
        dtype = getattr(torch, self.graph["input_dtype"])
        rows = self.graph["batch"] or FEW
        if math.prod(sizes[1:]) > MOST_INPUTS:
            raise ValueError(f"an input of {math.prod(sizes[1:]):,} values is too large")
        program.run([torch.zeros([rows, *sizes[1:]], dtype=dtype, device=self.device)])
        torch.manual_seed(SEED)

    def _exists(self, name: str) -> bool:
        return (self.root / "artefact" / f"{name}.safetensors").exists()

    def _parameters(self, tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """Those of ``tensors`` that are parameters of the model, by the graph and in its order."""
        names = [n["target"] for n in self.graph["train"]["nodes"] if n["op"] == "parameter"]
        return {name: tensors[name] for name in dict.fromkeys(names) if name in tensors}

    def _path(
        self, final: dict[str, torch.Tensor], initial: dict[str, torch.Tensor] | None
    ) -> dict[str, Any]:
        """How the parameters moved: each, in all, after the last epoch, and after the first."""
        weights = importlib.import_module("grader_evaluator.weights")
        first, last = (
            self._parameters(self._load(name)) if name else None
            for name in (self.task["first"], self.task["last"])
        )
        apart = weights.compared(initial, final) if initial else {}
        found: dict[str, Any] = {"moved": weights.moved(apart) if initial else None}
        found["weights"] = weights.each(final, apart)
        if initial and last and self.task["final"] != self.task["last"]:
            found["leap"] = weights.leap(initial, last, final)
        if first and last:
            found["settled"] = weights.settled(first, last)
        return found


def perform(root: Path, task: Path) -> None:
    """Measure one task; always writes ``result.json``, ``refused`` naming what was impossible."""
    torch.manual_seed(SEED)
    result: dict[str, Any] = {"refused": None}
    try:
        with torch.inference_mode():
            measuring = Measuring(root, task)
            result |= measuring.result()
            for item in measuring.task["predictions"]:
                measuring.split(item["snapshot"], item["split"])
            measuring.live()
            result["units"] = measuring.units
    except Exception as error:  # noqa: BLE001 - a forged graph or damaged weights raise anything
        lines = str(error).strip().splitlines() or [""]
        result["refused"] = f"{type(error).__name__}: {lines[0][:300]}"
    (root / "outbox" / "result.json").write_text(json.dumps(result))


def main() -> int:
    """Do every task as it appears, until told to end."""
    root = Path(sys.argv[-1])
    sys.path.insert(0, str(root))
    number = 1
    while not (root / "tasks" / "end").exists():
        task = root / "tasks" / f"{number}.json"
        if task.exists():
            perform(root, task)
            (root / "outbox" / f"done-{number}").touch()
            number += 1
        else:
            time.sleep(POLL_S)
    return 0


if __name__ == "__main__":
    sys.exit(main())
