"""The inside of the box as bubblewrap options: what is bound where, and what is covered."""

import glob
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

from grader.sandbox import layout
from grader.sandbox.interface import Job
from grader.sandbox.places import (
    SHARED_FILES,
    USR,
    interpreter_folders,
    system_folders,
    system_links,
)
from grader.sandbox.privileges import Sources

ROOT = "/box"
SCRATCH = (f"{ROOT}/work", "/tmp", "/dev/shm")  # noqa: S108 - paths inside the box
_MIB = 1024 * 1024
_USER_ID = "1000"

_NAMESPACES = """
--unshare-user --unshare-pid --unshare-net --unshare-ipc --unshare-uts --unshare-cgroup-try
--disable-userns --die-with-parent --new-session --cap-drop ALL --hostname sandbox --clearenv
""".split()

_ETC = {
    "passwd": f"student:x:{_USER_ID}:{_USER_ID}::{ROOT}/work:/bin/sh\n",
    "group": f"student:x:{_USER_ID}:\n",
    "hosts": "127.0.0.1 localhost sandbox\n::1 localhost\n",
}

_LIMIT = """
import os, resource, sys
name, number = "RLIMIT_" + sys.argv[1], int(sys.argv[2])
resource.setrlimit(getattr(resource, name), (number, number))
os.execv(sys.argv[3], sys.argv[3:])
"""

Binding = tuple[Path, PurePosixPath]
"""A host path, and where it is seen inside."""


def options(
    job: Job, inputs: Mapping[str, Path], sources: Sources, file: Callable[[bytes], int]
) -> list[str]:
    """Build every option of a job. ``file`` makes a descriptor of a content to be placed inside."""
    root = PurePosixPath(ROOT)
    python = [(path, PurePosixPath(path)) for path in interpreter_folders()]
    given = [(path.resolve(), root / name) for name, path in inputs.items()]
    if "data" in inputs:
        given.append((inputs["data"].resolve(), root / "work" / "data"))
    size = str(job.limits.disk_mb * _MIB)
    scratch = [word for path in SCRATCH for word in _tmpfs(path, size)]
    return [
        *_NAMESPACES,
        *("--uid", _USER_ID, "--gid", _USER_ID),
        *_environment(job),
        *_system(),
        *_etc(file),
        *("--proc", "/proc", "--dev", "/dev"),
        *(_gpu() if job.gpu is not None else ()),
        *scratch,
        *_binds([*python, *given], sources),
        *_links(python),
        *("--bind", sources.add(job.outbox.resolve()), f"{ROOT}/outbox"),
        *_masks(job.hidden, [(USR, PurePosixPath("/usr")), *python, *given]),
        *("--chdir", f"{ROOT}/work", "--remount-ro", "/dev", "--remount-ro", "/"),
    ]


def _tmpfs(path: str, size: str) -> tuple[str, ...]:
    return ("--perms", "1777", "--size", size, "--tmpfs", path)


def environment(job: Job) -> dict[str, str]:
    """The environment of a job in the box."""
    found = layout.environment(job, PurePosixPath(ROOT), PurePosixPath("/tmp"))  # noqa: S108
    return found | {"PWD": f"{ROOT}/work"}  # as bubblewrap sets it


def limited(limits: Mapping[str, int], command: tuple[str, ...]) -> tuple[str, ...]:
    """Have its own interpreter set rlimits inside the box before a command begins."""
    for name, number in limits.items():
        command = (command[0], "-I", "-S", "-c", _LIMIT, name, str(number), *command)
    return command


def _environment(job: Job) -> list[str]:
    return [word for pair in environment(job).items() for word in ("--setenv", *pair)]


def _system() -> list[str]:
    """The system's programs and libraries, in whichever way this distribution lays them out."""
    words = [word for path in system_folders() for word in ("--ro-bind", str(path), str(path))]
    for path in system_links():
        words += ["--symlink", os.readlink(path).lstrip("/"), str(path)]
    for name in SHARED_FILES:
        words += ["--ro-bind-try", name, name]
    return words


def _etc(file: Callable[[bytes], int]) -> list[str]:
    words = []
    for name, text in _ETC.items():
        words += ["--perms", "0644", "--file", str(file(text.encode())), f"/etc/{name}"]
    return words


def _gpu() -> list[str]:
    """The devices of NVIDIA's driver; without ``/sys`` its initialisation fails."""
    devices = sorted(glob.glob("/dev/nvidia[0-9]*"))
    devices += [f"/dev/{name}" for name in ("nvidiactl", "nvidia-uvm", "nvidia-uvm-tools", "dxg")]
    words = ["--ro-bind", "/sys", "/sys"]
    for device in devices:
        words += ["--dev-bind-try", device, device]
    return words


def _links(python: list[Binding]) -> list[str]:
    """Repeat the links that lead to the interpreter from outside the folders it lives in."""
    words: list[str] = []
    path = Path(sys.executable)
    while path.is_symlink():
        target = os.readlink(path)
        if not any(path.is_relative_to(folder) for folder in [USR, *(src for src, _ in python)]):
            words += ["--symlink", target, str(path)]
        path = path.parent / target
    return words


def _binds(bindings: list[Binding], sources: Sources) -> list[str]:
    return [
        word
        for source, inside in bindings
        for word in ("--ro-bind", sources.add(source.resolve()), str(inside))
    ]


def _masks(hidden: tuple[Path, ...], bindings: list[Binding]) -> list[str]:
    """Cover each hidden path wherever a binding would show it; an input itself is never hidden."""
    words: list[str] = []
    for secret in {path.resolve() for path in hidden if path.exists()}:
        for source, inside in bindings:
            if not secret.is_relative_to(source.resolve()) or secret == source.resolve():
                continue
            place = str(inside / secret.relative_to(source.resolve()))
            if secret.is_dir():
                words += ["--perms", "0555", "--size", "4096", "--tmpfs", place]
                words += ["--remount-ro", place]
            else:
                words += ["--ro-bind", "/dev/null", place]
    return words
