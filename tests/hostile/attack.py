"""Hands one hostile submission to the real ``grader check``, with everything watched around it.

Theory of operation. The command runs as a process of its own, as a user would start it: with a home
that holds a secret, a course whose rubric holds one, results of another student, and one in its
environment. The data is the tiny practice data and the course's baselines are those of it. Every
run has a mark of its own: its temporary folder carries it, and a submission may put it into what it
leaves behind. Afterwards nothing outside the results folder may have changed, no process and no
file with the mark may be there, and no secret may stand in what was written.
"""

import base64
import hashlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hostile_cases import Case

from grader.data.locate import practice_folder
from grader.data.practice import PracticeSize

ROOT = Path(__file__).parent.parent.parent
BASELINES = ROOT / "tests" / "submissions" / "baselines"
STUDENT = "mallory"
SPARE_S = 120
"""What the command may take beside the run: its self-check, the measurement and the report."""
PATIENCE_S = 3 * SPARE_S
"""When a command that will not end is stopped: one that is only late says more by its result."""
SHARED = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"), Path("/run/user"))


@dataclass(frozen=True)
class Attacked:
    """What came of one submission: the grade that was printed, and what was left behind.

    ``wall_s`` is what the whole command took.
    """

    exit: int
    grade: dict[str, Any] | None
    wall_s: float
    stderr: str
    leaked: tuple[str, ...]
    alive: tuple[str, ...]
    changed: tuple[str, ...]

    @property
    def score(self) -> float:
        """The points; none where nothing could be scored."""
        return 0.0 if self.grade is None else self.grade["score"] or 0.0


Attack = Callable[[Case, int], Attacked]
"""Hand in a case at an isolation level."""


class Range:
    """A machine of one user with secrets, for one isolation ``level``."""

    def __init__(self, folder: Path, level: int) -> None:
        self.folder, self.level = folder, level
        self.secret = f"canary-{secrets.token_hex(12)}"
        self.home, self.course = folder / "home", folder / "course"
        self.others = folder / "results"
        for place in (self.home / "private", self.others / "alice", folder / "cache"):
            place.mkdir(parents=True)
        (self.home / "private" / "notes.txt").write_text(self.secret)
        (self.others / "alice" / "grade.json").write_text(json.dumps({"note": self.secret}))
        self.programs = _all_but("bwrap", folder / "programs")
        _course(self.course, self.secret)
        self.data = practice_folder(PracticeSize.TINY)

    def words(self, mark: str) -> dict[str, str]:
        """What a submission is told about where things are: an attacker may know it all."""
        return {
            "MARK": mark,
            "OUTSIDE": str(self.home / "private"),
            "COURSE": str(self.course),
            "RESULTS": str(self.others),
        }

    def attack(self, case: Case) -> Attacked:
        """Grade ``case``; every process and folder it could have reached is looked at."""
        mark = f"hm{secrets.token_hex(8)}"
        place = self.folder / mark
        handed_in, out = place / "in", place / "out"
        for one in (handed_in, out):
            one.mkdir(parents=True)
        # Not below pytest's own folder: as root a run has a user id that may not go through that.
        temporary = Path(tempfile.mkdtemp(prefix=mark))
        temporary.chmod(0o755)
        path = case.write(handed_in, self.words(mark))
        watched = (self.home, self.course, self.others, self.data, handed_in)
        before, began = _state(watched), time.monotonic()
        done = self._check(case, path, temporary, out)
        wall_s = time.monotonic() - began
        alive = _survivors(mark)
        strays = _marked_files(mark, temporary)
        changed = sorted(name for name in before ^ _state(watched))
        found = Attacked(
            exit=done.returncode,
            grade=_parsed(done.stdout),
            wall_s=wall_s,
            stderr=done.stderr,
            leaked=self._leaks(out, done.stdout + done.stderr),
            alive=alive,
            changed=(*(name for name, _ in changed), *strays),
        )
        for one in (place, temporary):
            shutil.rmtree(one, ignore_errors=True)
        return found

    def _check(
        self, case: Case, path: Path, temporary: Path, out: Path
    ) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "grader", "check", case.lab, path]
        options = {
            "--course": self.course,
            "--data": self.data,
            "--out": out,
            "--student": STUDENT,
            "--isolation": self.level,
            "--timeout": case.wall_s,
            "--threads": 1,
            "--reruns": 0,
            "--device": "cpu",
        }
        limits = [("--limit", f"{name}={number}") for name, number in case.limits.items()]
        flat = [str(word) for pair in (*options.items(), *limits) for word in pair]
        return subprocess.run(
            [*map(str, command), *flat, "--json"],
            cwd=out,
            env=self._environment(temporary),
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=case.wall_s + PATIENCE_S,
        )

    def _environment(self, temporary: Path) -> dict[str, str]:
        """A user's environment. Where no bubblewrap can be found, level 2 is the strongest."""
        return {
            "PATH": os.environ["PATH"] if self.level == 3 else str(self.programs),
            "HOME": str(self.home),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "GRADER_CACHE_HOME": str(self.folder / "cache"),
            "TMPDIR": str(temporary),
            "LANG": "C.UTF-8",
            "INSTRUCTOR_TOKEN": self.secret,
        }

    def _leaks(self, out: Path, printed: str) -> tuple[str, ...]:
        """Where the secret stands in what was written, plain or as hex or base64 of it."""
        words = _disguises(self.secret)
        texts = {"stdout": printed.encode()}
        for path in out.rglob("*"):
            if path.is_file() and not path.is_symlink():
                texts[path.name] = path.read_bytes()
        return tuple(name for name, text in texts.items() if any(word in text for word in words))


