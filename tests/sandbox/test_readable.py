"""What sandboxes are given to read, although they run as other users."""

import errno
import os
import shutil
import stat

import pytest

from grader.sandbox.privileges import others_may_read, readable


@pytest.fixture(autouse=True)
def closed():
    """A umask that keeps everything from everybody else."""
    before = os.umask(0o077)
    yield
    os.umask(before)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_written_for_a_sandbox_is_open_whatever_the_umask(tmp_path):
    with others_may_read():
        (tmp_path / "tasks").mkdir()
        (tmp_path / "tasks" / "1.json").write_text("{}")
    (tmp_path / "grade.json").write_text("{}")
    assert mode(tmp_path / "tasks") == 0o755
    assert mode(tmp_path / "tasks" / "1.json") == 0o644
    assert mode(tmp_path / "grade.json") == 0o600
    with readable({"tasks": tmp_path / "tasks"}, 60600) as given:
        assert given == {"tasks": tmp_path / "tasks"}, "it can be added to while the sandbox runs"


def test_what_is_hidden_is_in_no_copy(tmp_path):
    given = tmp_path / "work"
    (given / "results" / "ada").mkdir(parents=True)
    (given / "results" / "ada" / "grade.json").write_text("{}")
    (given / "lab.py").write_text("code")
    with readable({"work": given}, 60600, (given / "results",)) as inputs:
        copy = inputs["work"]
        assert copy != given
        assert sorted(path.name for path in copy.rglob("*")) == ["lab.py"]
        assert mode(copy / "lab.py") == 0o644


def test_a_copy_there_is_no_room_for_says_why_once(tmp_path, monkeypatch):
    given = tmp_path / "work"
    given.mkdir()
    for name in ("a.py", "b.py"):
        (given / name).write_text("code")

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with (
        pytest.raises(OSError, match=r"^\[Errno 28\] No space left on device$"),
        readable({"work": given}, 60600),
    ):
        pass
