"""Tries a backend before it is trusted: a canary that must not get out, honest work that must run.

Theory of operation. A sandbox can fail in two directions. The canary job tries to reach traps
that this process sets up (a secret file, a listener, a variable of its environment) and reports
what worked; from level 2 on nothing may. The honest job trains a small network with loader
workers; if that fails, students would be blamed for our walls. Both cost two to three seconds,
so a pass is remembered until the next boot or until anything changes that could change it. A
failure is never remembered: its remedy may be one command away.
"""

import contextlib
import hashlib
import importlib.metadata
import json
import os
import secrets
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import platformdirs
import psutil

from grader.model.run import Limits, Outcome, ProcessEnd
from grader.sandbox.bubblewrap import installed_version
from grader.sandbox.interface import Backend, Job
from grader.sandbox.privileges import others_may_read

_JOBS = Path(__file__).with_name("jobs")
_VARIABLE = "LAB_GRADER_CANARY"
_ISOLATING_LEVEL = 2
_CANARY_LIMITS = Limits(wall_s=30, memory_mb=1024, disk_mb=64, processes=64, threads=1)
_HONEST_LIMITS = Limits(wall_s=180, memory_mb=8192, disk_mb=256, processes=256, threads=1)


@others_may_read()
def failure(backend: Backend, *, fresh: bool = False, way: str = "") -> str | None:
    """Say in one sentence why ``backend`` cannot be trusted here, else ``None``.

    ``fresh`` runs the check even where a pass since the last boot is on record. What starts its
    jobs in another way than usual has a record of its own, by the name of that ``way``.
    """
    name, key = f"{backend.name}{way}", _key(backend)
    if not fresh and _remembered().get(name) == key:
        return None
    reason = _canary_failure(backend) or _honest_failure(backend)
    if reason is None:
        _remember(name, key)
    return reason


def _canary_failure(backend: Backend) -> str | None:
    with tempfile.TemporaryDirectory(prefix="lab-grader-") as name, _trap(Path(name)) as trap:
        job = Job(
            command=("check/canary.py",),
            inputs={"check": _JOBS, "trap": trap},
            outbox=Path(name, "outbox"),
            limits=_CANARY_LIMITS,
            hidden=(trap / "hidden",),
        )
        end, report = _run(backend, job, "canary.json")
    if end.outcome is not Outcome.OK or not isinstance(report, list):
        return _said("the escape test did not finish", end)
    if backend.level >= _ISOLATING_LEVEL and report:
        return f"the escape test got out: it {', '.join(map(str, report))}."
    return None


def _honest_failure(backend: Backend) -> str | None:
    with tempfile.TemporaryDirectory(prefix="lab-grader-") as name:
        job = Job(
            command=("check/honest.py", "2" if backend.shared_memory else "0"),
            inputs={"check": _JOBS},
            outbox=Path(name, "outbox"),
            limits=_HONEST_LIMITS,
        )
        end, report = _run(backend, job, "honest.json")
    if end.outcome is Outcome.OK and isinstance(report, dict):
        return None
    return _said("a small honest training run did not work", end)


def _run(backend: Backend, job: Job, answer: str) -> tuple[ProcessEnd, Any]:
    job.outbox.mkdir()
    end = backend.run(job)
    with contextlib.suppress(OSError, ValueError):
        return end, json.loads((job.outbox / answer).read_text())
    return end, None


def _said(what: str, end: ProcessEnd) -> str:
    last = (end.stderr.strip().splitlines() or [""])[-1]
    return f"{what} ({end.outcome}): {end.detail or last or 'no reason was given'}"


@contextlib.contextmanager
def _trap(folder: Path) -> Iterator[Path]:
    """Set up everything the canary will try to reach; yield the input that tells it where."""
    secret = secrets.token_hex(16)
    trap = folder / "trap"
    (trap / "hidden").mkdir(parents=True)
    folder.chmod(0o777)
    for path in (folder / "secret", trap / "hidden" / "secret"):
        path.write_text(secret)
    with _listener(socket.AF_INET, ("127.0.0.1", 0)) as port, _abstract(secret) as abstract:
        facts = {
            "secret": secret,
            "file": str(folder / "secret"),
            "folder": str(folder),
            "variable": _VARIABLE,
            "port": port,
            "abstract": abstract,
        }
        (trap / "trap.json").write_text(json.dumps(facts))
        os.environ[_VARIABLE] = secret
        try:
            yield trap
        finally:
            os.environ.pop(_VARIABLE, None)


@contextlib.contextmanager
def _listener(family: int, address: Any) -> Iterator[Any]:
    with socket.socket(family, socket.SOCK_STREAM) as server:
        server.bind(address)
        server.listen()
        name = server.getsockname()
        yield name[1] if family == socket.AF_INET else name


@contextlib.contextmanager
def _abstract(name: str) -> Iterator[str]:
    """Listen on a socket without a path, which only Linux has."""
    if sys.platform != "linux":
        yield name
        return
    with _listener(socket.AF_UNIX, "\0" + name):
        yield name


def _cache_file() -> Path:
    return Path(platformdirs.user_cache_dir("lab-grader"), "selfcheck.json")


def _key(backend: Backend) -> str:
    """Everything that could turn a pass into a failure, as one digest."""
    try:
        torch = importlib.metadata.version("torch")
    except importlib.metadata.PackageNotFoundError:
        torch = "none"
    user = os.getuid() if hasattr(os, "getuid") else 0
    python = (sys.prefix, os.path.realpath(sys.executable))  # it has several names: python, python3
    facts = [backend.name, installed_version(), python, torch, _boot(), user]
    digest = hashlib.sha256(repr(facts).encode())
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _boot() -> str:
    with contextlib.suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text()
    return str(round(psutil.boot_time(), -2))


def _remembered() -> dict[str, Any]:
    with contextlib.suppress(OSError, ValueError):
        content = json.loads(_cache_file().read_text())
        if isinstance(content, dict):
            return content
    return {}


def _remember(name: str, key: str) -> None:
    """Write atomically; a cache that cannot be written only costs time."""
    path = _cache_file()
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(f"{path.name}.{os.getpid()}")
        new.write_text(json.dumps(_remembered() | {name: key}))
        new.replace(path)
