"""Running sums of loss and correct predictions, kept on the device until asked for."""

from typing import Any

import torch

FLUSH = 64
CLASSIFYING = {"cross_entropy", "nll_loss", "multi_margin_loss"}


class Tally:
    """Losses and predictions of one pass.

    Where a classification loss is heard, only that one counts: others beside it are penalties or
    second heads. Outputs of another width than the first are left out for the same reason.
    ``heard`` says whether any loss function was, or losses come from ``backward`` alone.
    """

    def __init__(self) -> None:
        self.losses: list[torch.Tensor] = []
        self.pairs: list[tuple[torch.Tensor, torch.Tensor]] = []
        self.loss_sum: Any = 0.0
        self.loss_count = 0
        self.correct: Any = 0
        self.judged = 0
        self.heard = False
        self.classified = False
        self.width: int | None = None

    def add(
        self, name: str, value: torch.Tensor, output: torch.Tensor, target: torch.Tensor
    ) -> None:
        """Take in the loss ``name`` of one batch: outputs (N, classes), targets (N,) or alike."""
        self.heard = True
        if name not in CLASSIFYING and self.classified:
            return
        self.classified = self.classified or name in CLASSIFYING
        if value.ndim == 0:
            self.add_loss(value.detach())
        if output.ndim != 2 or len(output) != len(target):
            return
        if target.ndim == 1 or target.shape == output.shape:
            self.width = self.width or output.shape[1]
            if output.shape[1] == self.width:
                self._add_pair(output.detach(), target.detach())

    def add_loss(self, value: torch.Tensor) -> None:
        """Keep one scalar loss (the mean over its batch)."""
        self.losses.append(value)
        if len(self.losses) >= FLUSH:
            self._flush_losses()

    def _add_pair(self, output: torch.Tensor, target: torch.Tensor) -> None:
        if self.pairs and self.pairs[0][1].ndim != target.ndim:
            self._flush_pairs()
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
