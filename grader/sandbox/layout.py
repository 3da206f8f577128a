"""What every backend tells a job: its command line and its environment."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path, PurePath

from grader.sandbox.interface import Job
from grader.sandbox.processes import GpuShare

# No script folder or user packages on the path (a submission's sibling must not be shadowed by
# a file of the probe), no .pyc files, unbuffered so that ``os._exit`` loses no output.
FLAGS = ("-P", "-s", "-B", "-u")
_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS")


def command(job: Job, root: PurePath) -> tuple[str, ...]:
    """Complete ``job.command`` with the interpreter before and the root after it."""
    script, *arguments = job.command
    return (sys.executable, *FLAGS, str(root / script), *arguments, str(root))


def environment(job: Job, root: PurePath, temporary: PurePath) -> dict[str, str]:
    """Build the whole environment of a job; nothing of the caller's is inherited."""
    path = os.pathsep.join((os.path.dirname(sys.executable), *_system_path()))
    base = {
        "PATH": path,
        "HOME": str(root / "work"),
        "TMPDIR": str(temporary),
        "LANG": "C.UTF-8",
        "USER": "student",
        "LOGNAME": "student",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
        "PYTHONUNBUFFERED": "1",  # a kernel is started without our flags
        "OMP_WAIT_POLICY": "PASSIVE",  # spinning threads slow a busy machine down several times
        "CUDA_DEVICE_ORDER": "PCI_BUS_ID",  # CUDA's own order is another than the driver's
        "CUDA_VISIBLE_DEVICES": (job.gpu or "").removeprefix("cuda:"),
    }
    if job.limits.threads:
        base |= dict.fromkeys(_THREADS, str(job.limits.threads))
    return base | _windows() | dict(job.environment)


def gpu_share(job: Job) -> GpuShare | None:
    """The GPU of a job and how much of it there is for it."""
    if job.gpu is None:
        return None
    return GpuShare(int(job.gpu.removeprefix("cuda:")), job.gpu_mb)


def linked(inputs: Mapping[str, Path], outbox: Path, folder: Path) -> tuple[Path, Path]:
    """Make the layout below ``folder`` with links; return its root and the temporary directory."""
    root, temporary = folder / "box", folder / "tmp"
    work = root / "work"
    work.mkdir(parents=True)
    temporary.mkdir()
    for name, path in inputs.items():
        _link(path, root / name)
    _link(outbox, root / "outbox")
    if "data" in inputs:
        _link(inputs["data"], work / "data")
    return root, temporary


def _link(target: Path, link: Path) -> None:
    """Make ``link`` lead to ``target``; on Windows this needs developer mode."""
    os.symlink(target.resolve(), link, target_is_directory=target.is_dir())


def _system_path() -> tuple[str, ...]:
    if sys.platform == "win32":
        return (os.path.join(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32"),)
    return ("/usr/local/bin", "/usr/bin", "/bin")


def _windows() -> dict[str, str]:
    """Windows programs do not start without these; elsewhere they do not exist."""
    return {name: os.environ[name] for name in ("SYSTEMROOT", "COMSPEC") if name in os.environ}
