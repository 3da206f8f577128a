"""A class graded by real processes that are killed, and what is left of it then."""

import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil
import pytest
from classes import Remembering, state, works

from grader.batch import worker
from grader.batch.engines import local
from grader.batch.engines.local import Local
from grader.batch.grading import Grading
from grader.batch.memory import Memory
from grader.batch.messages import READY
from grader.batch.path import ClassRequest, grade_class
from grader.data.practice import PracticeSize
from grader.errors import Fault
from grader.pipeline import Request
from grader.results.store import read_result

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs the signals of POSIX")

PROGRAM = """
import torch
from torchvision import datasets, transforms

data = datasets.MNIST("./data", train=True, transform=transforms.ToTensor())
layers = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(784, 10))
optimizer = torch.optim.Adam(layers.parameters(), 0.01)
for epoch in range(2):
    for x, y in torch.utils.data.DataLoader(data, 64, shuffle=True):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(layers(x), y).backward()
        optimizer.step()
"""
DRIVER = """
import sys
sys.path.insert(0, sys.argv[1])
from test_local_training import grade
grade(sys.argv[2])
"""
REQUEST = Request(
    "lab1",
    practice=True,
    practice_size=PracticeSize.TINY,
    device="cpu",
    isolation=0,
    threads=1,
    reruns=0,
)
LONGEST_S = 240
"""A busy machine needs long to load torch."""


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def here(tmp_path, cache, monkeypatch):
    """A class of two, and a folder of its own for temporary files."""
    (tmp_path / "TMPDIR").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "TMPDIR"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "TMPDIR"))
    monkeypatch.setenv("GRADER_CACHE_HOME", str(cache))
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    (tmp_path / "class").mkdir()
    for name in ("ada", "bob"):
        (tmp_path / f"class/{name}.py").write_text(f"{PROGRAM}\nprint('by {name}')\n")
    return tmp_path


def grade(here, watcher=None):
    """Grade the class, one submission at a time."""
    folder, out = Path(here, "class"), Path(here, "out")
    asked = ClassRequest(REQUEST, folder, out, workers=1)
    return grade_class(asked, watcher or Remembering())


def wait_until(true, within_s=LONGEST_S):
    until = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < until, "it never came to that"
        time.sleep(0.02)


class Killing(Remembering):
    """Kills the process that grades ada, the first time that she has trained an epoch."""

    done = False

    def heard(self, student, line):
        super().heard(student, line)
        if student == "ada" and not self.done:
            self.done = True
            grading = "grader.batch.worker"  # this process may have templates of other tests, too
            children = psutil.Process().children()
            (one,) = [child for child in children if grading in " ".join(child.cmdline())]
            one.kill()


@pytest.mark.training
def test_a_process_that_is_killed_costs_no_result(here):
    (here / "class/bob.py").unlink()
    watcher = Killing()
    result = grade(here, watcher)
    assert (result.graded, result.lost, result.roll.left) == (1, frozenset(), ())
    steps = [step for step in watcher.of("ada") if step != "heard"]
    assert steps == ["begun", "put off", "begun", "graded"]
    assert graded_by_training(here / "out/ada")
    assert psutil.Process().children() == []


def graded_by_training(folder):
    """Whether it holds what that student's program printed, and what was measured of it."""
    said = (folder / "stdout.txt").read_text()
    return f"by {folder.name}" in said and read_result(folder).evidence.measurements is not None


@pytest.mark.training
def test_a_grader_that_is_killed_leaves_nothing_behind_and_goes_on_where_it_was(here):
    tests = str(Path(__file__).parents[1])
    driver = subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(Path(__file__).parent), str(here)],
        env=os.environ | {"PYTHONPATH": tests},
    )
    ada = here / "out/ada"

    def grades_bob():
        assert driver.poll() is None
        return ada.exists() and any(one.children() for one in psutil.Process(driver.pid).children())

    wait_until(grades_bob)
    alive = psutil.Process(driver.pid).children(recursive=True)
    driver.kill()
    assert driver.wait() == -signal.SIGKILL
    assert psutil.wait_procs(alive, timeout=60)[1] == []
    assert os.listdir(here / "TMPDIR") == []
    assert sorted(os.listdir(here / "out")) == [".batch", "ada", "class.json"]
    before, watcher = state(ada), Remembering()
    result = grade(here, watcher)
    assert (result.kept, result.graded, result.lost) == (1, 1, frozenset())
    assert watcher.said[0] == ("planned", ["bob"], 1)
    assert state(ada) == before
    assert graded_by_training(ada)
    assert graded_by_training(here / "out/bob")
    assert os.listdir(here / "TMPDIR") == []


def test_who_grades_ends_with_its_input(here):
    heard, ready = queue.Queue(), threading.Event()
    process = local._Process(REQUEST, heard, ready)
    try:
        wait_until(lambda: ready.is_set() or not heard.empty())
        assert ready.is_set(), process.last_words()
    finally:
        process.ask_to_stop()
        process.end()
    assert process._process.returncode == 0
    assert os.listdir(here / "TMPDIR") == []


def test_who_cannot_grade_says_why(here):
    request = Request("lab1", data=here / "nowhere", device="cpu", isolation=0)
    engine = Local(request, ("cpu",), Memory(1000, 1e6))
    grading = Grading(works("ada"), engine, here / "out", Remembering())
    with pytest.raises(Fault, match="it ended with code 1: there is no MNIST data in") as caught:
        grading.run()
    assert "\n" not in str(caught.value)


def test_what_it_is_told_and_says_is_read_as_written(here):
    assert worker.REQUEST.validate_json(worker.REQUEST.dump_json(REQUEST)) == REQUEST
    (one,) = works("ada")
    assert worker.WORK.validate_json(worker.WORK.dump_json(one)) == one
    assert READY.endswith(b"\n")
