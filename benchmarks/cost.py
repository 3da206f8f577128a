"""What the harness costs per submission besides the student's own code, and where it goes.

    python -m benchmarks.cost --submissions 12 --environment /tmp/others    # nbgrader beside it
    python -m benchmarks.cost --submissions 4 --few 2 --repeats 2 --practice

A lab 1 notebook that builds the network, takes twenty steps and looks at 96 images, one torch
thread. **Marginal CPU**: CPU seconds of everything that ``grader batch`` starts (a control group
counts them), for a class of so many less those for a class of a few, for each submission more. The
student's own code is the same cells executed again and again in one process that is warm. What is
left is the harness. nbgrader autogrades the same notebooks in one process, its cheapest way; its
environment is that of ``benchmarks.others``. **Where it goes**: one submission after another
through ``grade_one`` in this process, as a worker does it; functions are timed as they are called
(medians, the first is left out; CPU of the calling thread), the sandboxes by themselves, and the
notebook notes when its first and its last cell ran, and the CPU time of its kernel by then.
"""

import argparse
import importlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import nbformat

from benchmarks.classroom import (
    ROOT,
    batch_command,
    data_folder,
    environment,
    table,
    tiny_source,
)
from benchmarks.fence import Fence
from benchmarks.graders import ASSIGNMENT, NbGrader, test_cell
from benchmarks.others import other_environment, surroundings
from benchmarks.repeats import as_notebook
from grader.batch.one import grade_one
from grader.batch.work import Graded, Work
from grader.intake.wire import ProgressLine
from grader.model.evidence import Evidence
from grader.pipeline import Request, prepare
from grader.pipeline.setup import standard
from grader.results.store import write_files
from grader.sandbox.choose import warmed
from grader.sandbox.warm.templates import Templates

MARK = "import time as _now; print('AT', _now.time(), _now.process_time())"
WARM = """
import json, sys, time
import torch, torchvision, pandas, matplotlib
cells = [compile(text, "cell", "exec") for text in json.load(open(sys.argv[1]))]
for _ in range(int(sys.argv[2])):
    began_s, space = time.process_time(), {"__name__": "__main__"}
    for cell in cells:
        exec(cell, space)
    print("OWN", time.process_time() - began_s)
"""
PARTS = (
    ("look at the source", "grader.pipeline.path", "look_at_source"),
    ("key of the work", "grader.pipeline.path", "work_key"),
    ("lay out the run", "grader.pipeline.execute", "_job"),
    ("see whether the data is intact (twice)", "grader.pipeline.execute", "damage"),
    ("lay out the evaluator", "grader.pipeline.evaluator.Evaluator", "_copy_images"),
    ("read the claims", "grader.pipeline.run", "read_claims"),
    ("take the artefact", "grader.pipeline.evaluate", "take_artefact"),
    ("fit the preprocessing", "grader.pipeline.evaluate", "_preprocessing"),
    ("wait for the evaluator's answer", "grader.pipeline.evaluator.Evaluator", "predict"),
    ("match the training steps", "grader.pipeline.evaluate", "training_of"),
    ("compare with the labels", "grader.pipeline.evaluate", "measure"),
    ("end the evaluator", "grader.pipeline.evaluator.Evaluator", "close"),
    ("judge", "grader.pipeline.path", "_best"),
    ("report", "grader.batch.one", "_pages"),
    ("files of the result", "grader.batch.one", "result_files"),
)
"""What is timed: a label, and where the function is looked up when it is called."""
A, B = "sandbox A", "sandbox B (CPU: with what starts both)"
SANDBOXES = {"grader_probe": A, "grader_evaluator": B}
USAGE = "BENCHMARK_USAGE"
"""Names the file that counts the CPU time of this process and all it starts."""


