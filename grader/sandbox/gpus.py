"""The NVIDIA GPUs of this machine as their driver sees them, through NVML, without torch.

Without a driver, and where NVML answers with an error, there are none, or a figure is not known:
nothing here raises.
"""

import os
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeVar

T = TypeVar("T")
_MIB = 1024 * 1024


@dataclass(frozen=True)
class Gpu:
    """One GPU. ``index`` counts as the driver does, by place on the bus; memory in MiB."""

    index: int
    uuid: str
    name: str
    total_mb: float
    free_mb: float


def inventory() -> tuple[Gpu, ...]:
    """List the GPUs that this process may use: all, or those named in CUDA_VISIBLE_DEVICES."""

    def ask(nvml: ModuleType) -> list[Gpu]:
        return [_gpu(nvml, index) for index in range(nvml.nvmlDeviceGetCount())]

    return tuple(_visible(_asked(ask) or [], os.environ.get("CUDA_VISIBLE_DEVICES")))


def used_mb(index: int, pids: Collection[int]) -> float | None:
    """Return the memory on GPU ``index`` that processes ``pids`` hold; ``None`` if not known."""

    def ask(nvml: ModuleType) -> float | None:
        handle = nvml.nvmlDeviceGetHandleByIndex(index)
        held = [one for one in nvml.nvmlDeviceGetComputeRunningProcesses(handle) if one.pid in pids]
        known = [one.usedGpuMemory for one in held if one.usedGpuMemory is not None]
        return sum(known) / _MIB if len(known) == len(held) else None

    return _asked(ask)


def _asked(question: Callable[[ModuleType], T]) -> T | None:
    """Ask the driver; ``None`` where there is none or it refuses."""
    try:
        import pynvml

        pynvml.nvmlInit()
    except Exception:  # noqa: BLE001 - whatever a driver lacks, there is no GPU to be had
        return None
    try:
        return question(pynvml)
    except pynvml.NVMLError:
        return None
    finally:
        pynvml.nvmlShutdown()


def _gpu(nvml: ModuleType, index: int) -> Gpu:
    handle = nvml.nvmlDeviceGetHandleByIndex(index)
    memory: Any = nvml.nvmlDeviceGetMemoryInfo(handle)
    return Gpu(
        index=index,
        uuid=_text(nvml.nvmlDeviceGetUUID(handle)),
        name=_text(nvml.nvmlDeviceGetName(handle)),
        total_mb=memory.total / _MIB,
        free_mb=memory.free / _MIB,
    )


def _visible(found: Iterable[Gpu], named: str | None) -> Iterator[Gpu]:
    """Those that are named, by number or UUID; as CUDA does, none after the first unknown one."""
    if named is None:
        yield from found
        return
    found = list(found)
    for name in filter(None, (part.strip() for part in named.split(","))):
        known = [one for one in found if name == str(one.index) or one.uuid.startswith(name)]
        if not known:
            return
        yield known[0]


def _text(value: str | bytes) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else value
