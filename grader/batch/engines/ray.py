"""Grades on the machines of a Ray cluster: one actor per slot, each grading one after another.

Theory of operation. Every machine that joined the cluster is first looked at: a task prepares there
as for a class, with the self-check of isolation. A machine that lacks something, or would measure
otherwise than we do, grades nothing and is named. On the others there is an actor per slot (one
core; where there are GPUs, a share of one; memory for a run) that is pinned to its machine, so we
know where there is room. Submissions travel as bytes in the call, results as bytes in its answer.
One call at a time is under way to a busy actor: it returns as soon as something is heard, or after
a moment. The call that fails because its actor is gone tells of the loss, and the work is begun
anew elsewhere. We never let Ray retry: what a student's program does is an answer, not an error.

Trust. Ray pickles what passes between its processes, and runs whatever whoever reaches its ports
asks for. All of these processes are ours; nothing that ran student code is one of them, and what it
left passes through as bytes only. No other file imports Ray.
"""

import contextlib
import logging
import socket
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

import ray
from ray import exceptions
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from grader.batch.engines.interface import Wanted
from grader.batch.engines.machines import Machine, Patience, Slot, calls_of, least_busy
from grader.batch.engines.node import Facts, Place, difference, facts_of, look
from grader.batch.memory import Memory, peak_mb
from grader.batch.parcel import pack, pack_course
from grader.batch.work import Event, Graded, Heard, Lost, Noted, Refused, RunAgain, Work
from grader.errors import CallerError, NoRoom, SubmissionError
from grader.pipeline import Request

_HEAR_S = 2.0
"""How long a call waits for something to be heard; a stop waits for the call before it."""
_REFRESH_S = 2.0
_FIRST_LOOK_S = 300.0
"""How long the first machine may take to be looked at: it may have practice data to make."""
_PATIENCE_S = 60.0
"""How long a class waits for a machine when there is none left."""
_STOPPING_S = 30.0
_LOSSES = 3
"""How often the same work may be lost with its machine before that is its own affair."""
_SLIVER = 0.001
"""As much of a GPU as it takes to be shown one."""
_MIB = 1024 * 1024
_CONNECT_S = 5.0