@dataclass
class Clock:
    """Wall and CPU seconds by label, of one submission."""

    wall_s: dict[str, float] = field(default_factory=dict)
    cpu_s: dict[str, float] = field(default_factory=dict)
    began_s: dict[str, float] = field(default_factory=dict)

    def add(self, label: str, wall_s: float, cpu_s: float) -> None:
        """Count it."""
        self.wall_s[label] = self.wall_s.get(label, 0.0) + wall_s
        self.cpu_s[label] = self.cpu_s.get(label, 0.0) + cpu_s

    def timing(self, label: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """``function``, timed: the CPU is that of the calling thread."""

        def timed(*given: Any, **named: Any) -> Any:
            wall_s, cpu_s = time.monotonic(), time.thread_time()
            try:
                return function(*given, **named)
            finally:
                self.add(label, time.monotonic() - wall_s, time.thread_time() - cpu_s)

        return timed

    def sandboxed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A backend's ``run``, timed; the CPU is that of what ran inside."""

        def timed(backend: Any, job: Any, *given: Any, **named: Any) -> Any:
            label = SANDBOXES[job.command[0].split("/")[0]]
            self.began_s[label], wall_s, used_s = time.time(), time.monotonic(), 0.0
            try:
                end = function(backend, job, *given, **named)
                if label == A:  # the evaluator may be ended by an exception: it is what is left
                    used_s = end.cpu_s
                return end
            finally:
                self.add(label, time.monotonic() - wall_s, used_s)

        return timed


class Nobody:
    """Follows nothing."""

    def listen(self, line: ProgressLine) -> None:
        """Hear of a step."""

    def again(self, attempt: int) -> None:
        """Hear of another run."""


def hook(clock: Clock, backend: type) -> None:
    """Time the parts from now on."""
    for label, place, name in PARTS:
        owner = _find(place)
        if not hasattr(owner, name):
            print(f"- {place}.{name} is no more: mend PARTS")
            continue
        setattr(owner, name, clock.timing(label, getattr(owner, name)))
    backend.run = clock.sandboxed(backend.run)  # type: ignore[attr-defined]


def everything_s() -> float:
    """CPU seconds of this process and all it started, so far."""
    if USAGE in os.environ:
        return int(Path(os.environ[USAGE]).read_text()) / 1e9
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def phases_apart() -> None:
    """Do the same as ``phases`` in a process whose CPU time is counted with all it starts."""
    with Fence() as fence:
        more = {USAGE: str(fence.usage)} if fence.usage else {}
        command = [sys.executable, "-m", "benchmarks.cost", *sys.argv[1:], "--only", "phases"]
        process = fence.start([*command, "--here"], cwd=ROOT, env={**os.environ, **more})
        if process.wait():
            sys.exit("it failed")


def _find(place: str) -> Any:
    try:
        return importlib.import_module(place)
    except ModuleNotFoundError:
        module, _, name = place.rpartition(".")
        return getattr(importlib.import_module(module), name)


def notebook(folder: Path, test: nbformat.NotebookNode | None = None) -> Path:
    """Write the notebook, with a mark at each end and a cell of nbgrader's where there is one."""
    script = folder / "tiny.py"
    script.write_text(tiny_source(0))
    made = nbformat.read(as_notebook(script, folder / "tiny.ipynb"), as_version=4)
    marks = [nbformat.v4.new_code_cell(MARK) for _ in range(2)]
    made.cells = [marks[0], *made.cells, *([test] if test else []), marks[1]]
    nbformat.write(made, folder / "tiny.ipynb")
    return folder / "tiny.ipynb"


def phases(given: argparse.Namespace, path: Path, out: Path) -> None:
    """Grade the notebook again and again in this process and print where the time goes."""
    request = Request("lab1", practice=given.practice, device="cpu", threads=1, reruns=0)
    setup = prepare(request)
    templates = Templates()
    if not given.cold:
        setup = replace(setup, chosen=warmed(setup.chosen, templates))
    judged_by = standard(setup.course, "lab1", setup.data.profile)
    now = Clock()
    hook(now, type(setup.chosen.backend))
    seen = []
    for number in range(given.repeats + 1):
        now.wall_s, now.cpu_s, now.began_s = {}, {}, {}
        wall_s, cpu_s, all_s = time.monotonic(), time.process_time(), everything_s()
        event = grade_one(Work(f"s{number}", path), setup, judged_by, Nobody())
        if not isinstance(event, Graded):
            sys.exit(f"not graded: {event.reason}")
        evidence = Evidence.model_validate_json(event.files["evidence.json"])
        if evidence.measurements is None:
            sys.exit(f"not measured: {evidence.run.outcome}, {evidence.gap}")
        now.timing("commit", write_files)(out, event.student, evidence, event.files, durable=True)
        wall_s, cpu_s = time.monotonic() - wall_s, time.process_time() - cpu_s
        all_s = everything_s() - all_s
        now.add("**all of it**", wall_s, all_s)
        now.add("our own process", wall_s, cpu_s)
        now.add(B, 0.0, all_s - cpu_s - now.cpu_s[A])
        inside(now, event.files["executed.ipynb"])
        seen.append((now.wall_s, now.cpu_s))
    templates.close()
    level, profile = setup.chosen.isolation.level, setup.data.profile
    starts = "cold" if given.cold else "warm"
    print(f"Level {level}, {starts} starts, {profile} data, medians of {given.repeats}\n")
    rows = []
    for label in seen[-1][0]:
        medians = [
            statistics.median(one[kind].get(label, 0.0) for one in seen[1:]) for kind in (0, 1)
        ]
        rows.append((label, *(f"{one:.3f}" for one in medians)))
    print(table(("part", "wall s", "CPU s"), rows))


def inside(clock: Clock, executed: bytes) -> None:
    """What the notebook noted of its own run."""
    cells = nbformat.reads(executed.decode(), as_version=4).cells
    texts = [out.text for cell in (cells[0], cells[-1]) for out in cell.outputs if "text" in out]
    (first_s, ready_s), (last_s, done_s) = (
        [float(word) for word in text.split()[1:3]] for text in texts
    )
    began_s, wall_s, cpu_s = clock.began_s[A], clock.wall_s[A], clock.cpu_s[A]
    clock.add("*A: until the first cell (CPU: the kernel's)*", first_s - began_s, ready_s)
    clock.add("*A: cells, with what is recorded of them*", last_s - first_s, done_s - ready_s)
    clock.add("*A: after the last cell*", began_s + wall_s - last_s, 0.0)
    clock.add("*A: everything beside the kernel until then*", 0.0, cpu_s - done_s)


def own_cpu_s(path: Path, data: Path, repeats: int) -> float:
    """CPU seconds of the notebook's cells in a process that has run them before."""
    cells = [cell.source for cell in nbformat.read(path, as_version=4).cells]
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "data").symlink_to(data)
        (Path(name) / "cells.json").write_text(json.dumps(cells))
        command = [sys.executable, "-c", WARM, "cells.json", str(repeats + 1)]
        done = subprocess.run(
            command, cwd=name, env=environment(), capture_output=True, text=True, check=True
        )
    told = [float(line.split()[1]) for line in done.stdout.splitlines() if line.startswith("OWN")]
    return statistics.median(told[1:])


