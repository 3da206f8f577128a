"""A class on three machines, one of which dies: are the results those of one machine?

    python -m benchmarks.ray_cluster --submissions 60

The machines are Ray nodes of one core each on this one, started as an instructor would start them.
When a third of the results is there, one that is grading is killed with everything in it, as if its
power had failed. Every submission must be graded, and every grade.json must be that of the local
engine but for times and memory. Scripts, notebooks and programs that crash take some seconds each.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import nbformat
import psutil

MACHINE = ("wall_s", "cpu_s", "peak_rss_mb", "peak_gpu_mb")
"""What differs between two runs of the same program."""
STARTING_S = 180.0
LOOK_S = 0.3
PROGRAM = "grader_probe/start.py"
"""What runs wherever a submission does."""
BEGINNING = """import torch
from torch.utils.data import DataLoader, Subset
from torchvision import datasets, transforms

torch.manual_seed({seed})
train = datasets.MNIST("./data", train=True, transform=transforms.ToTensor())
valid = datasets.MNIST("./data", train=False, transform=transforms.ToTensor())
"""
MIDDLE = """model = torch.nn.Sequential(
    torch.nn.Flatten(), torch.nn.Linear(784, {width}), torch.nn.ReLU(), torch.nn.Linear({width}, 10)
)
optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
loss_function = torch.nn.CrossEntropyLoss()
"""
END = """for epoch in range({epochs}):
    model.train()
    for x, y in DataLoader(Subset(train, range(2048)), batch_size=32, shuffle=True):
        optimizer.zero_grad()
        loss_function(model(x), y).backward()
        optimizer.step()
    model.eval()
    right = 0
    with torch.no_grad():
        for x, y in DataLoader(valid, batch_size=500):
            right += (model(x).argmax(dim=1) == y).sum().item()
    print(f"epoch {{epoch}}: {{right / len(valid):.4f}}")
    {last}
"""
CRASHES = ("raise ValueError('no more')", "import os; os._exit(3)", "undefined + 1")


def programs(count: int) -> dict[str, str]:
    """``count`` different submissions by file name; every sixth crashes, every fourth is a book."""
    found = {}
    for number in range(count):
        last = CRASHES[number // 6 % len(CRASHES)] if number % 6 == 5 else "pass"
        facts = {"seed": number, "width": 16 + number, "epochs": 2 + number % 2, "last": last}
        cells = [part.format(**facts) for part in (BEGINNING, MIDDLE, END)]
        if number % 4 == 3:
            book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
            for index, cell in enumerate(book.cells):
                cell["id"] = f"cell-{index}"
            found[f"student-{number:03d}.ipynb"] = nbformat.writes(book)
        else:
            found[f"student-{number:03d}.py"] = "".join(cells)
    return found


def write_class(folder: Path, count: int) -> Path:
    """Write a class of ``count`` submissions."""
    folder.mkdir(parents=True)
    for name, text in programs(count).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def batch_command(folder: Path, out: Path, *options: str) -> list[str]:
    """Grade the class in ``folder`` on practice data; no run is made twice for luck."""
    words = ["batch", "lab1", str(folder), "--out", str(out), "--practice", "--reruns", "0"]
    return [sys.executable, "-P", "-m", "grader", *words, *options]


def grade_of(folder: Path) -> dict[str, Any]:
    """The grade in a result's folder, without what differs from run to run."""
    grade: dict[str, Any] = json.loads((folder / "grade.json").read_text())
    grade["run"] = {key: value for key, value in grade["run"].items() if key not in MACHINE}
    return grade


def graded(out: Path) -> list[Path]:
    """The folders of all results in ``out``."""
    return sorted(path.parent for path in out.glob("*/grade.json"))


def differing(one: Path, other: Path) -> list[str]:
    """Who has a result in only one of two folders, or another one."""
    names = {path.name for out in (one, other) for path in graded(out)}
    return sorted(
        name
        for name in names
        if not all((out / name / "grade.json").is_file() for out in (one, other))
        or grade_of(one / name) != grade_of(other / name)
    )


