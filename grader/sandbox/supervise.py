"""Runs one process under every limit that can be enforced from outside, and says how it ended.

Theory of operation. The process starts in a session of its own with pipes for its output. Two
threads read the pipes, one waits for the exit; the calling thread wakes a few times a second,
measures, and compares with the limits. The pause grows with what a measurement cost, so watching
never takes more than one part in a hundred of a core. Whatever happens, the end is the same: kill
the whole tree, drain the pipes for a bounded time, collect exit status and CPU time. Exit is
observed without being reaped (``WNOWAIT``), so the process id cannot be reused before the tree
is dead.
"""

import contextlib
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from grader.model.run import Limits, Outcome, ProcessEnd
from grader.sandbox import cgroup, gpus
from grader.sandbox import outbox as outboxes
from grader.sandbox.interface import Watch
from grader.sandbox.memory import Scratch, proportional_mb, scratch_use
from grader.sandbox.output import Output
from grader.sandbox.processes import Ended, GpuShare, Process, Start
from grader.sandbox.tree import Tree, Usage

_MIB = 1024 * 1024
_PAUSE_S, _FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.2, 0.05, 2.0
_COST_SHARE = 0.01
_SWEEP_S = 5.0
_ANSWER_S = 0.1
_NICE = 5
_ROUNDS = 3
"""What a member starts is a member, so what is left out gets fewer with every round."""


@dataclass(frozen=True)
class Breach:
    """A limit that was passed."""

    outcome: Outcome
    detail: str


def supervise(start: Start, limits: Limits, outbox: Path, watch: Watch | None = None) -> ProcessEnd:
    """Run ``start`` to its end or a limit; nothing it started is alive on return.

    Never raises for what the process did. ``KeyboardInterrupt`` kills the tree and propagates,
    as does anything from ``watch`` that is not an ``Exception``: a way to cancel from a thread.
    """
    breach, wall_s = None, 0.0
    run = _Run(start, limits, outbox, watch)
    try:
        reason = run.begin()
        if reason is None:
            breach = run.follow()
            wall_s = time.monotonic() - run.began
        if breach is not None:
            run.ask_where()
    finally:
        left = run.end()
    if reason is not None:
        detail = f"The sandbox did not start: {reason}. {_survived(left.outlived)}".strip()
        return ProcessEnd(outcome=Outcome.FAULT, detail=detail)
    breach = breach or run.late_breach() or run.killed_by_kernel(left.ended)
    return _end(breach, left.ended, left.outlived).model_copy(
        update={
            "wall_s": round(wall_s, 3),
            "cpu_s": round(max(left.ended.cpu_s, run.cpu_s), 3),
            "peak_rss_mb": round(run.peak_rss_mb, 1),
            "peak_gpu_mb": run.peak_gpu_mb,
            "stdout": left.stdout,
            "stderr": left.stderr,
        }
    )


def _step_back(pid: int) -> None:
    """Let everybody else on this machine go first: a fork bomb must not starve its supervisor."""
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            ours = os.getpriority(os.PRIO_PROCESS, 0)
            os.setpriority(os.PRIO_PROCESS, pid, ours + _NICE)