class Ray:
    """Grades on a cluster; ``wanted.address`` names it, else it is the one this machine is in."""

    name = "ray"

    def __init__(self, wanted: Wanted) -> None:
        if wanted.request.device.startswith("cuda:"):
            raise CallerError(
                f"--device {wanted.request.device} names a GPU of one machine: with --engine ray "
                "use auto, cpu or cuda"
            )
        data = wanted.request.data
        self._request = replace(wanted.request, data=None if data is None else data.absolute())
        self._wanted, self._here = wanted, facts_of(wanted.setup)
        self._course: Any = pack_course(wanted.setup.course, wanted.request.rubric)
        self._machines: dict[str, Machine] = {}
        self._found: list[Event | Noted] = []
        self._again: deque[Work] = deque()
        self._losses: dict[str, int] = {}
        self._refused: list[str] = []
        self._refreshed_s = 0.0
        self._alive_s = time.monotonic()
        self._patience = Patience(_PATIENCE_S)

    def __enter__(self) -> Self:
        _join(self._wanted.address)
        try:
            self._course = ray.put(self._course)
            self._alive_s = time.monotonic() + _FIRST_LOOK_S
            while not any(machine.slots for machine in self._machines.values()):
                self._found += self._turn(0.5)
                self._require_machines()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    @property
    def slots(self) -> int:
        """How many submissions the machines that are there now grade at once."""
        return sum(machine.places for machine in self._machines.values())

    def place_for(self, work: Work) -> bool:
        """Whether a machine has room; what was lost with one goes first."""
        return not self._again and self._slot_for(work) is not None

    def begin(self, work: Work) -> None:
        """Send it to the machine that has least to do."""
        slot = self._slot_for(work)
        if slot is None:
            self._again.append(work)
            return
        try:
            told, parcel = pack(work)
        except NoRoom as error:  # here, and nothing of the submission's
            self._found.append(Lost(work.student, str(error)))
            return
        except SubmissionError as error:
            self._found.append(Refused(work.student, str(error)))
            return
        slot.work = work
        slot.call = slot.actor.grade.remote(told, parcel, _HEAR_S)

    def events(self, within_s: float) -> Sequence[Event | Noted]:
        """Return what the machines said. Raises CallerError where none is left."""
        found, self._found = self._found, []
        found += self._turn(0.0 if found else within_s)
        self._require_machines()
        return found

    def _turn(self, within_s: float) -> list[Event | Noted]:
        """See who is there, and take what has arrived."""
        found = list(self._refresh())
        calls = calls_of(self._machines.values())
        if not calls:
            time.sleep(within_s)
            return found
        first, rest = ray.wait(list(calls), num_returns=1, timeout=within_s)
        more = ray.wait(rest, num_returns=len(rest), timeout=0)[0] if first and rest else []
        for ref in (*first, *more):
            owner = calls[ref]
            if isinstance(owner, Machine):
                found += self._looked(owner, ref)
            elif owner.call == ref:
                found += self._heard(owner, ref)
        while self._again and self._slot_for(self._again[0]) is not None:
            self.begin(self._again.popleft())
        return found

    def _refresh(self) -> Iterator[Event | Noted]:
        """Look at machines that came, and let go of those that went."""
        now_s = time.monotonic()
        if now_s - self._refreshed_s < _REFRESH_S:
            return
        self._refreshed_s = now_s
        if self._patience.is_out(self._machines.values(), now_s):
            yield Noted("the cluster is taken by others ('ray status'): this class waits for room")
        alive = _alive()
        for gone in set(self._machines) - set(alive):
            machine = self._machines.pop(gone)
            yield Noted(f"{machine.title} is gone; what it was grading is begun anew elsewhere")
            yield from self._lose_all(machine)
        for identifier, told in alive.items():
            if identifier not in self._machines and told["Resources"].get("CPU", 0) >= 1:
                self._machines[identifier] = self._machine(identifier, told)

    def _machine(self, identifier: str, told: dict[str, Any]) -> Machine:
        """Begin to look at a machine."""
        resources: dict[str, float] = told["Resources"]
        memory_mb = resources.get("memory", 0) / _MIB
        cores, gpus = int(resources["CPU"]), int(resources.get("GPU", 0))
        request = self._request_on(gpus)
        task = ray.remote(max_calls=1, max_retries=0)(look).options(
            num_cpus=0,
            num_gpus=0 if request.device == "cpu" or not gpus else _SLIVER,
            scheduling_strategy=_only(identifier),
        )
        return Machine(
            id=identifier,
            title=f"the machine {told['NodeManagerHostname']} ({told['NodeName']})",
            cores=cores,
            gpus=gpus,
            memory=Memory(self._wanted.baseline.peak_rss_mb, memory_mb),
            looking=task.remote(request, self._course),
        )

    def _request_on(self, gpus: int) -> Request:
        """Without GPUs a machine grades on its CPU, unless GPUs were demanded."""
        if gpus or self._request.device != "auto":
            return self._request
        return replace(self._request, device="cpu")

    def _looked(self, machine: Machine, ref: Any) -> Iterator[Noted]:
        """Take on a machine that can grade; name one that cannot."""
        machine.looking = None
        try:
            facts = ray.get(ref)
        except exceptions.RayError as error:
            facts = f"the grader does not start there: {_words(error)}"
        why = facts if isinstance(facts, str) else difference(self._here, facts)
        if why is not None:
            yield self._retire(machine, why)
            return
        machine.plan(facts, self._wanted.workers)
        machine.slots = [self._slot(machine, facts) for _ in range(machine.planned)]

    def _slot(self, machine: Machine, facts: Facts) -> Slot:
        request = replace(self._request, isolation=facts.level)
        if facts.gpu_mb is None:
            request = replace(request, device="cpu")
        else:
            request = replace(request, gpu_mb=facts.gpu_mb / machine.sharing)
        actor = ray.remote(Place).options(
            num_cpus=1,
            num_gpus=machine.gpu_share,
            memory=int(machine.memory_mb * _MIB),
            max_restarts=0,
            max_task_retries=0,
            scheduling_strategy=_only(machine.id),
        )
        made = actor.remote(request, self._course, self._wanted.baseline.peak_rss_mb)
        return Slot(machine, made, made.ready.remote())

    def _heard(self, slot: Slot, ref: Any) -> Iterator[Event | Noted]:
        """Take an answer, and ask again where the run goes on."""
        try:
            events: Sequence[Event] = ray.get(ref) or ()
        except exceptions.RayTaskError as error:  # no process that grades gets ready there
            yield from self._lose(slot)
            if any(other.ready for other in slot.machine.slots):
                yield from self._replace(slot.machine, _words(error))
            elif not slot.machine.slots:  # as long as others start, they may do better
                yield self._retire(slot.machine, _words(error))
            return
        except exceptions.RayError as error:
            yield from self._lose(slot)
            yield from self._replace(slot.machine, _words(error))
            return
        slot.ready = True
        for event in events:
            if not isinstance(event, Heard | RunAgain):
                self._ended(slot, event)
            yield event
        slot.call = slot.actor.events.remote(_HEAR_S) if slot.work is not None else None

    def _ended(self, slot: Slot, event: Event) -> None:
        slot.work = None
        slot.machine.failures = 0
        if isinstance(event, Graded):
            for machine in self._machines.values():
                machine.memory.observe(peak_mb(event.files))

    def _lose(self, slot: Slot) -> Iterator[Event]:
        """Let go of a slot whose actor is gone; its work is begun anew, unless too often."""
        slot.machine.slots.remove(slot)
        slot.call = None
        with contextlib.suppress(Exception):
            ray.kill(slot.actor)
        work, slot.work = slot.work, None
        if work is None:
            return
        self._losses[work.student] = self._losses.get(work.student, 0) + 1
        if self._losses[work.student] < _LOSSES:
            self._again.append(work)
        else:
            yield Lost(work.student, f"{slot.machine.title} was lost while it graded, like others")

    def _lose_all(self, machine: Machine) -> Iterator[Event]:
        for slot in list(machine.slots):
            yield from self._lose(slot)

    def _replace(self, machine: Machine, why: str) -> Iterator[Event | Noted]:
        """Give a machine another slot for one that ended, as long as that is of use."""
        if machine.id not in _alive():
            return  # the next look at who is there says so
        machine.failures += 1
        if machine.facts is not None and machine.failures <= 3 * machine.planned:
            machine.slots.append(self._slot(machine, machine.facts))
        elif not machine.slots:
            yield self._retire(machine, f"its Ray processes end again and again ({why})")

    def _retire(self, machine: Machine, why: str) -> Noted:
        machine.facts = None
        self._refused.append(f"{machine.title} does not grade: {why}")
        return Noted(self._refused[-1])

    def _slot_for(self, work: Work) -> Slot | None:
        return least_busy(self._machines.values(), work)

    def _require_machines(self) -> None:
        now_s = time.monotonic()
        machines = self._machines.values()
        if any(machine.slots for machine in machines):
            self._alive_s = now_s
        looking = any(machine.looking is not None for machine in machines)
        refused = self._refused and not looking and not any(machine.slots for machine in machines)
        if now_s - self._alive_s > _PATIENCE_S or (refused and self._alive_s > now_s):
            said = "; ".join(dict.fromkeys(self._refused)) or "none answered in time"
            raise CallerError(
                f"no machine of the cluster grades: {said}. Mend that, and give the same command "
                "again"
            )

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        machines = self._machines.values()
        stops = [one.looking for one in machines if one.looking is not None]
        try:
            for look_ in stops:
                ray.cancel(look_)
            slots = [slot for machine in machines for slot in machine.slots if slot.ready]
            stops += [slot.actor.stop.remote() for slot in slots]
            if stops:
                ray.wait(stops, num_returns=len(stops), timeout=_STOPPING_S)
        finally:
            ray.shutdown()  # ends every actor and task that is left


