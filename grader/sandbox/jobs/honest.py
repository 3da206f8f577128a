"""Does what every honest submission does: trains a little, as a script and as a notebook.

Runs inside a sandbox as ``honest.py WORKERS ROOT`` and writes ``ROOT/outbox/honest.json``.
"""

import json
import socket
import sys
import tempfile
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

CELL = "print(6 * 7)"


def train(workers: int) -> float:
    """Take two optimizer steps on random data fed by worker processes; return the loss."""
    images, labels = torch.randn(64, 8), torch.randint(0, 3, (64,))
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


def run_cell() -> str:
    """Run one cell in a kernel of its own; return what it printed."""
    import nbformat
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    cell = nbformat.v4.new_code_cell(CELL)  # type: ignore[no-untyped-call]
    notebook = nbformat.v4.new_notebook(cells=[cell])  # type: ignore[no-untyped-call]
    manager = AsyncKernelManager(kernel_name="python3", **transport())
    NotebookClient(notebook, km=manager, timeout=90).execute()
    return str(notebook.cells[0].outputs[0].text).strip()


def transport() -> dict[str, str]:
    """How to reach a kernel: over loopback, or over files where there is no network at all."""
    try:
        socket.socket(socket.AF_INET).close()
    except OSError:
        place = tempfile.gettempdir()
        return {"transport": "ipc", "ip": f"{place}/k", "connection_file": f"{place}/k.json"}
    return {}


if __name__ == "__main__":
    workers = int(sys.argv[1])
    answer = {"loss": train(workers), "cell": run_cell(), "torch": torch.__version__}
    Path(sys.argv[-1], "outbox", "honest.json").write_text(json.dumps(answer))
