"""Two batches never write to one folder of results, and its roll can be read again."""

import signal
import subprocess
import sys

import pytest

from grader.batch import place
from grader.batch.place import LOCK, ROLL, only_batch, read_roll, write_roll
from grader.errors import ResultsError
from grader.model.roll import Entry, Layout, Roll

HOLDER = """
import sys, time
from pathlib import Path
from grader.batch.place import only_batch
with only_batch(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""
locks = pytest.mark.skipif(sys.platform == "win32", reason="needs the locks of POSIX")
CLASS = Roll(
    assignment="lab1",
    layout=Layout.PLAIN,
    entries=(Entry(student="ada", source="Ada Lovelace.py", late_s=60),),
)


@locks
def test_a_second_batch_in_the_same_folder_is_refused_at_once(tmp_path):
    with only_batch(tmp_path), pytest.raises(ResultsError) as caught, only_batch(tmp_path):
        pass
    assert str(caught.value) == (
        f"another batch is writing to {tmp_path}: wait for its end, or choose another place with "
        "--out"
    )
    with only_batch(tmp_path):
        pass


@locks
def test_batches_in_other_folders_do_not_wait(tmp_path):
    (tmp_path / "other").mkdir()
    with only_batch(tmp_path), only_batch(tmp_path / "other"):
        pass


@locks
def test_a_batch_that_failed_keeps_nobody_out(tmp_path):
    with pytest.raises(ZeroDivisionError), only_batch(tmp_path):
        raise ZeroDivisionError
    with only_batch(tmp_path):
        pass


@locks
def test_a_batch_that_was_killed_keeps_nobody_out(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(ResultsError, match="another batch"), only_batch(tmp_path):
            pass
        process.kill()
        assert process.wait() == -signal.SIGKILL
    with only_batch(tmp_path):
        pass


@locks
def test_something_else_in_the_place_of_the_lock_is_said(tmp_path):
    (tmp_path / LOCK).mkdir()
    with pytest.raises(ResultsError, match=r"\.batch cannot be opened .*--out"):
        only_batch(tmp_path).__enter__()


def test_a_roll_is_read_as_it_was_written(tmp_path):
    write_roll(tmp_path, CLASS)
    assert read_roll(tmp_path) == CLASS
    assert [path.name for path in tmp_path.iterdir()] == [ROLL]


def test_results_made_one_by_one_have_no_roll(tmp_path):
    assert read_roll(tmp_path) is None


@pytest.mark.parametrize("text", ["{", "[]", '{"schema": 2}', "\xff"])
def test_a_damaged_roll_is_said_with_the_remedy(tmp_path, text):
    (tmp_path / ROLL).write_text(text, "latin-1")
    with pytest.raises(ResultsError, match="move it away, and give the batch again") as caught:
        read_roll(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_roll_that_cannot_be_written_leaves_the_old_one(tmp_path, monkeypatch):
    write_roll(tmp_path, CLASS)

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(place, "replace", full)
    with pytest.raises(ResultsError, match=r"cannot be written \(No space left"):
        write_roll(tmp_path, CLASS.model_copy(update={"entries": ()}))
    assert read_roll(tmp_path) == CLASS