def _alive() -> dict[str, dict[str, Any]]:
    """The machines of the cluster that are there now, by their identifiers."""
    return {one["NodeID"]: one for one in ray.nodes() if one["Alive"]}


def _only(machine: str) -> NodeAffinitySchedulingStrategy:
    """On this machine or nowhere."""
    return NodeAffinitySchedulingStrategy(machine, soft=False)


def _join(address: str | None) -> None:
    """Become a part of the cluster. Raises CallerError where there is none, or not for us."""
    host, _, port = (address or "").rpartition(":")
    try:
        if address is not None:  # Ray itself tries for ten minutes
            socket.create_connection((host, int(port)), _CONNECT_S).close()
        # Ray lets all workers import from the folder that we are in: submissions may lie there.
        with contextlib.chdir("/"):
            ray.init(address=address or "auto", log_to_driver=False, logging_level=logging.ERROR)
    except Exception as error:  # noqa: BLE001 - Ray has no family of errors for this
        start = f"ray start --address={address or 'HOST:PORT'}"
        raise CallerError(
            f"no Ray cluster can be joined at {address or 'this machine'} ({_words(error)}): start "
            f"it with 'ray start --head', and '{start}' on every other machine, this one too"
        ) from None


def _words(error: BaseException) -> str:
    """What an error says, in its last line."""
    lines = str(error).strip().splitlines()
    return f"{lines[-1][:300]}" if lines else type(error).__name__
