"""What is known of the machines of a cluster, and where there is room for a run."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from grader.batch.engines.node import Facts
from grader.batch.memory import Memory
from grader.batch.slots import GPU_RUN_MB, PACKED
from grader.batch.work import Work

_FINE = 10_000
"""A cluster counts shares of a GPU in so many parts."""


@dataclass(eq=False)
class Slot:
    """A place for one run at a time; ``call`` stands for what its ``actor`` was asked last.

    It is ``ready`` once the actor has answered.
    """

    machine: "Machine"
    actor: Any
    call: Any
    ready: bool = False
    work: Work | None = None


@dataclass(eq=False)
class Machine:
    """One machine: ``looking`` stands for the answer what it can do, then it has ``slots`` or none.

    ``cores`` and ``gpus`` are what it gives to the cluster, ``failures`` counts actors that ended
    since it last graded something.
    """

    id: str
    title: str
    cores: int
    gpus: int
    memory: Memory
    looking: Any = None
    facts: Facts | None = None
    slots: list[Slot] = field(default_factory=list)
    planned: int = 0
    failures: int = 0

    def plan(self, facts: Facts, workers: int | None) -> None:
        """Decide how many slots it gets: by cores and memory, and by GPUs where those are used.

        ``workers`` sets their number, for each GPU where there are some.
        """
        self.facts = facts
        most = min(self.cores, self.memory.runs())
        each = workers or most
        if facts.gpu_mb is not None:
            fitting = min(PACKED, max(1, int(facts.gpu_mb / GPU_RUN_MB)))
            each = (workers or fitting) * self.gpus
        self.planned = min(most, each)

    @property
    def sharing(self) -> int:
        """How many slots share one GPU, spread as evenly as they can be."""
        return -(-self.planned // max(1, self.gpus))

    @property
    def gpu_share(self) -> float:
        """The part of a GPU that belongs to a slot, never too large for all that share it."""
        used = self.facts is not None and self.facts.gpu_mb is not None
        return _FINE // self.sharing / _FINE if used else 0.0

    @property
    def memory_mb(self) -> float:
        """The memory that belongs to a slot."""
        return min(self.memory.each_mb, self.memory.total_mb / self.planned)

    @property
    def places(self) -> int:
        """How many runs there can be at once, as far as is known now."""
        return min(sum(slot.ready for slot in self.slots), self.memory.runs())

    @property
    def busy(self) -> list[Work]:
        """What it grades now."""
        return [slot.work for slot in self.slots if slot.work is not None]

    def free(self, work: Work) -> Slot | None:
        """A slot where ``work`` can be begun; alone means alone on its machine."""
        busy = self.busy
        if any(one.alone for one in busy) or (work.alone and busy) or len(busy) >= self.places:
            return None
        return next((slot for slot in self.slots if slot.ready and slot.work is None), None)


@dataclass
class Patience:
    """Runs out once where slots were asked for and nobody gets one: others have the machines."""

    most_s: float
    _since_s: float | None = None

    def is_out(self, machines: Iterable[Machine], now_s: float) -> bool:
        """Whether it is time to say so."""
        slots = [slot for machine in machines for slot in machine.slots]
        if not slots or any(slot.ready for slot in slots):
            self._since_s = None
        elif self._since_s is None:
            self._since_s = now_s
        elif now_s - self._since_s > self.most_s:
            self._since_s = math.inf
            return True
        return False


def least_busy(machines: Iterable[Machine], work: Work) -> Slot | None:
    """A free slot for ``work`` on the machine that has the least to do for its size."""
    free = [(machine, machine.free(work)) for machine in machines]
    able = [(len(machine.busy) / machine.places, slot) for machine, slot in free if slot]
    return min(able, key=lambda one: one[0])[1] if able else None


def calls_of(machines: Iterable[Machine]) -> Mapping[Any, Machine | Slot]:
    """Who waits for which answer."""
    calls: dict[Any, Machine | Slot] = {}
    for machine in machines:
        calls |= {machine.looking: machine} if machine.looking is not None else {}
        calls |= {slot.call: slot for slot in machine.slots if slot.call is not None}
    return calls
