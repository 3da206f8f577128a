"""Reads what the probe wrote about one program."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file


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

Hear = Callable[..., dict[str, Any]]
"""Runs a program under the probe and returns the signs it left, valid and without a fault."""
