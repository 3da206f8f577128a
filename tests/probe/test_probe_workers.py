"""Where processes cannot share a lock, a loader loads by itself."""

import multiprocessing
from pathlib import Path

import pytest
import torch
from settings import settings_of
from torch.utils.data import DataLoader, TensorDataset

from grader.probe.helps import workers
from grader.probe.helps.notes import Notes

DATA = TensorDataset(torch.arange(20))
ASKED = {"num_workers": 2, "prefetch_factor": 4, "persistent_workers": True, "timeout": 5}


def batches(**asked: object) -> list[list[int]]:
    torch.manual_seed(0)
    return [rows.tolist() for (rows,) in DataLoader(DATA, 4, shuffle=True, **asked)]


def no_lock() -> object:
    raise OSError(38, "Function not implemented")


def test_it_gives_the_same_batches_and_says_so(
    tmp_path: Path, said: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = batches()
    monkeypatch.setattr(DataLoader, "__init__", DataLoader.__init__)
    monkeypatch.setattr(multiprocessing, "Lock", no_lock)
    workers.install(settings_of(tmp_path), said.add)
    assert batches() == expected
    assert said.sorted() == []
    assert batches(**ASKED) == expected
    assert DataLoader(DATA, 4, False, None, None, 3).num_workers == 0
    assert said.sorted() == ["no_workers"]


def test_where_there_is_a_lock_a_loader_keeps_its_workers(tmp_path: Path, said: Notes) -> None:
    before = DataLoader.__init__
    workers.install(settings_of(tmp_path), said.add)
    assert DataLoader.__init__ is before
