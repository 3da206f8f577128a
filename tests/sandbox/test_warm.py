"""Copies of a warm process are as fresh processes would be."""

import os
import signal
import time

import psutil
import pytest

from grader.model.run import Outcome
from grader.sandbox.plain import Plain
from grader.sandbox.warm.templates import Templates

FACTS = """
    import __main__, json, random, secrets, threading
    facts = {
        "name": __name__, "file": os.path.basename(__file__), "arguments": len(sys.argv),
        "main": __main__.__file__ == __file__, "path": sys.path, "cwd": Path.cwd().name,
        "environment": {k: v for k, v in os.environ.items() if k not in ("HOME", "TMPDIR")
                        and not k.startswith("LAB_GRADER")},
        "descriptors": sorted(os.listdir("/proc/self/fd"))[:3],
        "leader": os.getsid(0) == os.getpid(),
        "threads": threading.active_count(), "flags": str(sys.flags), "hash": hash("seeded"),
        "input": sys.stdin.read(), "home": os.environ["HOME"].endswith("work"),
        "ignored": [n for n in range(1, 32) if signal.getsignal(n) == signal.SIG_IGN],
    }
    (OUT / "facts.json").write_text(json.dumps(facts, sort_keys=True))
"""


@pytest.fixture
def warm(templates):
    return Plain(templates)


def test_a_copy_finds_what_a_fresh_process_finds(warm, run, outbox):
    found = []
    for backend in (Plain(), warm):
        head = "import signal\n"
        end = run(backend, FACTS, head=head, environment={"PYTHONHASHSEED": "7"})
        assert end.outcome is Outcome.OK, end.stderr
        found.append((outbox / "facts.json").read_text())
    assert found[0] == found[1]


def test_copies_share_no_state_and_no_luck(warm, run):
    code = """
        import random, uuid
        import torch
        assert not hasattr(torch, "left_behind")
        torch.left_behind = True
        print(random.random(), uuid.uuid4())
    """
    said = {run(warm, code).stdout for _ in range(3)}
    assert len(said) == 3
    assert all(text.strip() for text in said)


def test_other_variables_that_imports_read_get_another_template(warm, run):
    code = "import torch; print(torch.get_num_threads(), os.environ['OMP_NUM_THREADS'])"
    assert run(warm, code, threads=1).stdout == "1 1\n"
    assert run(warm, code, threads=2).stdout == "2 2\n"


@pytest.mark.parametrize(
    ("code", "exit_code"),
    [
        ("sys.exit()", 0),
        ("sys.exit(5)", 5),
        ("sys.exit('why')", 1),
        ("1 / 0", 1),
        ("import atexit; atexit.register(lambda: print('at the end')); sys.exit(4)", 4),
    ],
)
def test_it_ends_as_the_interpreter_ends(warm, run, code, exit_code):
    fresh, copied = (run(backend, code) for backend in (Plain(), warm))
    assert copied.exit_code == fresh.exit_code == exit_code
    assert copied.stdout == fresh.stdout
    assert copied.stderr.splitlines()[-1:] == fresh.stderr.splitlines()[-1:]


def test_a_daemon_that_hides_from_the_walk_does_not_outlive_it(warm, run, outbox):
    code = """
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                (OUT / "daemon").write_text(str(os.getpid()))
                os.execve(sys.executable, [sys.executable, "-c", "import time; time.sleep(60)"], {})
            os._exit(0)
        os.wait()
        while not (OUT / "daemon").exists():
            time.sleep(0.01)
    """
    assert run(warm, code).outcome is Outcome.OK
    assert not psutil.pid_exists(int((outbox / "daemon").read_text()))


def test_a_template_that_was_killed_is_made_again(warm, run, templates):
    assert run(warm, "print('one')").stdout == "one\n"
    for template in list(templates._made.values()):
        os.kill(template._process.pid, signal.SIGKILL)
        time.sleep(0.2)
    assert run(warm, "print('two')").stdout == "two\n"


def test_without_a_template_the_job_is_executed(run, monkeypatch):
    def broken(*_: object) -> None:
        raise OSError("no template")

    with Templates() as templates:
        monkeypatch.setattr(templates, "_template", broken)
        assert run(Plain(templates), "print('all the same')").stdout == "all the same\n"


def test_nothing_is_left_when_they_are_closed():
    with Templates() as made:
        pid = made._template(frozenset({("PATH", os.environ["PATH"])}))._process.pid
        assert psutil.pid_exists(pid)
    assert not psutil.pid_exists(pid)
