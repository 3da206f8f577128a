"""What the functions of a device's own answer where there is no such device.

Sizes are ones, not zeros: programs divide by them to show a share.
"""

import contextlib
import types
from collections.abc import Callable, Mapping
from typing import Any

from .notes import Note


class Stream(contextlib.nullcontext[None]):
    """Nothing runs beside anything else, so there is nothing to wait for; events are alike."""

    def query(self) -> bool:
        """Say that all is done."""
        return True

    def elapsed_time(self, other: Any) -> float:
        """Return the milliseconds between two events."""
        return 0.0

    def record_event(self, event: Any = None) -> "Stream":
        """Return an event."""
        return Stream()

    def _nothing(self, *args: Any) -> None:
        """Do nothing."""

    record = wait = synchronize = wait_stream = wait_event = _nothing


ONE_DEVICE = types.SimpleNamespace(
    name="no GPU", total_memory=1, major=0, minor=0, multi_processor_count=1
)
CUDA: Mapping[str, Any] = {
    **dict.fromkeys(("synchronize", "set_device", "set_stream", "init", "ipc_collect"), None),
    **dict.fromkeys(("reset_peak_memory_stats", "reset_accumulated_memory_stats"), None),
    **dict.fromkeys(("reset_max_memory_allocated", "reset_max_memory_cached"), None),
    "set_per_process_memory_fraction": None,
    **dict.fromkeys(("utilization", "memory_usage", "temperature", "current_device"), 0),
    **dict.fromkeys(("device", "stream", "Stream", "Event"), Stream),
    **dict.fromkeys(("current_stream", "default_stream"), Stream()),
    "get_device_name": ONE_DEVICE.name,
    "get_device_capability": (0, 0),
    "get_device_properties": ONE_DEVICE,
    "mem_get_info": (1, 1),
    "memory_summary": "",
}
MPS: Mapping[str, Any] = {
    **dict.fromkeys(("synchronize", "empty_cache", "manual_seed"), None),
    "set_per_process_memory_fraction": None,
    **dict.fromkeys(("current_allocated_memory", "driver_allocated_memory"), 0),
    "recommended_max_memory": 1,
}


def noting(kind: type[Any], note: Note) -> type[Any]:
    """The same class, which says that it was needed."""

    class Noting(kind):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            note("cpu_instead")
            super().__init__()

    return Noting


def generator(original: type[Any], gone: Callable[[Any], bool]) -> type[Any]:
    """A class that makes generators of the CPU for devices that are ``gone``.

    It stays a class, and what torch makes by itself is still an instance of it.
    """

    class Kind(type):
        def __instancecheck__(cls, thing: Any) -> bool:
            return isinstance(thing, original)

    class Generator(metaclass=Kind):
        def __new__(cls, device: Any = "cpu") -> Any:
            return original(device="cpu" if gone(device) else device)

    return Generator
