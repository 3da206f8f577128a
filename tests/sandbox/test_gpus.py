"""What is made of the answers of NVIDIA's driver; the driver itself is played."""

import sys
from types import SimpleNamespace

import pytest

from grader.sandbox.gpus import inventory, used_mb

MIB = 1024 * 1024


class NVMLError(Exception):
    """What the driver refuses with."""


class Driver(SimpleNamespace):
    """Plays NVML with two GPUs; on the second, three processes run."""

    NVMLError = NVMLError

    def nvmlInit(self):
        pass

    def nvmlShutdown(self):
        pass

    def nvmlDeviceGetCount(self):
        return 2

    def nvmlDeviceGetHandleByIndex(self, index):
        return index

    def nvmlDeviceGetMemoryInfo(self, handle):
        return SimpleNamespace(total=1000 * MIB, free=(900 - handle) * MIB)

    def nvmlDeviceGetUUID(self, handle):
        return f"GPU-{handle}abc"

    def nvmlDeviceGetName(self, handle):
        return b"NVIDIA Something"

    def nvmlDeviceGetComputeRunningProcesses(self, handle):
        held = {11: 100 * MIB, 12: 50 * MIB, 13: None}
        return [SimpleNamespace(pid=p, usedGpuMemory=m) for p, m in held.items() if handle == 1]


@pytest.fixture
def driver(monkeypatch):
    """A driver that works."""
    made = Driver()
    monkeypatch.setitem(sys.modules, "pynvml", made)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    return made


def refuse(*_):
    """Answer as a driver does that is not there or has lost its GPU."""
    raise NVMLError("not there")


def test_every_gpu_is_listed_with_its_memory(driver):
    first, second = inventory()
    assert (first.index, first.uuid, first.name) == (0, "GPU-0abc", "NVIDIA Something")
    assert (second.total_mb, second.free_mb) == (1000, 899)


@pytest.mark.parametrize(
    ("named", "found"),
    [
        ("0", [0]),
        ("1", [1]),
        ("1,0", [1, 0]),
        ("GPU-1a", [1]),
        ("0,7,1", [0]),
        ("", []),
        ("-1", []),
        ("NoDevFiles", []),
    ],
)
def test_only_those_are_listed_that_this_process_was_given(driver, monkeypatch, named, found):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", named)
    assert [gpu.index for gpu in inventory()] == found


@pytest.mark.parametrize("call", ["nvmlInit", "nvmlDeviceGetCount", "nvmlDeviceGetMemoryInfo"])
def test_a_driver_that_refuses_has_no_gpu(driver, monkeypatch, call):
    monkeypatch.setattr(Driver, call, refuse)
    assert inventory() == ()


def test_without_a_driver_library_there_is_no_gpu(monkeypatch):
    monkeypatch.setitem(sys.modules, "pynvml", None)
    assert inventory() == ()
    assert used_mb(0, {1}) is None


@pytest.mark.parametrize(
    ("pids", "mb"), [({11}, 100), ({11, 12, 99}, 150), ({99}, 0), ({11, 13}, None)]
)
def test_the_memory_of_a_runs_processes_is_added_up_if_all_of_it_is_known(driver, pids, mb):
    assert used_mb(1, pids) == mb


def test_a_driver_that_refuses_to_name_processes_leaves_the_figure_unknown(driver, monkeypatch):
    monkeypatch.setattr(Driver, "nvmlDeviceGetComputeRunningProcesses", refuse)
    assert used_mb(1, {11}) is None
