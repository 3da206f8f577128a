"""Types the commands of a page, in order, in a folder of its own.

A ``grader`` command is the checkout's, within this process, so that all of a page's trainings are
copies of one process that has loaded torch. What is not as with a user: no wall stands around a
training, though a class is told that one does; a download is a copy of a folder; ``doctor`` looks
at one level of isolation. Whatever else is typed, and every ``grader`` that a shell has to start
(with a pipe, say), runs in a shell as it is.
"""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from classes import InProcess
from pages import ROOT

from grader.batch import engines, path
from grader.cli import main as cli_main
from grader.data import fetch, practice
from grader.data.practice import PracticeSize
from grader.model.run import Isolation
from grader.pipeline import setup
from grader.sandbox import choose
from grader.sandbox.choose import Chosen, Inspection
from grader.sandbox.plain import Plain

FOR_A_SHELL = re.compile(r"[|&;<>$`]")
TOLD = Isolation(level=2, backend="plain")
CLASSROOM = {
    "CLASSROOM": "course",
    "ASSIGNMENT": "lab1",
    "ASSIGNMENT_TYPE": "individual",
    "OWNER": "ada",
    "SUBMISSION_TAG": "submit/1",
    "COMMIT_URL": "https://example.org/commit",
    "RELEASE_URL": "https://example.org/release",
}
"""What the runner of Classroom 50 sets."""
COPY = "import shutil, sys; shutil.copytree({!r}, sys.argv[1], dirs_exist_ok=True)"


@dataclass
class Typed:
    """A folder and what is typed there; ``again`` makes the folder as it was at the beginning."""

    folder: Path
    again: Callable[[], None]
    patch: pytest.MonkeyPatch
    said: Callable[[], tuple[str, str]]
    names: dict[str, object] = field(default_factory=dict)

    def line(self, text: str) -> tuple[int, str]:
        """Type one line; returns its exit code and what it said."""
        words = shlex.split(text, comments=True)
        if words[0] == "export":
            for one in words[1:]:
                self.patch.setenv(*one.split("=", 1))
            return 0, ""
        if words[0] == "cd":
            self.patch.chdir(self.folder / words[1])
            return 0, ""
        if words[0] == "grader" and not FOR_A_SHELL.search(text):
            return self._grader(words)
        shell = (str(shutil.which("bash")), "-euo", "pipefail", "-c")
        done = subprocess.run([*shell, text], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def python(self, text: str) -> None:
        """Run a block of Python; the names of a page's blocks are shared."""
        exec(compile(text, "a block of the page", "exec"), self.names)  # noqa: S102

    def _grader(self, words: list[str]) -> tuple[int, str]:
        handlers = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
        self.patch.setattr(sys, "argv", words)
        with pytest.raises(SystemExit) as ended:
            cli_main.main()
        for number, handler in handlers.items():
            signal.signal(number, handler)
        assert isinstance(ended.value.code, int)
        return ended.value.code, "".join(self.said())


def be_small(patch: pytest.MonkeyPatch, backend: Plain, folder: Path) -> None:
    """Let everything take seconds; see the head of this file."""
    patch.setattr(setup, "choose", lambda *_, **__: Chosen(backend, TOLD))
    patch.setattr(path, "warmed", lambda chosen, _: chosen)
    for place in (path, engines):  # whichever of them makes the engine
        patch.setattr(place, "Local", InProcess(), raising=False)
    tiny = partial(practice.write_practice, size=PracticeSize.TINY)
    patch.setattr(practice, "write_practice", tiny)
    patch.setattr(fetch, "DOWNLOAD", COPY.format(str(folder / "home/MNIST/raw")))
    one = Inspection("plain", TOLD.level, ok=True, reason="", holes=())
    patch.setattr(choose, "inspect_all", lambda **_: (one,))


def be_in(patch: pytest.MonkeyPatch, folder: Path, cache: Path) -> None:
    """Let ``folder`` be where commands are typed, and ``grader`` that of the checkout."""
    bin_ = cache / "bin"
    bin_.mkdir(exist_ok=True)
    starter = bin_ / "grader"
    starter.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -P -m grader "$@"\n')
    starter.chmod(0o755)
    there = (str(bin_), str(Path(sys.executable).parent), os.environ["PATH"])
    patch.setenv("PATH", os.pathsep.join(there))
    modules = filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))
    patch.setenv("PYTHONPATH", os.pathsep.join(modules))
    patch.setenv("GRADER_COURSE", str(folder))
    patch.setenv("GRADER_DATA_HOME", str(folder / "home"))
    patch.setenv("GRADER_CACHE_HOME", str(cache))
    patch.setenv("COLUMNS", "200")
    for name, value in CLASSROOM.items():
        patch.setenv(name, value)
    patch.chdir(folder)


def copied(template: Path, folder: Path) -> None:
    """Make ``folder`` what ``template`` is."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(template, folder)
