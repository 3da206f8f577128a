"""Every attack that can do so without harm succeeds where nothing contains it.

Otherwise a wall would pass for one that nobody ever ran against.
"""

import contextlib
import os
import platform
import time
from pathlib import Path

import pytest
import traps
from attacks import ATTACKS, CONTROLS, HEARD, KERNEL, UNCONTROLLED, facts
from enough import Enough, until

from grader.sandbox import other_user
from grader.sandbox.plain import Plain

pytestmark = pytest.mark.skipif(
    platform.machine() != "x86_64", reason="numbers of system calls are x86-64 ones"
)


@pytest.fixture
def attack(run, trap, set_user_id, monkeypatch):
    """What an attack prints at level 0, where the job is whoever runs the tests, root included."""
    monkeypatch.setattr(other_user, "possible", lambda: False)

    def attack(name, watch=None):
        end = run(Plain(), ATTACKS[name], head=facts(trap, private_ipc=False), watch=watch)
        return end.stdout.splitlines()

    return attack


@pytest.mark.parametrize("name", CONTROLS)
def test_an_attack_succeeds_where_nothing_contains_it(attack, name):
    if os.geteuid() != 0 and _no_tracing():
        pytest.skip("this machine lets nobody but root look into a process")
    said = {line.strip() for line in attack(name)}
    assert said >= {f"ESCAPED {way}" for way in CONTROLS[name]}
    assert said


def _no_tracing():
    scope = Path("/proc/sys/kernel/yama/ptrace_scope")
    return scope.exists() and int(scope.read_text()) > 1


def test_a_set_user_id_program_gains_rights_where_nothing_contains_it(attack, tmp_path):
    if "NoNewPrivs:\t1" in Path("/proc/self/status").read_text():
        pytest.skip("nothing started here gains rights")
    works = os.geteuid() == 0 and not os.statvfs(tmp_path).f_flag & os.ST_NOSUID
    if not works and not traps.set_user_id_programs():
        pytest.skip("there is no such program here")
    assert "ESCAPED program" in attack("gains rights by a set-user-id program")


@pytest.mark.parametrize("name", HEARD)
def test_the_traps_tell_of_an_attack_that_nothing_contains(attack, trap, name):
    with contextlib.suppress(Enough):  # some go on for as long as they may
        attack(name, until(lambda: not _intact(trap)))
    deadline = time.monotonic() + 5
    while _intact(trap) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _intact(trap)
    trap.folder.chmod(0o777)


def _intact(trap):
    try:
        return trap.intact()
    except PermissionError:
        return False


@pytest.mark.parametrize("name", KERNEL)
def test_a_call_succeeds_where_nobody_refuses_it(attack, name):
    if not attack(name):
        pytest.skip("this machine refuses it to everybody")


def test_every_attack_was_seen_to_work_or_says_why_not():
    named = [*CONTROLS, *HEARD, *KERNEL, *UNCONTROLLED]
    assert sorted(named) == sorted(ATTACKS)
