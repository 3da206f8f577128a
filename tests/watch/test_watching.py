"""``grader check --watch`` as a user has it: saves, answers, a grade, and Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from data_files import write_mnist

ROOT = Path(__file__).parent.parent.parent
RIGHT = json.loads((ROOT / "tests/submissions/right/lab1/sequential.ipynb").read_text())
FIRST = "nn.Linear(28 * 28, 512)"
SLEEPS = "\nimport time\ntime.sleep(3600)"
PATIENCE_S = 600
IGNORED = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
CTRL_C = signal.SIGTERM if IGNORED else signal.SIGINT
"""Tests that a shell runs in the background ignore Ctrl-C, and so does what they start."""
pytestmark = [
    pytest.mark.training,
    pytest.mark.skipif(sys.platform == "win32", reason="needs the signals of POSIX"),
]


def notebook(first: str = FIRST, end: str = "") -> str:
    """The right notebook of lab 1, for one epoch; with another first layer, or another end."""
    document = json.loads(json.dumps(RIGHT))
    for cell in document["cells"]:
        source = "".join(cell["source"]).replace(FIRST, first)
        cell["source"] = source.replace("range(5)", "range(1)")
    document["cells"][-1]["source"] += end
    return json.dumps(document)


class Watched:
    """The command on ``lab.ipynb`` in a folder of its own, and the lines it has said."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.lines = folder, list[str]()
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        self.temporary.chmod(0o1777)
        arguments = ("check", "lab1", "lab.ipynb", "--watch", "--data", "data", "--reruns", "0")
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "grader", *arguments, "--isolation", "0"],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(self.temporary)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._impatient = threading.Timer(PATIENCE_S, self.process.kill)
        self._impatient.start()

    def save(self, text: str) -> None:
        new = self.folder / ".new"
        new.write_text(text)
        os.replace(new, self.folder / "lab.ipynb")

    def until(self, words: str) -> str:
        """What it says up to the line with these words."""
        assert self.process.stdout is not None
        heard = []
        for line in self.process.stdout:
            heard.append(line)
            if words in line:
                return "".join(heard)
        raise AssertionError(f"it never said {words!r}:\n{''.join(heard)}")

    def running(self) -> list[psutil.Process]:
        """Everything it has started and that is alive."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def close(self) -> None:
        self._impatient.cancel()
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    write_mnist(tmp_path / "data", 320, 160)
    (tmp_path / "lab.ipynb").write_text(notebook("nn.Linear(500, 512)"))
    tmp_path.chmod(0o755)
    command = Watched(tmp_path)
    yield command
    command.close()


def test_saves_are_answered_stopped_and_graded_and_ctrl_c_leaves_nothing(watched: Watched) -> None:
    results = watched.folder / "results/lab1/lab"
    said = watched.until("Waiting for the next save")
    assert "mat1 and mat2 shapes cannot be multiplied" in said
    assert "cell " in said
    assert "not run further" in said
    assert not results.exists()

    watched.save(notebook().replace("nn.ReLU()", "nn.ReLU(", 1))
    said = watched.until("Waiting for the next save")
    assert "was never closed" in said
    assert "not run further" in said

    watched.save(notebook(end=SLEEPS))
    assert "✓ one step with Adam" in watched.until("now the whole check")
    watched.until("epoch 1")
    watched.save(notebook())
    assert "nothing of it is kept" in watched.until("saved again")
    watched.until("now the whole check")
    assert not (results / "grade.json").exists()
    said = watched.until("Waiting for the next save")
    assert "points" in said
    assert "report:" in said
    assert json.loads((results / "grade.json").read_text())["run"]["outcome"] == "ok"

    below = watched.running()
    watched.process.send_signal(CTRL_C)
    watched.until("Interrupted.")
    assert watched.process.wait(60) == 130
    psutil.wait_procs(below, timeout=30)
    assert [one for one in below if one.is_running() and one.status() != "zombie"] == []
    assert list(watched.temporary.glob("lab-grader-*")) == []
