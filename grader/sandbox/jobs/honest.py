"""Does what every honest submission does: trains a little, with loader workers.

Runs inside a sandbox as ``honest.py WORKERS ROOT`` and writes ``ROOT/outbox/honest.json``.
"""

import json
import sys
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def train() -> float:
    """Take two optimizer steps on random data fed by worker processes; return the loss."""
    images, labels = torch.randn(64, 8), torch.randint(0, 3, (64,))
    workers = int(sys.argv[1])
    loader = DataLoader(TensorDataset(images, labels), batch_size=32, num_workers=workers)
    model = nn.Linear(8, 3)
    optimizer = torch.optim.Adam(model.parameters())
    loss = torch.zeros(())
    for batch, target in loader:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(batch), target)
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        optimizer.step()
    return float(loss)


if __name__ == "__main__":
    answer = {"loss": train(), "torch": torch.__version__}
    Path(sys.argv[-1], "outbox", "honest.json").write_text(json.dumps(answer))
