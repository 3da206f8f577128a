"""Turns what the hooks hear into claims in the outbox: the conductor of the probe."""

import contextlib
import math
import time
from typing import Any

import torch
from safetensors.torch import save
from torch import nn

from .candidates import NotFound, stepped_parameters, trained_model, unwrap
from .capture import NotCaptured, capture, state, training_flags, untouched_generators
from .hooks import Hooks
from .outbox import Outbox
from .samples import Sampler
from .trace import Pass, Trace

KEPT_ROOTS = 12


class Progress:
    """How far one model has come: whole epochs, and the samples of its longest pass."""

    def __init__(self) -> None:
        self.epochs = 0
        self.longest = 0


class Recorder:
    """Listens to one training program; see ``hooks.Listener`` for the events."""

    def __init__(self, outbox: Outbox, train_size: int, snapshots: int) -> None:
        self.outbox = outbox
        self.snapshots = snapshots
        self.hooks = Hooks(self)
        self.trace = Trace(train_size, self._pass_ended)
        self.started_s = time.monotonic()
        self.passes: list[dict[str, Any]] = []
        self.kept: list[str] = []
        self.progress: dict[int | None, Progress] = {}
        self.active: dict[int, nn.Module] = {}
        self.roots: dict[int, nn.Module] = {}
        self.optimizers: dict[int, torch.optim.Optimizer] = {}
        self.recent: set[int] = set()
        self.eval_samples: dict[int, Sampler] = {}
        self.train_samples: dict[int, Sampler] = {}
        self.last_call: tuple[nn.Module, tuple[Any, ...], bool] | None = None
        self.fresh_pass: set[int] = set()
        self.pass_of: dict[int, Pass] = {}
        self.model: nn.Module | None = None
        self.initial: dict[int, dict[str, torch.Tensor]] = {}
        self.first_epoch_args: dict[int, tuple[Any, ...]] = {}
        self.reason: str | None = None
        self.loss_name: str | None = None
        self.first_rates: dict[int, float] = {}
        self.dirty = False
        self.trained: list[dict[str, Any]] = []

    def install(self) -> None:
        """Start listening."""
        self.hooks.install()

    # Events, on the path of every step: nothing here may wait for a device.

    def called(self, module: nn.Module, args: tuple[Any, ...], output: Any) -> None:
        """A whole model was called. Modules without parameters (losses) are not models."""
        first = args[0] if args else None
        if (
            not isinstance(first, torch.Tensor)
            or not first.ndim
            or not isinstance(output, torch.Tensor)
        ):
            return
        known = id(module) in self.roots
        if not known and not any(True for _ in module.parameters()):
            return
        grad = torch.is_grad_enabled() and output.requires_grad
        current = self.trace.forward(len(first), grad, module.training)
        if not known:
            self._meet(module)
        if grad:
            self.active[id(module)] = module
        self._sample(module, args, grad, current)
        self.dirty = self.dirty or grad

    def _meet(self, module: nn.Module) -> None:
        if len(self.roots) >= KEPT_ROOTS:
            oldest = next(iter(self.roots))
            for table in (self.roots, self.initial, self.eval_samples, self.train_samples):
                table.pop(oldest, None)
        self.roots[id(module)] = module
        self.initial[id(module)] = state(unwrap(module))  # before its first step

    def _sample(self, module: nn.Module, args: tuple[Any, ...], grad: bool, current: Pass) -> None:
        training = grad and module.training
        table = self.train_samples if training else self.eval_samples
        sampler = table.get(id(module))
        if sampler is None:
            sampler = table[id(module)] = Sampler()
        new_pass = self.pass_of.get(id(sampler)) is not current
        if new_pass:
            self.pass_of[id(sampler)] = current
            self.first_epoch_args[id(module)] = args
        if self.last_call is not None:  # no loss function was heard: a hand-written one
            self._keep_training_rows(None)
        if new_pass or sampler.wants_rows:
            if training:
                self.last_call = (module, args, new_pass)  # its targets arrive with the loss
            else:
                sampler.keep(args[0], None, new_pass)

    def lost(self, name: str, value: Any, output: Any, target: Any) -> None:
        """A loss function compared ``output`` with ``target``."""
        self.loss_name = self.loss_name or name
        if isinstance(value, torch.Tensor):
            self.trace.loss(value, output, target)
        if self.last_call is not None:
            self._keep_training_rows(target)

    def _keep_training_rows(self, target: torch.Tensor | None) -> None:
        if self.last_call is None:
            return
        module, args, new_pass = self.last_call
        self.last_call = None
        fits = target is not None and target.ndim > 0 and len(target) == len(args[0])
        self.train_samples[id(module)].keep(args[0], target if fits else None, new_pass)

    def backward(self, value: Any) -> None:
        """Gradients are about to be computed from ``value``."""
        self.trace.backward(value)

    def stepped(self, optimizer: torch.optim.Optimizer) -> None:
        """An optimizer updated its parameters."""
        if id(optimizer) not in self.optimizers:
            self.optimizers[id(optimizer)] = optimizer
            self.first_rates[id(optimizer)] = _rate(optimizer)
        self.recent.add(id(optimizer))
        self.trace.step()

    def loader_started(self, loader: int) -> None:
        """A loader begins a new iteration."""
        self.trace.loader_started(loader)

    def loader_yielded(self, iterator: int, loader: int) -> None:
        """A loader gave a batch."""
        self.trace.loader_yielded(iterator, loader)

    def loader_exhausted(self, iterator: int, loader: int) -> None:
        """A loader has no more batches."""
        self.trace.loader_exhausted(iterator, loader)

    # The end of a pass: the moment to wait for the device and to write.

    def _pass_ended(self, ended: Pass) -> None:
        with contextlib.suppress(Exception), self.hooks.paused():
            summary = ended.summary()
            if summary["training"]:
                summary["epoch"] = self._epoch_ended(ended)
            else:
                summary["epoch"] = self._progress().epochs
            self.passes.append(summary)
            elapsed_s = time.monotonic() - self.started_s
            self.outbox.append_line("progress.jsonl", {**summary, "elapsed_s": elapsed_s})
            self._write_trace()
            self._write_samples()

    def _epoch_ended(self, ended: Pass) -> int | None:
        """Count an epoch and keep what it left; a pass under half the longest is not one.

        A pass that was broken off, by an exception say, is held against the whole training set.
        """
        self._identify()
        self.recent, self.active = set(), {}
        progress = self._progress()
        progress.longest = max(progress.longest, ended.samples)
        whole = progress.longest if ended.complete else max(progress.longest, self.trace.train_size)
        if ended.samples * 2 < whole:
            return None
        progress.epochs += 1
        if self.model is not None:
            self._snapshot(f"epoch-{progress.epochs:05d}")
        return progress.epochs

    def _progress(self) -> Progress:
        key = None if self.model is None else id(self.model)
        return self.progress.setdefault(key, Progress())

    def _identify(self) -> None:
        """Find the model that was trained since the last epoch, and capture it if it is new."""
        stepped = stepped_parameters(self.optimizers[key] for key in self.recent)
        try:
            found = trained_model(self.active.values(), stepped)
        except NotFound as error:
            self.reason = str(error)
            return
        if found is self.model:
            return
        self.model = found
        while self.kept:
            self.outbox.remove(f"{self.kept.pop()}.safetensors")
        for key in self._aliases():
            self.outbox.write_bytes("initial.safetensors", save(self.initial[key]))
        self._capture()
        parameters = sum(parameter.numel() for parameter in found.parameters())
        self.trained.append({"type": type(found).__name__, "parameters": parameters})

    def _aliases(self) -> list[int]:
        """Identities under which the trained model was called (itself, or a wrapper of it)."""
        return [key for key, root in self.roots.items() if unwrap(root) is self.model]

    def _capture(self) -> None:
        """Write ``graph.json``; keeps an earlier graph if a later capture fails."""
        if self.model is None:
            return
        examples = [
            self.first_epoch_args[key] for key in self._aliases() if key in self.first_epoch_args
        ]
        if not examples:
            self.reason = "the model was never called as a whole, only its parts"
            return
        try:
            document, constants = capture(self.model, examples[-1])
        except NotCaptured as error:
            self.reason = str(error)
            return
        self.reason = None
        first = examples[-1][0]
        document["input_shape"] = list(first.shape[1:])
        document["input_dtype"] = str(first.dtype).removeprefix("torch.")
        document["torch"] = torch.__version__
        self.outbox.write_json("graph.json", document)
        if constants:
            self.outbox.write_bytes("constants.safetensors", save(_distinct(constants)))

    def _snapshot(self, name: str) -> None:
        """Write the weights as they are now; of the epochs only the last few are kept."""
        if self.model is None:
            return
        self.outbox.write_bytes(f"{name}.safetensors", save(state(self.model)))
        if name.startswith("epoch-"):
            self.kept.append(name)
            while len(self.kept) > self.snapshots:
                self.outbox.remove(f"{self.kept.pop(0)}.safetensors")

    def finish(self) -> None:
        """Write what is known now; called when the program may be over, harmless if it is not."""
        with contextlib.suppress(Exception):
            self.trace.close_all()
        if self.dirty:
            with self.hooks.paused():
                for write in (self._final, self._write_samples):
                    with contextlib.suppress(Exception):
                        write()
            self.dirty = False
        self._write_trace()

    def _final(self) -> None:
        if self.active:
            self._identify()
        self._capture()
        self._snapshot("final")

    def _write_samples(self) -> None:
        """Write the sampled inputs, and the live model's answers with its weights of now."""
        if self.model is None:
            return
        tensors: dict[str, torch.Tensor] = {}
        for key in self._aliases():
            for name, table in (("eval", self.eval_samples), ("train", self.train_samples)):
                if key in table:
                    tensors.update(table[key].tensors(name))
        shown = tensors.get("eval_inputs", tensors.get("train_inputs"))
        if shown is not None:
            tensors["live_inputs"] = shown.clone()
            tensors["live_outputs"] = self._answers(shown)
        if tensors:
            self.outbox.write_bytes("samples.safetensors", save(tensors))

    def _answers(self, rows: torch.Tensor) -> torch.Tensor:
        """The live model's own outputs (N, classes) on ``rows``, in evaluation mode."""
        model = self.model
        if model is None:
            raise NotFound("no model")
        batch = max(
            (len(self.first_epoch_args[key][0]) for key in self._aliases()), default=len(rows)
        )
        device = next(model.parameters()).device
        with training_flags(model, False), untouched_generators(), torch.no_grad():
            parts = [
                model(part.to(device)).cpu() for part in rows.split(batch) if len(part) == batch
            ]
            rest = len(rows) % batch
            if rest:  # pad: some models accept one batch size only
                padded = torch.cat([rows[-rest:], rows[:1].expand(batch - rest, *rows.shape[1:])])
                parts.append(model(padded.to(device)).cpu()[:rest])
        return torch.cat(parts).float().contiguous()

    def _write_trace(self) -> None:
        with contextlib.suppress(Exception):
            self.outbox.write_json("trace.json", self._summary())

    def _summary(self) -> dict[str, Any]:
        used = list(self.optimizers.values())
        last = used[-1] if used else None
        return {
            "epochs": self._progress().epochs,
            "passes": self.passes[-2000:],
            "snapshots": self.kept,
            "optimizer": type(last).__name__ if last else None,
            "learning_rate": self.first_rates.get(id(last)) if last else None,
            "final_learning_rate": _rate(last) if last else None,
            "batch_size": max(
                (sampler.batch for sampler in self.train_samples.values()), default=0
            ),
            "loss": self.loss_name,
            "models": self.trained[-20:],
            "unmeasurable": self.reason,
        }


def _rate(optimizer: torch.optim.Optimizer) -> float:
    rate = optimizer.param_groups[0].get("lr", math.nan)
    return float(rate)


def _distinct(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name: tensor.clone().contiguous() for name, tensor in tensors.items()}
