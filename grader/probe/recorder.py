"""Turns what the hooks hear into claims in the outbox: the conductor of the probe."""

import time
from typing import Any

import torch
from torch import nn

from .artefact import Artefact, first_tensor
from .candidates import NotFound, parameter_ids, trained_model, unwrap
from .capture import NotCaptured, fingerprint, state
from .guard import guarded
from .helps import Notes
from .hooks import Hooks
from .known import Optimizers
from .outbox import Outbox
from .samples import Samples
from .settings import Settings
from .signs import Signs
from .trace import Pass, Progress, Trace

KEPT_ROOTS = 12


class Recorder:
    """Listens to one training program; see ``hooks.Listener`` for the events.

    ``roots`` are the models called as a whole, the latest few; ``active`` those called with
    gradients since the last epoch ended.
    """

    def __init__(self, outbox: Outbox, settings: Settings) -> None:
        self.outbox = outbox
        self.classes = settings.classes
        self.first_counts = settings.graded_model == "first"
        self.hooks = Hooks(self)
        self.trace = Trace(settings.train_size, self._pass_ended)
        self.samples = Samples(settings.seed)
        self.artefact = Artefact(outbox, settings.snapshots)
        self.started_s = time.monotonic()
        self.roots: dict[int, nn.Module] = {}
        self.initial: dict[int, dict[str, torch.Tensor]] = {}
        self.widths: dict[int, int] = {}
        self.touched: dict[int, nn.Module] = {}
        self.active: dict[int, nn.Module] = {}
        self.optimizers = Optimizers()
        self.signs = Signs(self.optimizers)
        self.model: nn.Module | None = None
        self.other: nn.Module | None = None
        self.progress: dict[int | None, Progress] = {}
        self.passes: list[dict[str, Any]] = []
        self.trained: list[dict[str, Any]] = []
        self.reason: str | None = None
        self.fault: str | None = None
        self.loss_name: str | None = None
        self.gradients = self.differentiated = False
        self.notes = Notes()
        self.written: tuple[float, ...] | None = None

    def install(self) -> None:
        """Start listening."""
        self._write_trace()
        self.hooks.install()

    # Events, on the path of every step: nothing here may wait for a device, but for
    # the few looks of ``Signs``.

    @guarded
    def called(self, module: nn.Module, args: tuple[Any, ...], output: Any) -> None:
        """A whole model was called. Modules without parameters (losses) are not models."""
        first, output = args[0] if args else None, first_tensor(output)
        if not isinstance(first, torch.Tensor) or output is None:
            return
        key = id(module)
        if key not in self.roots and not self._is_model(module, first):
            return
        grad = torch.is_grad_enabled() and output.requires_grad
        current = self.trace.forward(len(first), grad, module.training)
        if key not in self.roots:
            self._meet(module)
            self.widths[key] = output.shape[-1] if output.ndim else 0
        if grad:
            self.touched[key] = module
            self.differentiated = True
        self.samples.called(key, args, grad and module.training, current)
        self.signs.called(first, output, module.training)

    @staticmethod
    def _is_model(module: nn.Module, first: torch.Tensor) -> bool:
        return first.ndim > 0 and any(True for _ in module.parameters())

    def _meet(self, module: nn.Module) -> None:
        if len(self.roots) >= KEPT_ROOTS:
            oldest = next(iter(self.roots))
            del self.roots[oldest], self.initial[oldest], self.widths[oldest]
            self.samples.forget(oldest)
        self.roots[id(module)] = module
        if unwrap(module) is not module:
            self.notes.add("compile_off")
        self.initial[id(module)] = state(unwrap(module))  # before its first step

    @guarded
    def lost(self, name: str, value: Any, output: Any, target: Any) -> None:
        """A loss function compared ``output`` with ``target``."""
        self.loss_name = self.loss_name or name
        if isinstance(value, torch.Tensor):
            self.trace.loss(name, value, output, target)
            self.signs.lost(name, value, output, target)
        self.samples.target(target)

    @guarded
    def refused(self, module: nn.Module, args: tuple[Any, ...]) -> None:
        """A whole model raised."""
        first = args[0] if args else None
        if isinstance(first, torch.Tensor) and self._is_model(module, first):
            self.signs.refused(first)

    def uncompared(self, name: str, output: torch.Tensor, target: torch.Tensor) -> None:
        """A loss function raised."""
        self.signs.uncompared(name, output, target)

    @guarded
    def backward(self, value: Any) -> None:
        """Gradients are about to be computed from ``value``."""
        self.samples.learned()
        self.active.update(self.touched)
        self.touched.clear()
        self.trace.backward(value)
        self.signs.backward(value, self.trace.current)

    def learned(self) -> None:
        """Gradients were computed."""
        self.signs.learned()

    def zeroed(self, owner: Any) -> None:
        """``zero_grad`` of an optimizer or a module is about to run."""
        self.signs.zeroed(owner)

    @guarded
    def stepped(self, optimizer: torch.optim.Optimizer) -> None:
        """An optimizer updated its parameters."""
        self.optimizers.stepped(optimizer)
        self.gradients = self.gradients or _has_gradients(optimizer)
        self.trace.step()
        self.signs.stepped(optimizer, self.active.values())

    @guarded
    def loader_started(self, loader: Any) -> None:
        """A loader begins a new iteration."""
        self.trace.loader_started(id(loader))
        self.signs.loader_started(loader)

    @guarded
    def loader_yielded(self, iterator: int, loader: int) -> None:
        """A loader gave a batch."""
        self.trace.loader_yielded(iterator, loader)

    @guarded
    def loader_exhausted(self, iterator: int, loader: int) -> None:
        """A loader has no more batches."""
        self.trace.loader_exhausted(iterator, loader)

    # The end of a pass: the moment to wait for the device and to write.

    @guarded
    def _pass_ended(self, ended: Pass) -> None:
        with self.hooks.paused():
            summary = ended.summary()
            self.signs.pass_ended(ended, list(self.active.values()))
            counts = self._epoch_ended(ended) if ended.training else self._count().epochs
            self.passes.append({**summary, "epoch": counts})
            elapsed_s = time.monotonic() - self.started_s
            self.outbox.append_line("progress.jsonl", {**self.passes[-1], "elapsed_s": elapsed_s})
            self._write_trace()
            self._write_samples()

    def _epoch_ended(self, ended: Pass) -> int | None:
        """Count an epoch of the graded model and keep what it left.

        A pass under half the longest is no epoch. One that was broken off, by an exception say, is
        held against the whole training set.
        """
        found = self._trained()
        self.optimizers.begin_epoch()
        self.active = {}
        if found is not None and found is not self.model and not self._adopt(found, ended):
            return None
        count = self._count()
        count.longest = max(count.longest, ended.samples)
        if not self._is_epoch(ended, count.longest):
            return None
        count.epochs += 1
        if self.model is not None:
            self.artefact.epoch(self.model, count.epochs)
        return count.epochs

    def _is_epoch(self, ended: Pass, longest: int) -> bool:
        whole = longest if ended.complete else max(longest, self.trace.train_size)
        return ended.samples * 2 >= whole

    def _count(self) -> Progress:
        key = None if self.model is None else id(self.model)
        return self.progress.setdefault(key, Progress())

    def _trained(self) -> nn.Module | None:
        """The model that was trained since the last epoch ended."""
        stepped = self.optimizers.parameters()
        called = list(self.active.values())
        if not called:  # under no_grad: what was stepped, to no effect, is what was meant
            called = [one for one in self.roots.values() if stepped & parameter_ids(unwrap(one))]
        try:
            return trained_model(called, stepped)
        except NotFound as error:
            self.reason = str(error)
            return None

    def _adopt(self, found: nn.Module, ended: Pass) -> bool:
        """Grade ``found`` from now on, unless what was trained before has the better claim.

        A gradient taken through a part of a trained model, or a few steps of another, must not
        cost what a whole training has left.
        """
        if self.model is not None:
            longest = max(count.longest for count in self.progress.values())
            if not (self._changed(found) and self._is_epoch(ended, max(longest, ended.samples))):
                return False
        graded = self._replaces(found)
        if found is not self.other:
            parameters = sum(parameter.numel() for parameter in found.parameters())
            entry = {"type": type(found).__name__, "parameters": parameters, "graded": graded}
            self.trained.append(entry)
            self.signs.line_grows(found)
        if not graded:
            self.other = found
            return False
        self.model = found
        aliases = self._aliases(found)
        before = self.initial[aliases[0]] if aliases else None
        self.signs.trained(found, before)
        self.artefact.begin(before)
        self._capture()
        return True

    def _changed(self, model: nn.Module) -> bool:
        """Whether a model's parameters are not those it was first called with."""
        now = dict(model.named_parameters())
        for key in self._aliases(model):
            before = self.initial[key]
            return any(not torch.equal(before[name], now[name].cpu()) for name in now)
        return True

    def _replaces(self, found: nn.Module) -> bool:
        """Whether ``found`` is to be graded instead of the model trained before."""
        if self.model is None or not self._suits(self.model):
            return True
        return self._suits(found) and not self.first_counts

    def _suits(self, model: nn.Module) -> bool:
        """Whether a model has an output for each class; one whose outputs nobody saw may have."""
        aliases = self._aliases(model)
        return not aliases or any(self.widths[key] >= self.classes for key in aliases)

    def _aliases(self, model: nn.Module | None) -> list[int]:
        """Identities under which a trained model was called (itself, or a wrapper of it)."""
        return [key for key, root in self.roots.items() if unwrap(root) is model]

    def _example(self) -> tuple[Any, ...] | None:
        """Arguments of one real call of the trained model."""
        examples = self.samples.examples
        return next((examples[key] for key in self._aliases(self.model) if key in examples), None)

    def _capture(self) -> None:
        """Write the graph of the trained model; an earlier one stays if this one fails."""
        example = self._example()
        if self.model is None or example is None:
            self.reason = "the model was never called as a whole, only its parts"
            return
        try:
            self.artefact.graph(self.model, example)
            self.reason = None
        except NotCaptured as error:
            self.reason = str(error)

    def _write_samples(self) -> None:
        example = self._example()
        if self.model is not None and example is not None:
            tensors = self.samples.tensors(self._aliases(self.model))
            self.artefact.samples(self.model, tensors, len(example[0]))

    def finish(self) -> None:
        """Write what is known now; called when the program may be over, harmless if it is not."""
        self._close_all()
        self.signs.finish()
        self._final()
        self._write_trace()

    @guarded
    def _close_all(self) -> None:
        self.trace.close_all()

    @guarded
    def _final(self) -> None:
        """Write the model as it is now: weights can also change without any training."""
        if self.model is None or fingerprint(self.model) == self.written:
            return
        with self.hooks.paused():
            self._capture()
            self.artefact.final(self.model)
            self._write_samples()
        self.written = fingerprint(self.model)

    @guarded
    def _write_trace(self) -> None:
        self.outbox.write_json("trace.json", self._summary())

    def _summary(self) -> dict[str, Any]:
        last = self.optimizers.last
        return {
            "epochs": self._count().epochs,
            "steps": self.trace.steps,
            "backwards": self.trace.backwards,
            "fault": self.fault,
            "passes": self.passes[-2000:],
            "snapshots": self.artefact.kept,
            "optimizer": type(last).__name__ if last else None,
            "learning_rate": self.optimizers.first_rate,
            "batch_size": self.samples.batch_size,
            "loss": self.loss_name,
            "models": self.trained[-20:],
            "probabilities": self.signs.fed.scores.fed,
            "without_gradients": self.trace.steps > 0
            and not (self.gradients or self.differentiated),
            "unmeasurable": self.reason,
            "notes": self.notes.sorted(),
            "signs": self.signs.summary(),
        }


def _has_gradients(optimizer: torch.optim.Optimizer) -> bool:
    groups = optimizer.param_groups
    return any(parameter.grad is not None for group in groups for parameter in group["params"])
