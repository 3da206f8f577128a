"""A stored result is rewritten only where it changes, and what cannot be made again is flushed."""

import os
import sys

import pytest
from builders import criterion, evidence, expectation, rubric

from grader.checks import CHECKS
from grader.results.store import Logs, read_result, update_result, write_result
from grader.scoring import score

linux = pytest.mark.skipif(sys.platform != "linux", reason="asks /proc what is flushed")


def graded(found, points=10):
    return score(found, rubric(criterion("runs", points=points)), expectation(), CHECKS)


def write(out, **changes):
    found = evidence(**changes)
    return write_result(
        out, found, graded(found), {"report.html": "<p>report</p>"}, Logs("", "", None)
    )


@pytest.fixture
def flushed(monkeypatch):
    """What a file is called whenever the disk is waited for."""
    seen, real = [], os.fsync

    def fsync(descriptor):
        seen.append(os.readlink(f"/proc/self/fd/{descriptor}").rpartition("/")[2].split(".")[1])
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    return seen


def inodes(folder):
    return {path.name: path.stat().st_ino for path in folder.iterdir()}


@linux
def test_a_regrade_waits_for_the_disk_and_writes_only_what_is_another_now(tmp_path, flushed):
    folder = write(tmp_path)
    before = inodes(folder)
    known = read_result(folder)
    update_result(
        known, known.evidence, graded(known.evidence, points=20), {"report.html": "<p>new</p>"}
    )
    after = inodes(folder)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"grade.json", "report.html"}
    assert flushed == ["grade"]


@linux
def test_what_is_the_same_again_is_not_written(tmp_path, flushed):
    folder = write(tmp_path)
    before = inodes(folder)
    known = read_result(folder)
    update_result(known, known.evidence, known.grade, {"report.html": "<p>report</p>"})
    assert (inodes(folder), flushed) == (before, [])


@linux
def test_runs_in_another_order_are_on_the_disk_before_they_replace_the_old_ones(tmp_path, flushed):
    folder = write(tmp_path, others=(evidence(attempt=1),))
    known = read_result(folder)
    other = evidence(attempt=1, others=(evidence(),))
    update_result(known, other, known.grade, {"report.html": "<p>report</p>"})
    assert read_result(folder).evidence.attempt == 1
    assert flushed == ["evidence"]


@pytest.mark.parametrize("name", ["grade.json", "report.html"])
def test_what_is_missing_is_written_again(tmp_path, name):
    folder = write(tmp_path)
    before = (folder / name).read_bytes()
    (folder / name).unlink()
    known = read_result(folder)
    update_result(known, known.evidence, graded(known.evidence), {"report.html": "<p>report</p>"})
    assert (folder / name).read_bytes() == before
