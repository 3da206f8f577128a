"""Grades on this machine: one process per slot, each grading one submission after another.

Theory of operation. A slot is a core, or a share of a GPU. Its process is started when it is first
needed and prepares once for the whole class. One thread per process reads its answers into a queue,
so the grader itself only ever waits there. A process that dies is replaced; what it was grading is
reported as lost. A slot whose process cannot be started is given up while there are others. Where
none ever gets ready there is no use in trying again.
"""

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import IO, Self, cast

from grader.batch import worker
from grader.batch.memory import Memory, peak_mb
from grader.batch.messages import READY, receive
from grader.batch.work import Event, Graded, Heard, Lost, Refused, RunAgain, Work
from grader.errors import Fault
from grader.pipeline import Request

_PROGRAM = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from grader.batch.worker import main; main()"
)
"""It imports from where we were imported from, in the same order."""
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""The cores are the runs': what little the host computes must not spread over all of them."""
_STOPPING_S = 20.0
"""How long a process may take to end what it runs before it is killed."""


class _Process:
    """One process that grades; its answers arrive in ``heard``, ``None`` when there are no more.

    Raises OSError where the machine has no room for it.
    """

    def __init__(
        self,
        request: Request,
        heard: "queue.Queue[tuple[_Process, Event | None]]",
        ready: threading.Event,
    ) -> None:
        self._heard, self._ready = heard, ready
        with contextlib.ExitStack() as until_started:
            self.errors: IO[bytes] = until_started.enter_context(tempfile.TemporaryFile())
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _PROGRAM, json.dumps(sys.path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self.errors,
                start_new_session=True,  # Ctrl-C is for us; we stop it in order
                env=os.environ | _ONE_THREAD,
            )
            until_started.pop_all()
        self._input = cast(IO[bytes], self._process.stdin)
        self._output = cast(IO[bytes], self._process.stdout)
        self.tell(worker.REQUEST.dump_json(request))
        threading.Thread(target=self._listen, daemon=True).start()

    def tell(self, line: bytes) -> None:
        """Send one line; one that is gone is noticed by who listens."""
        with contextlib.suppress(OSError):
            self._input.write(line + b"\n")
            self._input.flush()

    def _listen(self) -> None:
        try:
            with contextlib.suppress(Fault, OSError, ValueError), self._output:
                if self._output.readline() == READY:
                    self._ready.set()
                    while (event := receive(self._output)) is not None:
                        self._heard.put((self, event))
        finally:
            self._heard.put((self, None))

    def last_words(self) -> str:
        """How it ended, and the last it said; one that talks no more is made to end."""
        self.ask_to_stop()
        code = self._ended()
        self.errors.seek(0)
        said = self.errors.read()[-4000:].decode(errors="replace").strip().splitlines()
        how = f"by signal {-code}" if code < 0 else f"with code {code}"
        self.errors.close()
        return f"ended {how}" + (f": {said[-1][:300]}" if said else "")

    def ask_to_stop(self) -> None:
        """Let it end what runs and itself."""
        with contextlib.suppress(OSError):
            self._input.close()

    def end(self) -> None:
        """Wait until it has ended; kill it where it does not."""
        self._ended()
        self.errors.close()

    def _ended(self) -> int:
        try:
            return self._process.wait(_STOPPING_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


@dataclass
class _Slot:
    """A place for one run at a time, on one device."""

    device: str
    process: _Process | None = None
    work: Work | None = None


class Local:
    """Grades in processes of this machine; ``devices`` names that of each slot."""

    name = "local"

    def __init__(self, request: Request, devices: Sequence[str], memory: Memory) -> None:
        self._request = request
        self._memory = memory
        self._slots = [_Slot(device) for device in devices]
        self._heard: queue.Queue[tuple[_Process, Event | None]] = queue.Queue()
        self._ready = threading.Event()
        self._lost: list[Lost] = []

    @property
    def slots(self) -> int:
        """How many submissions it grades at once."""
        return max(1, min(len(self._slots), self._memory.runs()))

    def place_for(self, work: Work) -> bool:
        """Whether a slot is free and the memory holds one more run."""
        running = [slot.work for slot in self._slots if slot.work is not None]
        if len(running) == len(self._slots) or any(one.alone for one in running):
            return False
        return self._memory.room(len(running)) and not (work.alone and running)

    def begin(self, work: Work) -> None:
        """Hand it to the slot on the device that has least to do."""
        busy = [slot.device for slot in self._slots if slot.work is not None]
        free = [slot for slot in self._slots if slot.work is None]
        slot = min(free, key=lambda one: (busy.count(one.device), one.process is None))
        if slot.process is None:
            try:
                slot.process = self._started(slot)
            except (OSError, RuntimeError) as error:  # the second of a thread
                self._lost.append(Lost(work.student, self._given_up(slot, error)))
                return
        slot.work = work
        slot.process.tell(worker.WORK.dump_json(work))

    def _started(self, slot: _Slot) -> _Process:
        request = replace(self._request, device=slot.device)
        return _Process(request, self._heard, self._ready)

    def _given_up(self, slot: _Slot, error: Exception) -> str:
        """Do without a slot while there are others. Raises Fault where none ever worked."""
        why = f"no process could be started that grades it ({error})"
        others = [one for one in self._slots if one.process is not None]
        if not others and not self._ready.is_set():
            raise Fault(why)
        if others:
            self._slots.remove(slot)
        return why

    def events(self, within_s: float) -> list[Event]:
        """Return what the processes said."""
        found: list[Event] = [*self._lost]
        self._lost.clear()
        with contextlib.suppress(queue.Empty):
            found += self._event(*self._heard.get(timeout=0.0 if found else within_s))
            while True:
                found += self._event(*self._heard.get_nowait())
        return found

    def _event(self, process: _Process, event: Event | None) -> list[Event]:
        slot = next((slot for slot in self._slots if slot.process is process), None)
        if slot is None:
            return []
        work = slot.work
        if event is None:
            slot.process = slot.work = None
            said = process.last_words()
            if not self._ready.is_set() and not any(other.process for other in self._slots):
                raise Fault(f"no process can be started that grades: it {said}")
            if work is None:
                return []
            return [Lost(work.student, f"the process that graded it {said}")]
        if not isinstance(event, Heard | RunAgain):
            slot.work = None
            self._observe(event)
        return [event]

    def _observe(self, event: Graded | Refused | Lost) -> None:
        if isinstance(event, Graded):
            self._memory.observe(peak_mb(event.files))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        processes = [slot.process for slot in self._slots if slot.process is not None]
        for process in processes:
            process.ask_to_stop()
        for process in processes:
            process.end()
