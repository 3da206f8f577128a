"""The first process of a level 2 sandbox: confines itself, starts the job, leaves nothing behind.

    python -I -c 'from grader.sandbox.confine.start import main; …' FD

where FD holds a ``Plan``.

Theory of operation. This process and the job live in two nested Landlock domains. The outer one
only cuts both off from everybody else's signals and abstract sockets; the inner one takes the files
away, and with them the job's power over this process. So "kill everyone", sent from here, reaches
exactly what the job started, all at once: no daemon, however often it has forked, can outrun it.
The orphans come back to this process as their subreaper. It does that when the job ends, and when
the host closes its end of the lifeline: by choice, or because the host itself was killed.
"""

import contextlib
import json
import os
import selectors
import signal
import socket
import traceback
from collections.abc import Callable
from typing import NoReturn

from grader.sandbox import system
from grader.sandbox.confine import rules
from grader.sandbox.confine.expose import expose
from grader.sandbox.confine.mediator import Mediator
from grader.sandbox.confine.plan import Plan
from grader.sandbox.launch import drop, limit, offer_to_oom_killer

_REAP_S = 0.5
NOT_STARTED = 125
"""Exit code where the job never ran."""
Enter = Callable[[], NoReturn]
"""Begins the job's program in a process that is confined already."""


def main(descriptor: int) -> None:
    """Carry out the plan and exit with the job's exit code."""
    plan = Plan.load(descriptor)
    for number in (plan.filter, plan.status, plan.lifeline):
        os.set_inheritable(number, False)
    try:
        confine(plan)
        pid, listener = start(plan, lambda: execute(plan))
    except OSError as error:
        _report(plan, {"fault": str(error)})
        os._exit(NOT_STARTED)
    try:
        status = attend(pid, mediator(plan, listener), (plan.lifeline,))
    finally:
        sweep()
    _report(plan, {"ended": status})
    os._exit(min(abs(status), 255))


def execute(plan: Plan) -> NoReturn:
    """Become the job's program."""
    os.execve(plan.argv[0], plan.argv, plan.environment)  # noqa: S606 - exactly what is wanted


def mediator(plan: Plan, listener: int) -> Mediator:
    """Make what answers the job's questions."""
    paths = {int(call): places for call, places in plan.paths.items()}
    return Mediator(listener, plan.meets, paths)


def confine(plan: Plan) -> None:
    """Give up root, and be cut off from everybody. Raises OSError."""
    os.umask(0o022)
    if plan.uid is not None:
        expose(plan.exposed)
    os.chdir("/")
    if plan.uid is not None:
        drop(plan.uid)
    system.become_subreaper()
    rules.enter_outer()
    _require_alone()


def _require_alone() -> None:
    """Whoever would be hit by our last signal must be out of its reach. Raises OSError."""
    try:
        os.kill(os.getppid(), 0)
    except PermissionError:
        return
    raise OSError("the kernel lets signals out of a Landlock domain")


def start(plan: Plan, enter: Enter) -> tuple[int, int]:
    """Start the job; return its process id and the descriptor that hears its questions.

    ``enter`` is what its process calls when it is confined; it has to close all descriptors but
    the job's own, which tells this one that the program has begun. Raises OSError.
    """
    ours, theirs = socket.socketpair()
    with ours, theirs:
        pid = os.fork()
        if pid == 0:
            _become_job(plan, theirs, enter)
        theirs.close()
        message, descriptors, _, _ = socket.recv_fds(ours, 4096, 1)
        trouble = ours.recv(4096)  # its end closes when the job's program has been entered
    if trouble or not descriptors:
        os.waitpid(pid, 0)
        raise OSError((trouble or message).decode(errors="replace") or "it gave no reason")
    return pid, descriptors[0]


def _become_job(plan: Plan, theirs: socket.socket, enter: Enter) -> NoReturn:
    try:
        system.die_with_parent()
        # The job alone is limited, and offered when memory runs out: what stays must stay able.
        system.become_dumpable()
        offer_to_oom_killer()
        limit(plan.limits)
        os.setsid()
        os.chdir(plan.cwd)
        program = os.pread(plan.filter, 1 << 20, 0)
        rules.enter_inner(plan)
        listener = system.load_filter(program)
        socket.send_fds(theirs, [b"listener"], [listener])
        os.close(listener)
        enter()
    except BaseException as error:  # noqa: BLE001 - nothing may return into the copied process
        with contextlib.suppress(OSError):
            said = str(error) or traceback.format_exc()
            theirs.sendall(said.encode()[:4000])
    os._exit(NOT_STARTED)


def attend(pid: int, mediator: Mediator, stops: tuple[int, ...]) -> int:
    """Answer questions until the job ends; return its exit code, or minus its signal.

    It has to end as soon as one of the descriptors ``stops`` can be read.
    """
    ended = os.pidfd_open(pid)
    with selectors.DefaultSelector() as selector:
        for number in (ended, mediator.listener, *stops):
            selector.register(number, selectors.EVENT_READ)
        while True:
            ready = {key.fd for key, _ in selector.select(_REAP_S)}
            _reap_orphans(pid)
            if ended in ready:
                break
            if not ready.isdisjoint(stops):
                os.kill(pid, signal.SIGKILL)
                break
            if mediator.listener in ready:
                mediator.answer_next()
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)


def _reap_orphans(job: int) -> None:
    """Let go of dead processes that were left to us, for they count as the job's; not of itself."""
    while True:
        try:
            dead = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return
        if dead is None or dead.si_pid == job:
            return
        os.waitpid(dead.si_pid, 0)


def sweep() -> None:
    """Kill everything in our domain but ourselves, until nothing is left to wait for."""
    while True:
        with contextlib.suppress(OSError):
            os.kill(-1, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _report(plan: Plan, report: dict[str, object]) -> None:
    os.pwrite(plan.status, json.dumps(report).encode(), 0)
