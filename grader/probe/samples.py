"""Keeps a sample of what the model was really fed, and of what it answered.

Evaluation rows let the host fit the preprocessing; training rows with their targets show which
split the model was trained on. Rows are copied when kept, because a loader may reuse its memory.
"""

from typing import Any

import torch

ROWS = 192
MAX_VALUES = 8_000_000  # 32 MB as float32: enough for 192 rows of 3 x 112 x 112


class Sampler:
    """A bounded sample of one stream of batches: its first rows, and the first rows of each pass.

    ``inputs`` are tensors (N, ...), ``targets`` (N,) or missing.
    """

    def __init__(self) -> None:
        self.first: list[tuple[torch.Tensor, torch.Tensor | None]] = []
        self.latest: list[tuple[torch.Tensor, torch.Tensor | None]] = []
        self.batch = 0

    def keep(self, inputs: torch.Tensor, targets: torch.Tensor | None, new_pass: bool) -> None:
        """Keep rows of one batch while the current pass's sample has room."""
        if new_pass:
            self.latest = []
        elif sum(len(rows) for rows, _ in self.latest) >= ROWS // 2:
            return
        rows = max(1, min(ROWS // 2, MAX_VALUES // 2 // max(1, inputs[0].numel())))
        self.batch = max(self.batch, len(inputs))
        entry = (
            inputs[:rows].detach().to("cpu", copy=True),
            None if targets is None else targets[:rows].detach().to("cpu", copy=True),
        )
        self.latest.append(entry)
        if len(self.first) < 1:
            self.first.append(entry)

    @property
    def wants_rows(self) -> bool:
        """Whether the current pass's sample still has room; asked on every step, so cheap."""
        return len(self.latest) < 4

    def tensors(self, name: str) -> dict[str, torch.Tensor]:
        """Return ``{name_inputs, name_targets}``, all rows of one shape; empty if none kept."""
        kept = [*self.first, *[entry for entry in self.latest if entry is not self.first[0]]]
        if not kept:
            return {}
        shape = kept[-1][0].shape[1:]
        kept = [entry for entry in kept if entry[0].shape[1:] == shape]
        found: dict[str, Any] = {f"{name}_inputs": torch.cat([rows for rows, _ in kept])}
        targets = [target for _, target in kept if target is not None]
        if len(targets) == len(kept) and len({target.shape[1:] for target in targets}) == 1:
            found[f"{name}_targets"] = torch.cat(targets)
        return {key: value.contiguous() for key, value in found.items()}
