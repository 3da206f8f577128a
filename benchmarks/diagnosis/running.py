"""Runs what has not been run yet."""

import hashlib
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from benchmarks.diagnosis.small import setup_for
from benchmarks.diagnosis.store import MEASURING, Line, Store, digest
from benchmarks.diagnosis.tasks import Task
from grader.discovery import open_submission
from grader.pipeline import Setup, examine
from grader.sandbox.warm.templates import Templates


def program_of(task: Task) -> str:
    """A digest of the files that a task hands in."""
    with tempfile.TemporaryDirectory() as folder:
        task.write(Path(folder))
        found = hashlib.sha256()
        for path in sorted(Path(folder).rglob("*")):
            if path.is_file():
                found.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()[:16]


def run_all(tasks: Sequence[Task], store: Store, course: Path, jobs: int, stale: bool) -> None:
    """Run every task that has no run yet; with ``stale`` runs of older code count, too."""
    code = digest(MEASURING)
    missing = [
        (task, program)
        for task in tasks
        for program in (program_of(task),)
        if store.find(task.name, task.seed, program, None if stale else code) is None
    ]
    if not missing:
        return
    # A warm process serves one seed: tasks of one seed follow each other.
    missing.sort(key=lambda one: one[0].seed)
    with Templates() as templates, ThreadPoolExecutor(jobs) as pool:
        labs = sorted({task.lab for task, _ in missing})
        setups = {lab: setup_for(lab, course, templates) for lab in labs}
        done = 0

        def run(one: tuple[Task, str]) -> None:
            nonlocal done
            line = _run(*one, setups[one[0].lab], store, code)
            done += 1
            print(f"{done} of {len(missing)}: {line.name}, {line.check_s} s", file=sys.stderr)

        try:
            for _ in pool.map(run, missing):
                pass
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _run(task: Task, program: str, setup: Setup, store: Store, code: str) -> Line:
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        place = task.write(Path(folder))
        with open_submission(place, "student") as submission:
            evidence = examine(submission, replace(setup, seed=task.seed)).evidence
    line = Line(
        name=task.name,
        style=task.style,
        lab=task.lab,
        mistake=task.mistake,
        seed=task.seed,
        program=program,
        code=code,
        file=f"{task.name.replace('/', '.')}-{task.seed}-{program}.json",
        wall_s=evidence.run.wall_s,
        check_s=round(time.monotonic() - began_s, 2),
    )
    store.keep(line, evidence)
    return line
