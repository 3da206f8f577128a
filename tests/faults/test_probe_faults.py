"""An installation that is damaged: our own part in the sandbox does not come to the program."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import Actors
from kept import Check, assert_clean, assert_fault, assert_regraded

from grader.pipeline.execute import PROBE
from grader.sandbox.bubblewrap import Bubblewrap
from grader.sandbox.interface import Backend
from grader.sandbox.plain import Plain

Damage = Callable[[Path], object]
DAMAGES: dict[str, Damage] = {
    "nothing of it is there": shutil.rmtree,
    "its first file is missing": lambda probe: (probe / "start.py").unlink(),
    "its first file is cut short": lambda probe: (probe / "start.py").write_text("def main(:\n"),
    "what writes the outbox is missing": lambda probe: (probe / "outbox.py").unlink(),
    "what reads the settings is missing": lambda probe: (probe / "settings.py").unlink(),
    "a library of it is broken": lambda probe: (probe / "install.py").write_text(
        "raise ImportError('libtorch.so: cannot open shared object file')\n"
    ),
}
BACKENDS = [Plain(), pytest.param(Bubblewrap(), marks=pytest.mark.sandbox)]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("what", DAMAGES)
def test_a_damaged_installation_is_never_the_submission_s_failure(
    check: Check,
    grader: Check,
    here: Path,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
    backend: Backend,
) -> None:
    probe = here / "probe"
    shutil.copytree(PROBE, probe)
    DAMAGES[what](probe)
    with monkeypatch.context() as patch:
        patch.setattr("grader.pipeline.execute.PROBE", probe)
        ended = check(backend)
    grade = assert_fault(ended, "No score: the grader itself failed", "rade it again")
    assert (grade["score"], grade["run"]["outcome"]) == (None, "fault")
    assert "the submission ran" not in (here / "results/lab1/lab/stdout.txt").read_text()
    assert_clean(here)
    assert_regraded(grader)
    assert check(Actors()).code in (0, 1)
