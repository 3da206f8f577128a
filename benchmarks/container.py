"""What a container of Gradescope allows: its memory, its share of a core, the rights of its root.

Needs root, and control groups of either version. ``graded`` runs an unpacked autograder in it.
"""

import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from grader.sandbox.cgroup import ROOT

MIB = 1024 * 1024
PERIOD_US = 100_000
LACKS = "-sys_admin,-sys_ptrace,-sys_resource,-sys_nice,-net_admin"


@dataclass(frozen=True)
class Group:
    """A control group for one run, and the folders that make it up."""

    folders: tuple[Path, ...]
    second: bool

    def remove(self) -> None:
        """Remove it, when nothing runs in it any more."""
        for folder in self.folders:
            folder.rmdir()

    def figures(self) -> tuple[float, int, float]:
        """Peak in MiB, processes that the kernel killed for memory, CPU seconds."""
        memory, cpu = self.folders[0], self.folders[-1]
        if self.second:
            used = _table(cpu / "cpu.stat")["usage_usec"] / 1e6
            return (
                _number(memory / "memory.peak") / MIB,
                _table(memory / "memory.events")["oom_kill"],
                used,
            )
        peak = _number(memory / "memory.max_usage_in_bytes") / MIB
        kills = _table(memory / "memory.oom_control").get("oom_kill", 0)
        return peak, kills, _number(self.folders[1] / "cpuacct.usage") / 1e9


def _number(path: Path) -> int:
    return int(path.read_text())


def _table(path: Path) -> dict[str, int]:
    return {name: int(value) for name, value in map(str.split, path.read_text().splitlines())}


def group(name: str, memory_mb: int, cores: float) -> Group:
    """Make a control group of either version. Raises OSError where that is not allowed."""
    quota, most = str(int(cores * PERIOD_US)), str(memory_mb * MIB)
    second = (ROOT / "cgroup.controllers").exists()
    parts = ("",) if second else ("memory", "cpuacct", "cpu")
    folders = tuple(dict.fromkeys((ROOT / part).resolve() / name for part in parts))
    limits = [("memory.limit_in_bytes", most), ("memory.memsw.limit_in_bytes", most)]
    limits += [("cpu.cfs_period_us", str(PERIOD_US)), ("cpu.cfs_quota_us", quota)]
    if second:
        limits = [
            ("memory.max", most),
            ("memory.swap.max", "0"),
            ("cpu.max", f"{quota} {PERIOD_US}"),
        ]
    for folder in folders:
        folder.mkdir(exist_ok=True)
    for file, value in limits:
        for folder in folders:
            if (folder / file).exists():
                (folder / file).write_text(value)
    return Group(folders, second)


@dataclass(frozen=True)
class Ran:
    """How an autograder ended in such a container, and what it used."""

    code: int
    wall_s: float
    cpu_s: float
    peak_mb: float
    kills: int


def environment(root: Path, home: Path) -> dict[str, str]:
    """What a program is told there; ``root`` and ``home`` stand for the platform's folders."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(root.parent / "user"),
        "LAB_GRADER_AUTOGRADER": str(root),
        "LAB_GRADER_HOME": str(home),
    }


def prepare(root: Path, home: Path) -> None:
    """Do what ``setup.sh`` does last. A new container knows of no earlier self-check."""
    made = {"GRADER_CACHE_HOME": f"{home}/cache", "PYTHONPATH": f"{root}/source"}
    python = str(home / "venv" / "bin" / "python")
    command = [python, "-P", "-m", "grader", "autograded", str(root), "--prepare"]
    subprocess.run(command, env=environment(root, home) | made, check=True, cwd="/")
    shutil.rmtree(root.parent / "user", ignore_errors=True)


def graded(root: Path, home: Path, memory_mb: int, cores: float) -> Ran:
    """Run the autograder that was prepared in ``root``. Raises OSError where nothing is limited."""
    held = group(f"lab-grader-bench-{os.getpid()}", memory_mb, cores)
    command = [str(root / "source" / "run_autograder")]
    if os.geteuid() == 0 and shutil.which("setpriv"):
        command = ["setpriv", f"--bounding-set={LACKS}", f"--inh-caps={LACKS}", *command]
    enter = "".join(f"echo $$ > {folder}/cgroup.procs; " for folder in held.folders)
    began_s = time.monotonic()
    try:
        words = ["sh", "-c", f'{enter}exec "$@"', "sh", *command]
        done = subprocess.run(words, env=environment(root, home), cwd="/", check=False)
        wall_s = time.monotonic() - began_s
        peak_mb, kills, cpu_s = held.figures()
    finally:
        held.remove()
    return Ran(done.returncode, wall_s, cpu_s, peak_mb, kills)
