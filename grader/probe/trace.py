"""Follows a training program from outside: passes over data, losses, steps, epochs.

Theory of operation. A *pass* is a run of forward calls fed by one loader iterator, or, where there
is no loader, by equal (gradients enabled, training mode) flags. It ends when its iterator is
exhausted, when its loader is iterated again (a ``break`` never exhausts it), when the flags change,
or when it has seen the whole training set. A pass with a backward call in it is a training pass:
an epoch. Losses, outputs and targets are kept as references and reduced every ``FLUSH`` steps, so
a step costs microseconds and never waits for a device.
"""

import time
from collections.abc import Callable
from typing import Any

import torch

FLUSH = 64


class Tally:
    """Running sums of loss and correct predictions, kept on the device until asked for."""

    def __init__(self) -> None:
        self.losses: list[torch.Tensor] = []
        self.pairs: list[tuple[torch.Tensor, torch.Tensor]] = []
        self.loss_sum: Any = 0.0
        self.loss_count = 0
        self.correct: Any = 0
        self.judged = 0

    def add_loss(self, value: torch.Tensor) -> None:
        """Keep one scalar loss (the mean over its batch)."""
        self.losses.append(value)
        if len(self.losses) >= FLUSH:
            self._flush_losses()

    def add_pair(self, output: torch.Tensor, target: torch.Tensor) -> None:
        """Keep outputs (N, classes) and targets (N,) or (N, classes) of one batch."""
        self.pairs.append((output, target))
        if len(self.pairs) >= FLUSH:
            self._flush_pairs()

    def _flush_losses(self) -> None:
        if self.losses:
            self.loss_sum = self.loss_sum + torch.stack(self.losses).double().sum()
            self.loss_count += len(self.losses)
            self.losses = []

    def _flush_pairs(self) -> None:
        if not self.pairs:
            return
        outputs = torch.cat([output for output, _ in self.pairs])
        targets = torch.cat([target for _, target in self.pairs])
        self.pairs = []
        if targets.ndim > 1:
            targets = targets.argmax(1)
        self.correct = self.correct + (outputs.argmax(1) == targets).sum()
        self.judged += len(targets)

    def results(self) -> tuple[float | None, float | None]:
        """Return (mean loss, accuracy); ``None`` where nothing was seen."""
        self._flush_losses()
        self._flush_pairs()
        loss = float(self.loss_sum) / self.loss_count if self.loss_count else None
        accuracy = float(self.correct) / self.judged if self.judged else None
        return loss, accuracy


class Pass:
    """One pass over data; ``key`` says what feeds it."""

    def __init__(self, key: Any, loader: int | None) -> None:
        self.key = key
        self.loader = loader
        self.started_s = time.monotonic()
        self.samples = 0
        self.forwards = 0
        self.backwards = 0
        self.steps = 0
        self.eval_mode = 0
        self.complete = False
        self.tally = Tally()

    @property
    def training(self) -> bool:
        """Whether anything was learned from in this pass."""
        return self.backwards > 0 or self.steps > 0

    def summary(self) -> dict[str, Any]:
        """Return plain figures; waits for the device, so only called when the pass is over."""
        loss, accuracy = self.tally.results()
        return {
            "training": self.training,
            "samples": self.samples,
            "forwards": self.forwards,
            "backwards": self.backwards,
            "steps": self.steps,
            "eval_mode": self.eval_mode,
            "loss": loss,
            "accuracy": accuracy,
            "wall_s": time.monotonic() - self.started_s,
        }


class Trace:
    """Hears of events and sorts them into passes; calls ``ended`` when a pass is over."""

    def __init__(self, train_size: int, ended: Callable[[Pass], None]) -> None:
        self.train_size = train_size
        self.ended = ended
        self.open: list[Pass] = []
        self.iterator: tuple[int, int] | None = None  # (iterator id, loader id) that yielded last

    @property
    def current(self) -> Pass | None:
        """The pass that the last forward call belongs to."""
        return self.open[-1] if self.open else None

    def forward(self, samples: int, grad: bool, training_mode: bool) -> Pass:
        """Account one forward call of a whole model on ``samples`` examples."""
        current = self._pass_for(grad, training_mode)
        if grad or not current.training:
            current.samples += samples
            current.forwards += 1
            current.eval_mode += not training_mode
        return current

    def _pass_for(self, grad: bool, training_mode: bool) -> Pass:
        if self.iterator is not None:
            key: Any = self.iterator
            loader = self.iterator[1]
        else:
            key, loader = (grad, training_mode), None
        for position, known in enumerate(self.open):
            if known.key == key and not self._full(known):
                self.open.append(self.open.pop(position))
                return known
        for known in [one for one in self.open if one.loader is None]:
            self.close(known)
        fresh = Pass(key, loader)
        self.open.append(fresh)
        return fresh

    def _full(self, known: Pass) -> bool:
        return known.loader is None and known.training and known.samples >= self.train_size

    def loss(self, value: torch.Tensor, output: torch.Tensor, target: torch.Tensor) -> None:
        """Account one loss with what it compared."""
        current = self.current
        if current is None:
            return
        if value.ndim == 0:
            current.tally.add_loss(value.detach())
        if output.ndim == 2 and target.ndim in (1, 2) and len(output) == len(target):
            current.tally.add_pair(output.detach(), target.detach())

    def backward(self, value: torch.Tensor) -> None:
        """Account one backward call; keeps its value where no loss function was heard."""
        current = self.current
        if current is None:
            return
        current.backwards += 1
        if not current.tally.loss_count and not current.tally.losses and value.ndim == 0:
            current.tally.add_loss(value.detach())

    def step(self) -> None:
        """Account one optimizer step."""
        if self.current is not None:
            self.current.steps += 1

    def loader_started(self, loader: int) -> None:
        """End passes that an earlier, unfinished iteration of the same loader fed."""
        for known in [one for one in self.open if one.loader == loader]:
            self.close(known)

    def loader_yielded(self, iterator: int, loader: int) -> None:
        """Remember which iterator feeds what comes next."""
        self.iterator = (iterator, loader)

    def loader_exhausted(self, iterator: int, loader: int) -> None:
        """End the pass that ``iterator`` fed."""
        if self.iterator == (iterator, loader):
            self.iterator = None
        for known in [one for one in self.open if one.key == (iterator, loader)]:
            known.complete = True
            self.close(known)

    def close(self, known: Pass) -> None:
        """End one pass and tell whoever listens."""
        self.open.remove(known)
        self.ended(known)

    def close_all(self) -> None:
        """End whatever is open: the program is over, or might be."""
        for known in list(self.open):
            self.close(known)
