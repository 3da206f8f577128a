"""A user's own interpreter is executed by a program that the user does not own."""

import os
import shutil
import subprocess
import sys

import pytest

from grader.sandbox.warm.interpreter import interpreter

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="copies are made on Linux")
CODE = "import os, sys; print(sys.executable, os.stat('/proc/self/exe').st_uid, os.getppid())"
USER = 54321


def test_an_interpreter_of_the_system_is_executed_itself():
    assert interpreter(os.stat(sys.executable).st_uid + 1) == [sys.executable]
    assert interpreter(0) == [sys.executable]


def test_a_users_own_is_not(tmp_path, monkeypatch):
    own = shutil.copy(os.path.realpath(sys.executable), tmp_path / "python")
    if os.geteuid() == 0:
        os.chown(own, USER, USER)
    monkeypatch.setattr(sys, "executable", str(own))
    words = interpreter(USER if os.geteuid() == 0 else os.geteuid())
    found = subprocess.run([*words, "-S", "-c", CODE], capture_output=True, text=True, check=False)
    name, owner, parent = found.stdout.split()
    assert (name, int(parent)) == (str(own), os.getpid())
    assert int(owner) not in (USER, os.geteuid()) or os.geteuid() == 0 == int(owner)
