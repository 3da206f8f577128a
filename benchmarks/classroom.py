"""Classes to grade: right work, differently written, and a few that crash or never end.

Shared by the benchmarks that grade one. Every program is one file; whatever grades it does so in a
folder where ``data`` is.
"""

import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.repeats import as_notebook
from grader.calibration.solutions import right_solutions
from grader.course import find_course
from grader.data import locate

ROOT = Path(__file__).parent.parent
NO_NOTEBOOK = ("main_function.py",)
"""It reads its command line, which is the kernel's own in a notebook."""
NO_PROGRAM = ("shutdown.ipynb",)
"""It ends by shutting its kernel down, which a bare run takes for a failure."""
EPOCH = "    train()\n    validate()\n"
FIRST_LAYER = "nn.Linear(28 * 28, 512)"
BAD = {
    "raises": (EPOCH, f"{EPOCH}    if epoch == 2:\n        raise ValueError('planned')\n"),
    "exits": (EPOCH, f"{EPOCH}    if epoch == 1:\n        __import__('os')._exit(1)\n"),
    "misfits": (FIRST_LAYER, "nn.Linear(28, 512)"),
    "loops": (EPOCH, f"{EPOCH}    while True:\n        train()\n"),
}
"""What is changed in the plain solution: three crash, the last never ends."""
ONE_THREAD = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
JUPYTER_EXECUTE = "from nbclient.cli import main; main()"
LIKE_THE_GRADER = {"TORCH_COMPILE_DISABLE": "1", "MPLBACKEND": "Agg"}
"""What the grader sets, too: without a compiler torch.compile fails."""


@dataclass(frozen=True)
class Bare:
    """One program run by itself: seconds, how it ended (``None`` at the limit), its last words."""

    wall_s: float
    code: int | None
    said: str = ""


def data_folder(slug: str, practice: bool) -> Path:
    """The data that all runs read."""
    assignment = find_course(None).assignment(slug)
    return locate.load(assignment.dataset.name, None, practice).folder


def right_work(slug: str) -> list[Path]:
    """The right solutions that can be run without a grader, in order of their names."""
    paths = right_solutions(find_course(None), slug, None)
    return [path for path in paths if path.name not in NO_PROGRAM]


def bad_source(slug: str, kind: str) -> str:
    """The plain solution, made to crash or to loop."""
    source = (ROOT / "tests" / "submissions" / "right" / slug / "sequential.py").read_text()
    old, new = BAD[kind]
    if old not in source:
        sys.exit(f"the solution of {slug} has no {old!r} any more")
    return source.replace(old, new, 1)


