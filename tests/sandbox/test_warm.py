"""Copies of a warm process are as fresh processes would be."""

import json
import os
import re
import signal
import subprocess
import sys
import time

import psutil
import pytest
from levels import MARKS, usable

from grader.model.run import Outcome
from grader.sandbox import selfcheck
from grader.sandbox.choose import BACKENDS, WARM, Chosen, isolation_of, warmed
from grader.sandbox.plain import Plain
from grader.sandbox.privileges import UIDS
from grader.sandbox.warm.templates import Templates

FACTS = """
    import __main__, json, platform, random, resource, secrets, threading
    def read(path):
        try:
            return Path(path).read_text()
        except OSError:
            return "nothing of /proc at level 2"
    shown = ("Uid", "Gid", "Groups", "Cap", "NoNewPrivs", "Seccomp", "SigBlk", "SigIgn", "Umask",
             "Threads")
    facts = {
        "name": __name__, "file": os.path.basename(__file__), "arguments": len(sys.argv),
        "main": __main__.__file__ == __file__, "path": sys.path, "cwd": Path.cwd().name,
        "environment": {k: v for k, v in os.environ.items() if k not in ("HOME", "TMPDIR")
                        and not k.startswith("LAB_GRADER")},
        "threads": threading.active_count(), "flags": str(sys.flags), "hash": hash("seeded"),
        "input": sys.stdin.read(), "home": os.environ["HOME"].endswith("work"),
        "ignored": [n for n in range(1, 32) if signal.getsignal(n) == signal.SIG_IGN],
        "command": [os.path.basename(word) for word in sys.orig_argv], "host": platform.node(),
        "status": [line for line in read("/proc/self/status").splitlines()
                   if line.startswith(shown)],
        "shown": [os.path.basename(word)
                  for word in read("/proc/self/cmdline").split(chr(0)) if word],
        "orphan": os.getppid() == 1, "priority": os.getpriority(os.PRIO_PROCESS, 0),
        "offered": read("/proc/self/oom_score_adj"),
        "limits": {name: resource.getrlimit(getattr(resource, name))
                   for name in dir(resource) if name.startswith("RLIMIT") and "NPROC" not in name},
    }
    for number in range(3, 1000):
        try:
            os.fstat(number)
            facts.setdefault("descriptors", []).append(number)
        except OSError:
            pass
    if facts["status"]:
        facts["owner"] = os.stat("/proc/self/fd").st_uid
        facts["ours"] = [line for line in read("/proc/self/maps").splitlines() if "grader" in line]
    facts["modules"] = [name for name in sys.modules if name.startswith(("grader.", "landlock"))]
    (OUT / "facts.json").write_text(json.dumps(facts, sort_keys=True))
"""


LENT = r"(?<!\d)(" + "|".join(map(str, UIDS)) + r")(?!\d)"


@pytest.fixture(params=[pytest.param(one, id=one.name, marks=MARKS[one.level]) for one in BACKENDS])
def cold(request):
    """A backend that executes its jobs."""
    return usable(request.param)


@pytest.fixture
def warm(cold, templates):
    """The same, as it copies them."""
    return WARM[cold.name](templates)


def test_a_copy_finds_what_a_fresh_process_finds(cold, warm, run, outbox):
    found = []
    for backend in (cold, warm):
        head = "import signal\n"
        end = run(backend, FACTS, head=head, environment={"PYTHONHASHSEED": "7"})
        assert end.outcome is Outcome.OK, end.stderr
        # Which of the users that are lent it is depends on who else runs something.
        facts = re.sub(LENT, str(UIDS[0]), (outbox / "facts.json").read_text())
        found.append(json.loads(facts))
    assert found[0] == found[1]


def test_a_copy_at_every_level_passes_the_check_of_its_backend(warm):
    assert selfcheck.failure(warm, fresh=True, way=", copies") is None


def test_a_backend_whose_copies_fail_executes_its_jobs(cold, monkeypatch):
    monkeypatch.setattr(selfcheck, "failure", lambda *_, **__: "no copy gets in")
    chosen = Chosen(cold, isolation_of(cold))
    with Templates() as templates:
        assert warmed(chosen, templates) is chosen