def signal_name(number: int) -> str:
    """Name a signal as the kernel's documentation does."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"SIG{number}"


def _survived(outlived: bool) -> str:
    return "Something the run started could not be killed." if outlived else ""


def _end(breach: Breach | None, ended: Ended, outlived: bool) -> ProcessEnd:
    if breach is not None:
        return ProcessEnd(outcome=breach.outcome, detail=breach.detail)
    detail = _survived(outlived)
    if ended.code < 0:
        name = signal_name(-ended.code)
        return ProcessEnd(outcome=Outcome.SIGNAL, signal=name, detail=detail)
    outcome = Outcome.ERROR if ended.code else Outcome.OK
    return ProcessEnd(outcome=outcome, exit_code=ended.code, detail=detail)


@dataclass(frozen=True)
class _Left:
    """What is left of a process that was ended; ``outlived`` if something of it was not."""

    ended: Ended
    outlived: bool
    stdout: str
    stderr: str


@dataclass
class _Run:
    """One process from start to end: what watches it and what was seen.

    Nothing is alive before ``begin``; ``end`` is due from then on, whatever ``begin`` came to.
    """

    start: Start
    limits: Limits
    outbox: Path
    watch: Watch | None
    cpu_s: float = 0.0
    peak_rss_mb: float = 0.0
    peak_gpu_mb: float | None = None
    began: float = 0.0
    tree: Tree = field(init=False)
    _output: Output = field(init=False)
    _process: Process | None = None
    _group: cgroup.Group | None = None
    _unnamed_mb: float = 0.0
    _killed_by_kernel: bool = False
    _wake: threading.Event = field(default_factory=threading.Event)
    _exited: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._waiter = threading.Thread(target=self._wait, daemon=True)

    def begin(self) -> str | None:
        """Start the process and what watches it; say why where one of them cannot be had."""
        try:
            self._group = cgroup.make(self.limits.memory_mb)
            process = self.start.opener(self.start)
            self.tree = Tree(process.pid, self.start.mark, counted=process.counted)
            self._output = Output(process.pipes, self.limits.output_mb * _MIB, self._wake)
            self._process = process
            _step_back(process.pid)
            self._join(process.pid)
            self._output.start()
            process.begin()
            self.began = time.monotonic()
            self._waiter.start()
        except (OSError, RuntimeError) as error:  # no room for a thread is a RuntimeError
            return str(error)
        return None

    def _join(self, pid: int) -> None:
        """Put it into its group, and what it may have started before it was there."""
        if self._group is None:
            return
        joined: set[int] = set()
        for _ in range(_ROUNDS):
            left = {pid, *self.tree.usage().pids} - joined
            if not left:
                return
            for member in left:
                self._group.add(member)
            joined |= left

    def _wait(self) -> None:
        if self._process is not None:
            self._process.wait()
        self._exited.set()
        self._wake.set()

    def follow(self) -> Breach | None:
        """Watch until the process ends or passes a limit."""
        pause_s = _FIRST_PAUSE_S
        while True:
            self._wake.wait(max(0.0, min(pause_s, self._deadline() - time.monotonic())))
            self._wake.clear()
            if self._exited.is_set():
                return None
            cost_s = time.thread_time()
            breach = self._breach()
            cost_s = time.thread_time() - cost_s
            if breach is not None:
                return breach
            pause_s = min(max(_PAUSE_S, cost_s / _COST_SHARE), _LONGEST_PAUSE_S)
            if self.watch is not None:
                with contextlib.suppress(Exception):
                    self.watch()

    def _deadline(self) -> float:
        return self.began + self.limits.wall_s

    def _breach(self) -> Breach | None:
        if time.monotonic() >= self._deadline():
            wall_s = f"{self.limits.wall_s:g}"
            return Breach(Outcome.TIMEOUT, f"The run was stopped after {wall_s} seconds.")
        return self._over_memory() or self.late_breach()

    def ask_where(self) -> None:
        """Give a process that can say where it is a moment to do so."""
        if sys.platform != "win32" and self.tree.ask(signal.SIGUSR1):
            self._exited.wait(_ANSWER_S)

    def late_breach(self) -> Breach | None:
        """Name the limits that can be seen to have been passed even after the end."""
        if self._output.over_limit():
            limit = f"{self.limits.output_mb} MB"
            return Breach(Outcome.OUTPUT, f"The run printed more than the {limit} it may.")
        excess = outboxes.excess(self.outbox, self.limits.disk_mb)
        excess = excess or outboxes.overfull(
            self.start.folders, self._unnamed_mb, self.limits.disk_mb, self.limits.files
        )
        return Breach(Outcome.ERROR, excess) if excess else None

    def _over_memory(self) -> Breach | None:
        usage = self.tree.usage()
        scratch = scratch_use(usage.inner_pid, self.start.scratch)
        used_mb = self._judged_mb(usage, scratch)
        self._unnamed_mb = outboxes.unnamed_mb(usage.pids) if self.start.folders else 0.0
        self.cpu_s = max(self.cpu_s, usage.cpu_s)
        self.peak_rss_mb = max(self.peak_rss_mb, used_mb)
        if used_mb > self.limits.memory_mb:
            text = f"The run used {used_mb:.0f} MB of memory; it may use {self.limits.memory_mb}."
            return Breach(Outcome.MEMORY, text)
        if scratch.files > self.limits.files:
            text = f"The run made more than {self.limits.files:,} temporary files."
            return Breach(Outcome.ERROR, text)
        share = self.start.gpu
        return None if share is None else self._over_gpu_memory(usage, share)

    def _over_gpu_memory(self, usage: Usage, share: GpuShare) -> Breach | None:
        used_mb = gpus.used_mb(share.index, usage.pids)
        if used_mb is None:
            return None
        self.peak_gpu_mb = round(max(self.peak_gpu_mb or 0.0, used_mb), 1)
        if share.most_mb is None or used_mb <= share.most_mb:
            return None
        text = f"The run used {used_mb:.0f} MB of GPU memory; it may use {share.most_mb:.0f}."
        return Breach(Outcome.MEMORY, text)

    def _judged_mb(self, usage: Usage, scratch: Scratch) -> float:
        alarm_mb = usage.rss_mb + scratch.used_mb
        if alarm_mb <= self.limits.memory_mb:
            return alarm_mb
        exact_mb = proportional_mb(usage.pids, scratch)
        return alarm_mb if exact_mb is None else exact_mb

    def killed_by_kernel(self, ended: Ended) -> Breach | None:
        """Name the limit that the kernel kept; a run that came to its end all the same did."""
        if ended.code == 0 or not self._killed_by_kernel:
            return None
        self.peak_rss_mb = max(self.peak_rss_mb, self.limits.memory_mb)
        text = f"The run used more memory than the {self.limits.memory_mb} MB it may."
        return Breach(Outcome.MEMORY, text)

    def end(self) -> _Left:
        """Kill what is alive, reap it and drain its output; after half a start as after a run."""
        ended, outlived = Ended(), False
        try:
            if self._process is not None:
                self._ask_to_stop(self._process)
                outlived = not self.tree.kill()
                ended = self._reaped(self._process, outlived)
        finally:
            if self._group is not None:
                self._killed_by_kernel = self._group.killed()
                self._group.close()
        return _Left(ended, outlived, *(self._output.finish() if self._process else ("", "")))

    def _ask_to_stop(self, process: Process) -> None:
        """Let a process that can end everything it started do so, before it is killed."""
        if process.stop():
            self._exited.wait(_SWEEP_S)

    def _reaped(self, process: Process, outlived: bool) -> Ended:
        """Let go of the process if it is gone: where no thread waits for it, nor must we."""
        if self._waiter.ident is not None:
            self._waiter.join(5.0)
            outlived = self._waiter.is_alive()
        return Ended() if outlived else process.reap()
