"""Runs a training program in this process under the probe, and puts torch back afterwards."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from followed import Follow, Followed
from settings import settings_of
from torch import nn
from torch.utils.data import dataloader

from grader.model.signs import Signs
from grader.probe import hooks
from grader.probe.artefact import Artefact
from grader.probe.helps import Notes
from grader.probe.outbox import Outbox
from grader.probe.recorder import Recorder


@pytest.fixture
def said() -> Notes:
    """What the student would be told."""
    return Notes()


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
    zeroing = (torch.optim.Optimizer.zero_grad, nn.Module.zero_grad)
    yield
    torch.optim.Optimizer.zero_grad, nn.Module.zero_grad = zeroing
    nn.Module.__call__, torch.Tensor.backward = saved[:2]
    dataloader.DataLoader.__iter__, dataloader._BaseDataLoaderIter.__next__ = saved[2:]
    for name, function in losses.items():
        setattr(nn.functional, name, function)


@pytest.fixture
def follow(tmp_path: Path, torch_restored: None) -> Follow:
    """Return a function that runs a program under the probe."""

    def run(
        program: Callable[[], Any],
        train_size: int = 64,
        snapshots: int = 5,
        classes: int = 2,
        graded_model: str = "last",
    ) -> Followed:
        settings = settings_of(
            tmp_path,
            train_size=train_size,
            snapshots=snapshots,
            classes=classes,
            graded_model=graded_model,
        )
        recorder = Recorder(Outbox(tmp_path), settings)
        run.recorder = recorder  # type: ignore[attr-defined]
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


@pytest.fixture
def hear(follow: Follow, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """Return a function that runs a program and returns its signs.

    The model is not captured: that takes far longer than these programs.
    """
    for name in ("graph", "samples"):
        monkeypatch.setattr(Artefact, name, lambda *ignored: None)

    def run(program: Callable[[], Any], **settings: Any) -> dict[str, Any]:
        trace = follow(program, **settings).trace
        assert trace["fault"] is None
        assert trace["signs"]["fault"] is None
        Signs.model_validate(trace["signs"])  # what the host reads
        return trace["signs"]

    return run