def _all_but(name: str, folder: Path) -> Path:
    """A folder with links to every program of this machine but one."""
    folder.mkdir()
    for place in map(Path, os.get_exec_path()):
        for program in place.iterdir() if place.is_dir() else ():
            link = folder / program.name
            if program.name != name and not link.is_symlink():
                link.symlink_to(program)
    return folder


def _course(course: Path, secret: str) -> None:
    """Our course with the tiny data's baselines, and a secret where only the grader looks."""
    for name in ("assignments", "rubrics", "reference"):
        shutil.copytree(ROOT / name, course / name)
    shutil.rmtree(course / "rubrics" / "baselines")
    (course / "rubrics" / "baselines").mkdir()
    for path in BASELINES.glob("*.json"):
        # The tiny files are not the published ones: their profile is "custom".
        slug = path.name.split(".")[0]
        shutil.copy(path, course / "rubrics" / "baselines" / f"{slug}.custom.json")
    for path in (*(course / "rubrics").glob("lab*.yaml"), *(course / "reference").glob("*.py")):
        path.write_text(f"{path.read_text(encoding='utf-8')}\n# {secret}\n", encoding="utf-8")


def _disguises(secret: str) -> tuple[bytes, ...]:
    plain = secret.encode()
    encoded = base64.b64encode(plain)[:-4]
    return plain, plain[::-1], plain.hex().encode(), encoded


def _parsed(stdout: str) -> dict[str, Any] | None:
    try:
        found = json.loads(stdout)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _state(places: tuple[Path, ...]) -> set[tuple[str, str]]:
    """Name and content of everything below ``places``."""
    found = set()
    for place in places:
        for path in (place, *place.rglob("*")):
            mode = path.lstat().st_mode
            content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
            found.add((str(path), f"{mode:o} {hashlib.sha256(content).hexdigest()}"))
    return found


def _survivors(mark: str, patience_s: float = 2.0) -> tuple[str, ...]:
    """Processes that carry ``mark`` in their arguments, environment or directory.

    What was told to die may take a moment to be gone.
    """
    deadline = time.monotonic() + patience_s
    while (found := _marked_processes(mark)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def _marked_processes(mark: str) -> tuple[str, ...]:
    word, found = mark.encode(), []
    for process in Path("/proc").glob("[0-9]*"):
        if int(process.name) == os.getpid():
            continue
        facts = b""
        for name in ("cmdline", "environ"):
            try:
                facts += (process / name).read_bytes()
            except OSError:
                continue
        for name in ("cwd", "exe"):
            try:
                facts += os.readlink(process / name).encode()
            except OSError:
                continue
        if word in facts:
            found.append(f"{process.name}: {facts[:80]!r}")
    return tuple(found)


def _marked_files(mark: str, temporary: Path) -> tuple[str, ...]:
    """What is left in the command's temporary folder, and files with ``mark`` elsewhere."""
    left = [str(path) for path in temporary.iterdir()]
    for place in (*SHARED, Path.home()):
        if place.is_dir():
            left += [str(path) for path in place.glob(f"*{mark}*") if path != temporary]
    return tuple(left)
