"""Keeps a sample of what each model was really fed, by the model's identity.

Evaluation rows let the host fit the preprocessing; training rows with their targets show which
split the model was trained on. Rows are copied when kept, because a loader may reuse its memory.
"""

import random
from dataclasses import dataclass
from typing import Any

import torch

from .trace import Pass

ROWS = 192
BATCHES = 16
"""Of so many batches of a pass rows are kept."""
MAX_VALUES = 8_000_000  # 32 MB as float32: enough for 192 rows of 3 x 112 x 112

Entry = tuple[torch.Tensor, torch.Tensor | None]


@dataclass
class Waiting:
    """Training inputs that may be learned from; a forward call alone is not training yet."""

    stream: "Stream"
    inputs: torch.Tensor
    place: int
    target: torch.Tensor | None = None


class Stream:
    """A bounded sample of one stream of batches: its first pass, and its latest of that size.

    ``inputs`` are tensors (N, ...), ``targets`` (N,) or missing. Of a pass, each batch has the same
    chance to be in the sample, and of a batch each row: what is fed after a while counts like what
    comes first. A later look at a single image does not replace what a whole pass has shown.
    """

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.first: list[Entry] = []
        self.latest: list[Entry] = []
        self.fresh: list[Entry] = []
        self.batches = 0
        self.batch = 0
        self.current: Pass | None = None

    def draw(self, new_pass: bool) -> int | None:
        """Count one more batch; the place of it in the sample, ``None`` where it is not drawn.

        Asked on every step, so it must be cheap.
        """
        if new_pass:
            self.fresh, self.batches = [], 0
        self.batches += 1
        if len(self.fresh) < BATCHES:
            return len(self.fresh)
        place = int(self.chance.random() * self.batches)
        return place if place < BATCHES else None

    def keep(self, inputs: torch.Tensor, targets: torch.Tensor | None, place: int) -> None:
        """Keep rows of one batch at a place that was drawn for it."""
        self.batch = max(self.batch, len(inputs))
        most = self._most(inputs)
        rows = sorted(self.chance.sample(range(len(inputs)), min(most, len(inputs))))
        entry = (_taken(inputs, rows), None if targets is None else _taken(targets, rows))
        if place < len(self.fresh):
            self.fresh[place] = entry
        else:
            self.fresh.append(entry)
        share = max(1, most // len(self.fresh))
        self.fresh[:] = [_cut(one, share) for one in self.fresh]
        self.first = self.first or self.fresh
        if _count(self.fresh) >= min(most // 2, _count(self.latest)):
            self.latest = self.fresh

    def _most(self, inputs: torch.Tensor) -> int:
        """How many rows the sample of a pass may hold."""
        return max(1, min(ROWS // 2, MAX_VALUES // 2 // max(1, inputs[0].numel())))

    def tensors(self, name: str) -> dict[str, torch.Tensor]:
        """Return ``{name_inputs, name_targets}``, all rows of one shape; empty if none kept."""
        largest = max(self.first, self.latest, key=_count)
        if not largest:
            return {}
        kept = largest if self.first is self.latest else [*self.first, *self.latest]
        shape = largest[0][0].shape[1:]
        kept = [entry for entry in kept if entry[0].shape[1:] == shape]
        found: dict[str, Any] = {f"{name}_inputs": torch.cat([rows for rows, _ in kept])}
        targets = [target for _, target in kept if target is not None]
        if len(targets) == len(kept) and len({target.shape[1:] for target in targets}) == 1:
            found[f"{name}_targets"] = torch.cat(targets)
        return {key: value.contiguous() for key, value in found.items()}


def _taken(tensor: torch.Tensor, rows: list[int]) -> torch.Tensor:
    """Some rows, copied to the CPU: a loader may reuse its memory."""
    return tensor.detach()[rows].to("cpu", copy=True)


def _cut(entry: Entry, rows: int) -> Entry:
    """The first rows of an entry, without what it held besides."""
    inputs, targets = entry
    if len(inputs) <= rows:
        return entry
    return inputs[:rows].clone(), None if targets is None else targets[:rows].clone()


def _count(entries: list[Entry]) -> int:
    return sum(len(rows) for rows, _ in entries)


class Samples:
    """The evaluation and training streams of every model that was called, by identity.

    ``examples`` holds the arguments of the first call in each model's latest pass: what the model
    is captured with.
    """

    def __init__(self, seed: int) -> None:
        # Its own: the program's generators are left alone.
        self.chance = random.Random(seed)  # noqa: S311 - a sample, no secret
        self.evaluation: dict[int, Stream] = {}
        self.training: dict[int, Stream] = {}
        self.examples: dict[int, tuple[Any, ...]] = {}
        self.waiting: Waiting | None = None

    def called(self, model: int, args: tuple[Any, ...], training: bool, current: Pass) -> None:
        """Take in one call of a model; training rows wait until gradients are computed."""
        self.waiting = None
        table = self.training if training else self.evaluation
        stream = table.get(model)
        if stream is None:
            stream = table[model] = Stream(self.chance)
        new_pass = stream.current is not current
        if new_pass:
            self._keep_example(model, args)
        stream.current = current
        place = stream.draw(new_pass)
        if place is None:
            return
        if training:
            self.waiting = Waiting(stream, args[0], place)
        else:
            stream.keep(args[0], None, place)

    def _keep_example(self, model: int, args: tuple[Any, ...]) -> None:
        """Keep the arguments of one call; a smaller batch does not replace a larger one."""
        known = self.examples.get(model)
        if known is None or len(args[0]) >= len(known[0]):
            self.examples[model] = args

    def target(self, target: torch.Tensor) -> None:
        """Remember what the loss of the waiting rows compares them with."""
        if self.waiting is not None and target.ndim and len(target) == len(self.waiting.inputs):
            self.waiting.target = target

    def learned(self) -> None:
        """Gradients are computed: the waiting rows are training data."""
        if self.waiting is None:
            return
        waiting = self.waiting
        waiting.stream.keep(waiting.inputs, waiting.target, waiting.place)
        self.waiting = None

    def forget(self, model: int) -> None:
        """Drop everything about one model."""
        for table in (self.evaluation, self.training, self.examples):
            table.pop(model, None)

    def tensors(self, models: list[int]) -> dict[str, torch.Tensor]:
        """All sampled rows of a model that was called under these identities."""
        found: dict[str, torch.Tensor] = {}
        for model in models:
            for name, table in (("eval", self.evaluation), ("train", self.training)):
                if model in table:
                    found.update(table[model].tensors(name))
        return found

    @property
    def batch_size(self) -> int:
        """The largest training batch seen; 0 if none."""
        return max((stream.batch for stream in self.training.values()), default=0)
