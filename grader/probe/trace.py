"""Follows a training program from outside: passes over data, steps, epochs.

Theory of operation. A *pass* is a run of forward calls fed by one loader iterator. It ends when
its iterator is exhausted, or when its loader is iterated again (a ``break`` never exhausts it).
A pass with a backward call in it is a training pass: an epoch. Programs without a loader have one
open training pass and one open evaluation pass: the training pass ends when a real evaluation
begins (more than the batch just trained on) once it has seen most of the training set, or when it
has seen all of it. An evaluation before that only interrupts it.
"""

import time
from collections.abc import Callable
from typing import Any

import torch

from .tally import Tally

MOST = 0.75
"""The share of the training set that is an epoch where nothing says that it is over."""
STRAY = 3
"""Backward calls without a new batch from a loader, after which it does not feed them."""


class Pass:
    """One pass over data; ``key`` says what feeds it, ``loader`` is ``None`` without a loader."""

    def __init__(self, key: Any, loader: int | None) -> None:
        self.key = key
        self.loader = loader
        self.started_s = time.monotonic()
        self.samples = 0
        self.last_batch = 0
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


class Progress:
    """How far one model has come: whole epochs, and the samples of its longest pass."""

    def __init__(self) -> None:
        self.epochs = 0
        self.longest = 0


class Trace:
    """Hears of events and sorts them into passes; calls ``ended`` when a pass is over.

    ``steps`` and ``backwards`` count over the whole program, whatever passes could be made out.
    """

    def __init__(self, train_size: int, ended: Callable[[Pass], None]) -> None:
        self.train_size = train_size
        self.ended = ended
        self.open: list[Pass] = []
        self.iterator: tuple[int, int] | None = None  # (iterator id, loader id) that yielded last
        self.since_yield = 0
        self.steps = 0
        self.backwards = 0

    @property
    def current(self) -> Pass | None:
        """The pass that the last forward call belongs to."""
        return self.open[-1] if self.open else None

    def forward(self, samples: int, grad: bool, training_mode: bool) -> Pass:
        """Account one forward call of a whole model on ``samples`` examples."""
        if self.iterator is None:
            current = self._without_loader(samples, grad and training_mode)
        else:
            current = self._fed_by(*self.iterator)
        if grad or not current.training:
            current.samples += samples
            current.last_batch = samples
            current.forwards += 1
            current.eval_mode += not training_mode
        return current

    def _fed_by(self, iterator: int, loader: int) -> Pass:
        for known in [one for one in self.open if one.loader is None]:
            self.close(known)
        return self._find((iterator, loader)) or self._begin((iterator, loader), loader)

    def _without_loader(self, samples: int, learning: bool) -> Pass:
        train, evaluation = self._find("train"), self._find("eval")
        if learning:
            if train is not None and evaluation is not None and _is_a_look(evaluation, train):
                self.open.remove(evaluation)  # at the batch just trained on: no pass
            elif evaluation is not None:
                self.close(evaluation)
            if train is not None and train.samples >= self.train_size:
                self.close(train)
            return self._find("train") or self._begin("train", None)
        if evaluation is not None and evaluation.training:
            if evaluation.samples >= self.train_size:  # trained in evaluation mode, a whole epoch
                self.close(evaluation)
        elif train is not None:
            seen = samples + (evaluation.samples if evaluation else 0)
            if seen >= 2 * train.last_batch and train.samples >= MOST * self.train_size:
                self.close(train)
        return self._find("eval") or self._begin("eval", None)

    def _find(self, key: Any) -> Pass | None:
        """Return the open pass with ``key``, now the current one."""
        for position, known in enumerate(self.open):
            if known.key == key:
                self.open.append(self.open.pop(position))
                return known
        return None

    def _begin(self, key: Any, loader: int | None) -> Pass:
        self.open.append(Pass(key, loader))
        return self.open[-1]

    def loss(
        self, name: str, value: torch.Tensor, output: torch.Tensor, target: torch.Tensor
    ) -> None:
        """Account one loss with what it compared."""
        if self.current is not None:
            self.current.tally.add(name, value, output, target)

    def backward(self, value: torch.Tensor) -> None:
        """Account one backward call; keeps its value where no loss function was heard."""
        self.backwards += 1
        self.since_yield += 1
        if self.since_yield >= STRAY:
            self.iterator = None
        current = self.current
        if current is None:
            return
        current.backwards += 1
        if not current.tally.heard and value.ndim == 0:
            current.tally.add_loss(value.detach())

    def step(self) -> None:
        """Account one optimizer step."""
        self.steps += 1
        if self.current is not None:
            self.current.steps += 1

    def loader_started(self, loader: int) -> None:
        """End passes that an earlier, unfinished iteration of the same loader fed."""
        for known in [one for one in self.open if one.loader == loader]:
            self.close(known)

    def loader_yielded(self, iterator: int, loader: int) -> None:
        """Remember which iterator feeds what comes next."""
        self.iterator = (iterator, loader)
        self.since_yield = 0

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


def _is_a_look(evaluation: Pass, train: Pass) -> bool:
    return not evaluation.training and evaluation.samples < 2 * train.last_batch
