"""Runs a training program in this process under the probe, and puts torch back afterwards."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from torch import nn
from torch.utils.data import dataloader

from grader.probe import hooks
from grader.probe.outbox import Outbox
from grader.probe.recorder import Recorder


class Followed:
    """What the probe wrote about one program."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def trace(self) -> dict[str, Any]:
        """The content of trace.json."""
        return json.loads((self.folder / "trace.json").read_text())

    @property
    def graph(self) -> dict[str, Any]:
        """The content of graph.json."""
        return json.loads((self.folder / "graph.json").read_text())

    def operators(self, form: str) -> list[str]:
        """The operators of one form of the captured graph, in order."""
        return [node["target"] for node in self.graph[form]["nodes"] if node["op"] == "call"]

    def tensors(self, name: str) -> dict[str, torch.Tensor]:
        """The tensors of one safetensors file."""
        return load_file(self.folder / f"{name}.safetensors")


Follow = Callable[..., Followed]


@pytest.fixture
def torch_restored() -> Iterator[None]:
    """Undo what the hooks replace."""
    losses = {name: getattr(nn.functional, name) for name in hooks.LOSSES}
    saved = (
        nn.Module.__call__,
        torch.Tensor.backward,
        dataloader.DataLoader.__iter__,
        dataloader._BaseDataLoaderIter.__next__,
    )
    yield
    nn.Module.__call__, torch.Tensor.backward = saved[:2]
    dataloader.DataLoader.__iter__, dataloader._BaseDataLoaderIter.__next__ = saved[2:]
    for name, function in losses.items():
        setattr(nn.functional, name, function)


@pytest.fixture
def follow(tmp_path: Path, torch_restored: None) -> Follow:
    """Return a function that runs a program under the probe."""

    def run(program: Callable[[], Any], train_size: int = 64, snapshots: int = 5) -> Followed:
        recorder = Recorder(Outbox(tmp_path), train_size, snapshots)
        recorder.install()
        torch.manual_seed(0)
        try:
            program()
        except RuntimeError as error:
            if "planned" not in str(error):
                raise
        recorder.finish()
        return Followed(tmp_path)

    return run
