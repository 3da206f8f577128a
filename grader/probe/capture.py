"""Captures a live model as an inert graph: operators in order with their arguments.

``torch.export`` traces the model with fake tensors, so the student's data, random numbers and
buffers stay untouched. Both forms are captured: the training form shows the layers (dropout,
batch normalisation), the evaluation form is what accuracy is measured on. The training flags are
set module by module, because a student may have overridden ``train()`` or ``eval()``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from torch.export import Dim

from .serialise import constants, graph_document


class NotCaptured(Exception):
    """The model cannot be expressed as a graph; the message names the reason."""


@contextmanager
def training_flags(model: nn.Module, training: bool) -> Iterator[None]:
    """Set every module's ``training`` flag, and put each back as it was."""
    before = [(module, module.training) for module in model.modules()]
    try:
        for module, _ in before:
            module.training = training
        yield
    finally:
        for module, flag in before:
            module.training = flag


@contextmanager
def untouched_generators() -> Iterator[None]:
    """Leave torch's random streams as they were: a probe must not change a seeded result."""
    devices = list(range(torch.cuda.device_count())) if torch.cuda.is_available() else []
    with torch.random.fork_rng(devices=devices):
        yield


def _export(model: nn.Module, args: tuple[Any, ...], dynamic: bool) -> Any:
    spec = tuple(
        {0: Dim.DYNAMIC} if dynamic and isinstance(arg, torch.Tensor) and arg.ndim else None
        for arg in args
    )
    return torch.export.export(model, args, dynamic_shapes=spec if dynamic else None, strict=False)


def _fresh(args: tuple[Any, ...], rows: int | None) -> tuple[Any, ...]:
    """Clone tensor arguments: a failed dynamic export leaves marks on the ones it was given."""
    return tuple(
        arg[:rows].detach().clone() if isinstance(arg, torch.Tensor) else arg for arg in args
    )


def capture(
    model: nn.Module, args: tuple[Any, ...]
) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
    """Return ``({"batch", "train", "eval"}, constants)`` for ``model`` called with ``args``.

    ``args`` are positional arguments of one real call, tensors with the batch first; ``batch`` is
    ``None`` where any batch size works, else the only size the model accepts. Raises NotCaptured.
    """
    failure: Exception | None = None
    for rows, dynamic in ((4, True), (None, False)):
        try:
            document: dict[str, Any] = {"batch": None if dynamic else len(args[0])}
            fixed: dict[str, torch.Tensor] = {}
            for form, training in (("train", True), ("eval", False)):
                with training_flags(model, training), untouched_generators(), torch.no_grad():
                    exported = _export(model, _fresh(args, rows), dynamic)
                document[form] = graph_document(exported)
                fixed.update(constants(exported))
            return document, fixed
        except Exception as error:  # a student's forward may raise anything at all
            failure = error
    lines = str(failure).strip().splitlines() or [type(failure).__name__]
    raise NotCaptured(f"{type(failure).__name__}: {lines[0][:300]}")


def state(model: nn.Module) -> dict[str, torch.Tensor]:
    """Parameters, buffers and their values now, by the names the graph uses; on the CPU."""
    tensors: dict[str, torch.Tensor] = {}
    named = (
        *model.named_parameters(remove_duplicate=False),
        *model.named_buffers(remove_duplicate=False),
    )
    for name, tensor in named:
        # A copy that shares no storage: safetensors refuses tied memory, training goes on in place.
        tensors[name] = tensor.detach().to("cpu", copy=True).contiguous()
    return tensors


def fingerprint(model: nn.Module) -> tuple[float, ...]:
    """Sums over each parameter and buffer: equal where nothing has changed, in any way at all."""
    sums = []
    for tensor in (*model.parameters(), *model.buffers()):
        values = tensor.detach().double()
        sums += [values.sum(), values.square().sum()]
    return (float(id(model)), *torch.stack(sums).tolist()) if sums else (float(id(model)),)
