"""Writes the inert artefact of one trained model: graph, weights, samples."""

from typing import Any

import torch
from safetensors.torch import save
from torch import nn

from .capture import capture, state, training_flags, untouched_generators
from .outbox import Outbox

KEPT_BYTES = 256 * 1024 * 1024


class Artefact:
    """What the outbox holds of the model being graded; of the epochs the first and the last few."""

    def __init__(self, outbox: Outbox, snapshots: int) -> None:
        self.outbox = outbox
        self.snapshots = snapshots
        self.kept: list[str] = []
        self.first = self.any_batch = False

    def begin(self, initial: dict[str, torch.Tensor] | None) -> None:
        """Forget another model's epochs; ``initial`` are the weights before the first step."""
        while self.kept:
            self.outbox.remove(f"{self.kept.pop()}.safetensors")
        for name in ("graph.json", "first.safetensors"):
            self.outbox.remove(name)
        self.first = self.any_batch = False
        if initial is not None:
            self.outbox.write_bytes("initial.safetensors", save(initial))

    def graph(self, model: nn.Module, example: tuple[Any, ...]) -> None:
        """Write ``graph.json`` and the constants in it. Raises NotCaptured; keeps what was."""
        document, constants = capture(model, example)
        if self.any_batch and document["batch"] is not None:
            return  # what was captured before accepts any batch size, this capture does not
        self.any_batch = document["batch"] is None
        document["input_shape"] = list(example[0].shape[1:])
        document["input_dtype"] = str(example[0].dtype).removeprefix("torch.")
        document["torch"] = torch.__version__
        self.outbox.write_json("graph.json", document)
        if constants:
            copies = {name: tensor.clone().contiguous() for name, tensor in constants.items()}
            self.outbox.write_bytes("constants.safetensors", save(copies))

    def epoch(self, model: nn.Module, number: int) -> None:
        """Write the weights at the end of one epoch; of a very large model fewer are kept."""
        name = f"epoch-{number:05d}"
        size = self._weights(model, name)
        if not self.first:  # what comes after is held against it
            self.first = True
            self._weights(model, "first")
        self.kept.append(name)
        while len(self.kept) > min(self.snapshots, max(1, KEPT_BYTES // max(1, size))):
            self.outbox.remove(f"{self.kept.pop(0)}.safetensors")

    def final(self, model: nn.Module) -> None:
        """Write the weights as they are now."""
        self._weights(model, "final")

    def _weights(self, model: nn.Module, name: str) -> int:
        content = save(state(model))
        self.outbox.write_bytes(f"{name}.safetensors", content)
        return len(content)

    def samples(self, model: nn.Module, tensors: dict[str, torch.Tensor], batch: int) -> None:
        """Write the sampled inputs, and the live model's answers with its weights of now."""
        shown = tensors.get("eval_inputs", tensors.get("train_inputs"))
        if shown is not None:
            live = {"live_inputs": shown.clone(), "live_outputs": _answers(model, shown, batch)}
            self.outbox.write_bytes("samples.safetensors", save({**tensors, **live}))


def first_tensor(output: Any) -> torch.Tensor | None:
    """The tensor of class scores in what a model returns: itself, or the first of several."""
    if isinstance(output, dict):
        output = list(output.values())
    if isinstance(output, (list, tuple)):
        output = next((item for item in output if isinstance(item, torch.Tensor)), None)
    return output if isinstance(output, torch.Tensor) else None


def _answers(model: nn.Module, rows: torch.Tensor, batch: int) -> torch.Tensor:
    """The live model's own outputs (N, classes) on ``rows`` (N, ...), in evaluation mode."""
    device = next(model.parameters()).device
    parts = []
    with training_flags(model, False), untouched_generators(), torch.no_grad():
        for start in range(0, len(rows), batch):
            part = rows[start : start + batch]
            short = batch - len(part)
            if short:  # pad: some models accept one batch size only
                part = torch.cat([part, rows[:1].expand(short, *rows.shape[1:])])
            answer = first_tensor(model(part.to(device)))
            if answer is not None:
                parts.append(answer.cpu()[: batch - short])
    return torch.cat(parts).float().contiguous()
