"""The escape test must be able to fail."""

import sys

import pytest

from grader.sandbox import selfcheck
from grader.sandbox.plain import Plain


@pytest.mark.skipif(sys.platform != "linux", reason="most of the attempts are Linux's")
def test_the_canary_gets_out_of_a_plain_process():
    backend = Plain()
    backend.level = 3
    reason = selfcheck._canary_failure(backend)
    for escape in (
        "reads a file outside",
        "writes to a folder outside",
        "reads a hidden folder",
        "sees processes outside",
        "connects to the host",
        "connects to an abstract socket",
    ):
        assert escape in reason


def test_honest_work_that_fails_is_reported_with_its_last_words(monkeypatch, tmp_path):
    (tmp_path / "honest.py").write_text("raise OSError('no workers here')")
    monkeypatch.setattr(selfcheck, "_JOBS", tmp_path)
    reason = selfcheck._honest_failure(Plain())
    assert reason.startswith("a small honest training run did not work (error)")
    assert "no workers here" in reason