@dataclass
class Cluster:
    """Ray nodes on this machine, one core each; a context manager. Starts and ends only its own."""

    count: int = 3
    options: tuple[str, ...] = ()
    nodes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    port: int = 0

    def __enter__(self) -> Self:
        # A socket's path may have a hundred characters, so this must be near the root.
        self.folder = Path(tempfile.mkdtemp(prefix="ray-", dir="/tmp"))
        try:
            while len(self.nodes) < self.count:
                self.add()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    @property
    def address(self) -> str:
        """Where the cluster is."""
        return f"127.0.0.1:{self.port}"

    def add(self, environment: Mapping[str, str] | None = None) -> None:
        """Start another node, the first as head, and wait until it is there.

        ``environment`` is added to ours there.
        """
        head = not self.nodes
        if head:
            self.port = _free_port()
        first = ["--head", f"--port={self.port}", f"--temp-dir={self.folder}/r"]
        first += ["--include-dashboard=false", "--disable-usage-stats"]
        ray = str(Path(sys.executable).with_name("ray"))
        log = self.folder / f"node-{len(self.nodes)}.log"
        command = [
            *(ray, "start", "--block", "--num-cpus=1", "--num-gpus=0"),
            *("--min-worker-port=0", "--max-worker-port=0", "--object-store-memory=100000000"),
            *(f"--node-name=node-{len(self.nodes)}", *self.options),
            *(first if head else [f"--address={self.address}"]),
        ]
        # Nodes of one machine share it with others: theirs must not always go first.
        given = os.environ | {"RAY_worker_niceness": "0"} | dict(environment or {})
        with log.open("wb") as stream:
            node = subprocess.Popen(
                command, stdout=stream, stderr=subprocess.STDOUT, env=given, cwd="/"
            )
        self.nodes.append(node)
        _wait_for(node, log)

    def kill(self, number: int) -> None:
        """End a node as a failure of its power does: everything in it at once."""
        node = psutil.Process(self.nodes[number].pid)
        for process in [node, *node.children(recursive=True)]:
            _kill(process)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for node in reversed(self.nodes):
            node.terminate()
        for node in self.nodes:
            try:
                node.wait(30)
            except subprocess.TimeoutExpired:
                self.kill(self.nodes.index(node))
                node.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(node: subprocess.Popen[bytes], log: Path) -> None:
    until_s = time.monotonic() + STARTING_S
    while "runtime started" not in log.read_text():
        if node.poll() is not None or time.monotonic() > until_s:
            raise RuntimeError(f"a Ray node did not start:\n{log.read_text()[-2000:]}")
        time.sleep(LOOK_S)


def grades(node: subprocess.Popen[bytes]) -> bool:
    """Whether a submission's program runs on a node."""
    found = psutil.Process(node.pid).children(recursive=True)
    return any(PROGRAM in word for one in found for word in _words(one))


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def busy_node(cluster: Cluster) -> int:
    """A node, not the head, that is grading now; waits for one."""
    while True:
        for number in range(1, cluster.count):
            if grades(cluster.nodes[number]):
                return number
        time.sleep(LOOK_S)


def on_cluster(folder: Path, out: Path, count: int) -> tuple[float, int]:
    """Grade on three nodes and kill one; return seconds, and how many results were there then."""
    with Cluster() as cluster:
        began_s = time.monotonic()
        command = batch_command(folder, out, "--engine", "ray", "--address", cluster.address)
        batch = subprocess.Popen(command)
        while len(graded(out)) < count // 3:
            if batch.poll() is not None:
                sys.exit("the batch ended before a node was killed")
            time.sleep(LOOK_S)
        number = busy_node(cluster)
        cluster.kill(number)
        had = len(graded(out))
        print(f"node-{number} killed while it graded, at {had} results", flush=True)
        if batch.wait() != 0:
            sys.exit(f"the batch ended with {batch.returncode}")
        return time.monotonic() - began_s, had


def main() -> None:
    """Grade the same class by both engines and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=60)
    parser.add_argument("--keep", type=Path, help="where class and results stay")
    asked = parser.parse_args()
    place = asked.keep or Path(tempfile.mkdtemp(prefix="lab-grader-cluster-"))
    folder = write_class(place / "class", asked.submissions)
    began_s = time.monotonic()
    subprocess.run(batch_command(folder, place / "local"), check=True)
    local_s = time.monotonic() - began_s
    ray_s, had = on_cluster(folder, place / "ray", asked.submissions)
    wrong = differing(place / "local", place / "ray")
    found = len(graded(place / "ray"))
    print(f"local {local_s:.0f} s, cluster {ray_s:.0f} s; node killed at {had} results")
    print(f"{found} of {asked.submissions} graded on the cluster, {found - len(wrong)} identical")
    if asked.keep is None:
        shutil.rmtree(place)
    sys.exit(f"not as the local engine's: {', '.join(wrong)}" if wrong else 0)


if __name__ == "__main__":
    main()
