"""The engine of this machine, with processes that only say that they have graded."""

import errno
import json
import time
from pathlib import Path

import pytest
from classes import Remembering, works

from grader.batch.engines import local
from grader.batch.engines.local import Local
from grader.batch.grading import Grading
from grader.batch.memory import Memory
from grader.batch.work import Graded, Lost, Work
from grader.errors import Fault
from grader.pipeline import Request

PLAYER = """
import json, os, signal, sys, time
sys.path[:] = json.loads(sys.argv[1])
from grader.batch.messages import READY, send
from grader.batch.work import Graded, RunAgain

answers = os.fdopen(os.dup(1), "wb")
device = json.loads(sys.stdin.readline())["device"]
answers.write(READY)
answers.flush()
for line in sys.stdin:
    work = json.loads(line)
    if work["main"] == "die":
        print("Killed for want of memory", file=sys.stderr, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    if work["main"] == "talk":
        answers.write(b"something else" * 9 + b"\\n")
        answers.flush()
        time.sleep(60)
    if work["main"] == "hang":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        send(answers, RunAgain(work["student"], 1))
        time.sleep(60)
    facts = {"run": {"peak_rss_mb": 3000.0}, "device": device, "process": os.getpid()}
    send(answers, Graded(work["student"], {"grade.json": json.dumps(facts).encode()}))
"""
REQUEST = Request("lab1")
PLENTY = 1e6


@pytest.fixture(autouse=True)
def played(monkeypatch):
    """Let the processes be players, unless a test says what they do."""

    def arrange(program):
        monkeypatch.setattr(local, "_PROGRAM", program)

    arrange(PLAYER)
    monkeypatch.setattr(local, "_STOPPING_S", 2.0)
    return arrange


def engine_of(*devices, memory=None):
    return Local(REQUEST, devices, memory or Memory(1000, PLENTY))