def cpu_s(command: list[str], place: Path, around: dict[str, str]) -> float:
    """CPU seconds of a command and all it starts. Exits if it fails."""
    with Fence() as fence, tempfile.TemporaryFile("w+") as said:
        process = fence.start(command, cwd=place, env=around, stdout=said, stderr=said)
        if process.wait():
            said.seek(0)
            sys.exit(f"{command} failed: {said.read()[-1500:]}")
        fence.gone_s(10)
        return fence.cpu_s()


def copies(path: Path, folder: Path, count: int) -> Path:
    """A class of the same notebook."""
    folder.mkdir()
    for number in range(count):
        (folder / f"s{number:03d}.ipynb").write_bytes(path.read_bytes())
    return folder


def class_cpu_s(given: argparse.Namespace, path: Path, folder: Path, count: int) -> float:
    """CPU seconds of ``grader batch`` for so many."""
    notebooks = copies(path, folder / f"class-{count}", count)
    more = ["--reruns", "0"]
    command = batch_command("lab1", notebooks, folder / f"out-{count}", given.practice, *more)
    return cpu_s(command, ROOT, dict(os.environ))


def nbgrader_cpu_s(path: Path, folder: Path, around: dict[str, str], count: int) -> float:
    """CPU seconds of ``nbgrader autograde`` for so many."""
    notebooks = copies(path, folder / f"handed-{count}", count)
    course = NbGrader(folder / f"course-{count}", notebooks, around, 600)
    course.reset()
    return cpu_s(["nbgrader", "autograde", ASSIGNMENT, *course.limit], course.place, around)


def marginal(given: argparse.Namespace, path: Path, folder: Path) -> None:
    """Print what one submission more costs."""
    data, more = data_folder("lab1", given.practice), given.submissions - given.few
    own_s = own_cpu_s(path, data, given.repeats)
    rows = []

    def add(name: str, measure: Callable[[int], float]) -> None:
        few_s, many_s = measure(given.few), measure(given.submissions)
        each_s = (many_s - few_s) / more
        rows.append(
            (name, *(f"{one:.2f}" for one in (few_s, many_s, each_s, own_s, each_s - own_s)))
        )

    add("grader batch", lambda count: class_cpu_s(given, path, folder, count))
    if given.environment is not None:
        programs = other_environment(given.environment.absolute())
        around = surroundings(folder / "home", programs, data)
        test = test_cell(folder / "test", around)
        (folder / "other").mkdir()
        tested = notebook(folder / "other", test)
        add("nbgrader autograde", lambda count: nbgrader_cpu_s(tested, folder, around, count))
    print("CPU seconds of everything\n")
    sizes = (f"class of {given.few}", f"class of {given.submissions}")
    print(table(("grader", *sizes, "each more", "own code", "harness"), rows), "\n", flush=True)


def main() -> int:
    """Measure and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=12)
    parser.add_argument("--few", type=int, default=2, help="the class to compare with")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--practice", action="store_true")
    parser.add_argument("--environment", type=Path, help="where nbgrader is, or goes; else without")
    parser.add_argument("--cold", action="store_true", help="where it goes without warm starts")
    parser.add_argument("--only", choices=("marginal", "phases"))
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        path = notebook(Path(name))
        if given.only != "phases":
            marginal(given, path, Path(name))
        if given.here:
            phases(given, path, Path(name, "results"))
        elif given.only != "marginal":
            phases_apart()
    return 0


if __name__ == "__main__":
    sys.exit(main())