def write_class(folder: Path, slug: str, count: int, *, seed: int = 0) -> dict[str, str]:
    """Write ``count`` submissions, scripts and notebooks in turn; say what each is.

    Four of them are bad, and lie anywhere among the others; every second bad one is a notebook.
    Fewer than eight hold one that raises.
    """
    folder.mkdir(parents=True)
    kinds = list(BAD) if count >= 8 else ["raises"]
    names = [f"s{number:03d}" for number in range(1, count + 1)]
    random.Random(seed).shuffle(names)
    written = {}
    for number, kind in enumerate(kinds):
        name = names.pop()
        script = folder / f"{name}.py"
        script.write_text(bad_source(slug, kind))
        written[name] = kind
        if number % 2:
            as_notebook(script, script.with_suffix(".ipynb"))
            script.unlink()
    paths = right_work(slug)
    for number, name in enumerate(names):
        path = paths[number % len(paths)]
        written[name] = path.name
        flipped = (number + number // len(paths)) % 2
        if path.suffix == ".py" and flipped and path.name not in NO_NOTEBOOK:
            as_notebook(path, folder / f"{name}.ipynb")
        else:
            (folder / f"{name}{path.suffix}").write_bytes(path.read_bytes())
    return written


TINY = """
import torch
from torch import nn
from torch.utils.data import DataLoader, Subset
from torchvision import datasets, transforms

read = transforms.ToTensor()
train_set = datasets.MNIST("./data", train=True, download=True, transform=read)
valid_set = datasets.MNIST("./data", train=False, download=True, transform=read)
train_loader = DataLoader(Subset(train_set, range(FIRST, FIRST + 320)), batch_size=32, shuffle=True)
valid_loader = DataLoader(Subset(valid_set, range(96)), batch_size=32)
model = nn.Sequential(
    nn.Flatten(), nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(),
    nn.Linear(512, 10),
)
loss_function = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters())
for epoch in range(2):
    model.train()
    for x, y in train_loader:
        optimizer.zero_grad()
        loss_function(model(x), y).backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        right = sum((model(x).argmax(1) == y).sum().item() for x, y in valid_loader)
valid_accuracy = right / 96
print(f"epoch {epoch}: {valid_accuracy:.4f}")
"""


def tiny_source(number: int) -> str:
    """A lab 1 program that does next to nothing: twenty steps on images of its own."""
    return TINY.replace("FIRST", str(number)).lstrip()


def environment(**more: str) -> dict[str, str]:
    """Our own environment, with one thread for each program."""
    return {**os.environ, **ONE_THREAD, **LIKE_THE_GRADER, **more}


def command_of(path: Path) -> list[str]:
    """How a program is run without a grader: a notebook by nbclient, as 'jupyter execute' does."""
    if path.suffix == ".ipynb":
        return [sys.executable, "-c", JUPYTER_EXECUTE, str(path)]
    return [sys.executable, str(path)]


def end_tree(pid: int) -> None:
    """Kill a process and all that it started; a notebook's kernel has a session of its own."""
    try:
        top = psutil.Process(pid)
        members = [*top.children(recursive=True), top]
    except psutil.NoSuchProcess:
        return
    for one in members:
        try:
            one.kill()
        except psutil.NoSuchProcess:
            continue


def run_bare(path: Path, core: int, limit_s: float) -> Bare:
    """Run one program on one core, in its own folder, to its end or the limit."""
    command = command_of(path)
    if sys.platform == "linux":
        command = ["taskset", "--cpu-list", str(core), *command]
    began_s = time.monotonic()
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            command,
            cwd=path.parent,
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        try:
            code = process.wait(limit_s)
        except subprocess.TimeoutExpired:
            end_tree(process.pid)
            process.wait()
            return Bare(limit_s, None)
        wall_s = time.monotonic() - began_s
        errors.seek(0)
        return Bare(wall_s, code, errors.read()[-300:])


def run_all_bare(paths: Sequence[Path], limit_s: float) -> dict[str, Bare]:
    """Run every program, as many at once as there are cores, one core each."""
    waiting = list(reversed(paths))
    done: dict[str, Bare] = {}

    def serve(core: int) -> None:
        while True:
            try:
                path = waiting.pop()
            except IndexError:
                return
            done[path.stem] = run_bare(path, core, limit_s)

    threads = [threading.Thread(target=serve, args=(core,)) for core in cores()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def cores() -> list[int]:
    """The cores we may use."""
    if sys.platform == "linux":
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def batch_command(slug: str, folder: Path, out: Path, practice: bool, *more: str) -> list[str]:
    """The command that grades a class."""
    words = [sys.executable, "-m", "grader", "batch", slug, str(folder), "--out", str(out)]
    return [*words, *(["--practice"] if practice else []), *more]


def timed(command: list[str], **more: str) -> tuple[float, str]:
    """Run a command in the repository; return seconds and what it printed. Exits if it fails."""
    began_s = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **more}, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"{command} failed: {done.stdout[-800:]} {done.stderr[-800:]}")
    return time.monotonic() - began_s, done.stdout


def table(titles: Sequence[str], rows: Iterable[Sequence[object]] = ()) -> str:
    """A Markdown table."""
    lines = [f"| {' | '.join(titles)} |", "|" + " --- |" * len(titles)]
    lines += [row_of(row) for row in rows]
    return "\n".join(lines)


def row_of(cells: Sequence[object]) -> str:
    """One row of it; numbers with one digit behind the point."""
    texts = [f"{one:.1f}" if isinstance(one, float) else str(one) for one in cells]
    return f"| {' | '.join(texts)} |"