def next_events(engine, within_s=60.0):
    """Wait until something happens."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        if found := engine.events(0.5):
            return found
    raise AssertionError("nothing happened")


def facts_of(event):
    assert isinstance(event, Graded), event
    return json.loads(event.files["grade.json"])


def work(student, main=None, **more):
    return Work(student, Path("work.py"), main, **more)


def test_one_process_grades_one_submission_after_another():
    with engine_of("cpu") as engine:
        processes = set()
        for student in ("ada", "bob"):
            engine.begin(work(student))
            (event,) = next_events(engine)
            assert event.student == student
            processes.add(facts_of(event)["process"])
        assert len(processes) == 1


def test_the_work_is_spread_over_the_devices():
    with engine_of("cuda:0", "cuda:1", "cuda:0", "cuda:1") as engine:
        seen = []
        for student in ("ada", "bob"):
            engine.begin(work(student))
        while len(seen) < 2:
            seen += next_events(engine)
        assert {facts_of(event)["device"] for event in seen} == {"cuda:0", "cuda:1"}


def test_there_is_a_place_for_as_many_as_there_are_slots(monkeypatch):
    engine = engine_of("cpu", "cpu")
    with engine:
        assert engine.slots == 2
        for student in ("ada", "bob"):
            assert engine.place_for(work(student))
            engine.begin(work(student))
        assert not engine.place_for(work("cy"))


def test_who_wants_to_be_alone_waits_for_the_others_and_they_for_it():
    with engine_of("cpu", "cpu") as engine:
        alone = work("ada", alone=True)
        assert engine.place_for(alone)
        engine.begin(work("bob"))
        assert not engine.place_for(alone)
        next_events(engine)
        engine.begin(alone)
        assert not engine.place_for(work("cy"))


def test_the_memory_learns_from_every_result():
    memory = Memory(1000, 8000)
    with engine_of("cpu", "cpu", "cpu", "cpu", memory=memory) as engine:
        assert engine.slots == 4
        engine.begin(work("ada"))
        next_events(engine)
        assert engine.slots == 2


def test_a_process_that_dies_loses_its_work_and_is_replaced():
    with engine_of("cpu") as engine:
        engine.begin(work("ada", "die"))
        (event,) = next_events(engine)
        assert event == Lost(
            "ada", "the process that graded it ended by signal 9: Killed for want of memory"
        )
        engine.begin(work("bob"))
        assert facts_of(*next_events(engine))["device"] == "cpu"


def test_a_process_that_says_what_is_no_message_is_ended():
    with engine_of("cpu") as engine:
        engine.begin(work("ada", "talk"))
        (event,) = next_events(engine)
        assert isinstance(event, Lost)


def test_a_process_that_does_not_stop_is_killed():
    began_s = time.monotonic()
    with engine_of("cpu") as engine:
        engine.begin(work("ada", "hang"))
        next_events(engine)
        process = engine._slots[0].process._process
    assert process.poll() == -9
    assert time.monotonic() - began_s < 50


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import sys; sys.exit('there is no such thing')", "code 1: there is no such thing"),
        ("import os; os.kill(os.getpid(), 9)", "signal 9"),
        ("print('Welcome!', flush=True); input(); input()", "code 0"),
        ("syntax error", "SyntaxError"),
    ],
)
def test_where_none_can_be_started_the_class_ends_with_one_sentence(
    played, tmp_path, program, said
):
    played(program)
    grading = Grading(works("ada", "bob", "cy"), engine_of("cpu", "cpu"), tmp_path, Remembering())
    with pytest.raises(Fault, match="no process can be started that grades") as caught:
        grading.run()
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_where_some_could_be_started_one_that_fails_loses_its_work_alone(played):
    with engine_of("cpu", "cpu") as engine:
        engine.begin(work("ada"))
        next_events(engine)
        engine.begin(work("ada"))
        played("import sys; sys.exit('no memory')")
        engine.begin(work("bob"))
        seen = []
        while len(seen) < 2:
            seen += next_events(engine)
    lost = [event for event in seen if isinstance(event, Lost)]
    assert lost == [Lost("bob", "the process that graded it ended with code 1: no memory")]


def full(*_, **__):
    """No more processes, as the system says it."""
    raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")


def test_a_slot_that_gets_no_process_costs_one_try_and_the_others_go_on(tmp_path, monkeypatch):
    with engine_of("cpu", "cpu") as engine:
        engine.begin(work("ada"))
        monkeypatch.setattr(local.subprocess, "Popen", full)
        engine.begin(work("bob"))
        seen = []
        while len(seen) < 2:
            seen += next_events(engine)
        assert [type(one).__name__ for one in seen] == ["Lost", "Graded"]
        assert "no process could be started that grades it" in seen[0].reason
        assert engine.slots == 1
        engine.begin(work("bob", alone=True))
        (again,) = next_events(engine)
        assert facts_of(again)["process"] == facts_of(seen[1])["process"]


def test_where_no_process_can_ever_be_started_the_class_ends_with_one_sentence(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(local.subprocess, "Popen", full)
    grading = Grading(works("ada", "bob"), engine_of("cpu", "cpu"), tmp_path, Remembering())
    with pytest.raises(Fault, match=r"no process could be started .*temporarily unavailable"):
        grading.run()


def test_one_that_fails_while_others_start_loses_its_work_alone(played, tmp_path):
    fails = tmp_path / "failed"
    played(
        "import os, sys\n"
        f"try:\n    os.mkdir({str(fails)!r})\nexcept FileExistsError:\n    pass\n"
        "else:\n    sys.exit('no memory')\n" + PLAYER
    )
    with engine_of("cpu", "cpu") as engine:
        engine.begin(work("ada"))
        engine.begin(work("bob"))
        seen = []
        while len(seen) < 2:
            seen += next_events(engine)
    assert sorted(type(event).__name__ for event in seen) == ["Graded", "Lost"]