def test_a_backend_whose_copies_pass_copies_them(cold):
    with Templates() as templates:
        backend = warmed(Chosen(cold, isolation_of(cold)), templates).backend
        assert (type(backend), backend.templates) == (type(cold), templates)


def test_copies_share_no_state_and_no_luck(warm, run):
    code = """
        import random, uuid
        import numpy, torch
        from multiprocessing import current_process
        assert not hasattr(torch, "left_behind")
        torch.left_behind = True
        print(random.random(), uuid.uuid4())
        print(numpy.random.rand(), end=" ")
        print(bytes(current_process().authkey).hex())
    """
    said = [run(warm, code).stdout for _ in range(3)]
    for words in zip(*(text.split() for text in said), strict=True):
        assert len(set(words)) == 3
    assert all(text.strip() for text in said)


def test_a_copy_works_with_several_threads_and_loader_workers(warm, run):
    code = f"""
        import torch
        from torch.utils.data import DataLoader, TensorDataset
        torch.set_num_threads(2)
        data = TensorDataset(torch.randn(64, 8))
        model = torch.nn.Linear(8, 512)
        for (batch,) in DataLoader(data, batch_size=8, num_workers={2 * warm.shared_memory}):
            model(batch).sum().backward()
        print("trained")
    """
    end = run(warm, code, threads=2, wall_s=60, memory_mb=4000)
    assert (end.stdout, end.outcome) == ("trained\n", Outcome.OK), end.stderr


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
def test_it_ends_as_the_interpreter_ends(cold, warm, run, code, exit_code):
    fresh, copied = (run(backend, code) for backend in (cold, warm))
    assert copied.exit_code == fresh.exit_code == exit_code
    assert copied.stdout == fresh.stdout
    said = [re.sub("lab-grader-[^/]*", "", end.stderr) for end in (fresh, copied)]
    assert said[0] == said[1]


def test_a_daemon_that_hides_from_the_walk_does_not_outlive_it(run, outbox, templates):
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
    assert run(Plain(templates), code).outcome is Outcome.OK
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


HOST = """
import os, sys
from pathlib import Path
from grader.model.run import Limits
from grader.sandbox.choose import WARM
from grader.sandbox.interface import Job
from grader.sandbox.warm.templates import Templates
here = Path(sys.argv[2])
here.joinpath("script").mkdir()
here.joinpath("script", "main.py").write_text(
    "import os, sys, time\\nos.fork()\\n"
    "open(sys.argv[-1] + '/outbox/runs', 'w').close()\\ntime.sleep(60)\\n")
job = Job(("script/main.py",), {"script": here / "script"}, here / "outbox", Limits(wall_s=60))
if os.fork():  # somebody else has the descriptors as well
    with Templates(strict=True) as templates:
        print(WARM[sys.argv[1]](templates).run(job))
else:
    import time
    time.sleep(60)
"""


def test_everything_ends_when_the_host_is_killed(cold, tmp_path):
    host = subprocess.Popen([sys.executable, "-c", HOST, cold.name, str(tmp_path)])
    until = time.monotonic() + 60
    while not (tmp_path / "outbox" / "runs").exists() and time.monotonic() < until:
        time.sleep(0.05)
    below = psutil.Process(host.pid).children(recursive=True)
    other = min(below, key=lambda one: one.pid)
    assert len(below) >= 4
    host.kill()
    host.wait()
    below.remove(other)
    assert psutil.wait_procs(below, timeout=20)[1] == []
    other.kill()


def test_templates_work_in_a_process_that_was_forked(cold, run):
    with Templates(strict=True) as templates:
        backend = WARM[cold.name](templates)
        assert run(backend, "print('here')").stdout == "here\n"
        pid = os.fork()
        if pid == 0:
            said = run(backend, "print('there')").stdout
            templates.close()
            os._exit(0 if said == "there\n" else 1)
        assert os.waitpid(pid, 0)[1] == 0
        assert run(backend, "print('here')").stdout == "here\n"


def test_nothing_is_left_when_they_are_closed():
    with Templates() as made:
        pid = made._template(frozenset({("PATH", os.environ["PATH"])}))._process.pid
        assert psutil.pid_exists(pid)
    assert not psutil.pid_exists(pid)
