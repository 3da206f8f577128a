"""Decisions on disk: added, never lost."""

import contextlib
import errno
import fcntl
import json
import os
import threading
from datetime import UTC, datetime

import pytest
from builders import criterion, evidence, expectation, rubric

from grader.checks import CHECKS
from grader.errors import ResultsError
from grader.model.review import Action, Decision, Review, fingerprint
from grader.results import store
from grader.results.reviews import alone_in, read_review
from grader.results.store import (
    Logs,
    read_result,
    read_results,
    require_writable,
    update_result,
    write_result,
)
from grader.scoring import score

LOGS = Logs("", "", None)


def decision(note="seen", about=None):
    return Decision(
        at=datetime(2026, 11, 25, 20, tzinfo=UTC),
        by="Grace",
        action=Action.NOTE,
        note=note,
        evidence=fingerprint(about or evidence()),
    )


def write(out, found=None):
    found = found or evidence()
    grade = score(found, rubric(criterion("runs")), expectation(), CHECKS)
    return write_result(out, found, grade, {"report.html": "<p>report</p>"}, LOGS)


def decide(folder, made=None, known=None):
    """Add a decision as somebody does who has seen what was ``known``; return all of them."""
    seen = known or read_result(folder)
    update_result(
        seen, seen.evidence, seen.grade, {"report.html": "<p>decided</p>"}, made or decision()
    )
    return read_review(folder)


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.fixture
def folder(tmp_path):
    """The result of ada, about which nobody has decided."""
    return write(tmp_path / "out")


def test_where_nobody_decided_there_is_no_file_and_no_decision(folder):
    assert read_review(folder) == Review()
    assert not (folder / "review.json").exists()
    assert read_results(folder).results[0].review == Review()


def test_decisions_are_added_and_read_back(folder):
    assert [one.note for one in decide(folder, decision("one")).decisions] == ["one"]
    second = decide(folder, decision("two"))
    assert [one.note for one in second.decisions] == ["one", "two"]
    assert read_results(folder).results[0].review == second
    document = json.loads((folder / "review.json").read_text())
    assert document["schema"] == 1
    assert set(document["decisions"][0]) == set("at by action points note settles evidence".split())
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_a_decision_that_does_not_know_of_another_is_not_written(folder):
    known = read_result(folder)
    decide(folder, decision("first"))
    before = content(folder)
    with pytest.raises(ResultsError, match="somebody else decided about"):
        decide(folder, decision("second"), known)
    assert content(folder) == before


def test_a_decision_about_work_that_was_graded_again_is_not_written(folder):
    known = read_result(folder)
    write(folder.parent, evidence(seed=1))
    with pytest.raises(ResultsError, match="was graded again meanwhile"):
        decide(folder, known=known)
    assert not (folder / "review.json").exists()
    assert read_result(folder).evidence.seed == 1


def test_nothing_replaces_a_grade_that_was_made_again_meanwhile(folder):
    known = read_result(folder)
    rules = rubric(criterion("runs", points=20))
    update_result(
        known, known.evidence, score(evidence(), rules, expectation(), CHECKS), {"report.html": ""}
    )
    before = content(folder)
    with pytest.raises(ResultsError, match="was made again meanwhile"):
        decide(folder, known=known)
    with pytest.raises(ResultsError, match="was made again meanwhile"):
        update_result(known, known.evidence, known.grade, {"report.html": "<p>late</p>"})
    assert content(folder) == before


def test_a_report_made_of_an_earlier_run_is_not_written(folder):
    known = read_result(folder)
    write(folder.parent, evidence(seed=1))
    before = content(folder)
    with pytest.raises(ResultsError, match="was graded again meanwhile"):
        update_result(known, known.evidence, known.grade, {"report.html": "<p>late</p>"})
    assert content(folder) == before


class Waiting:
    """Something done in a thread, which has to wait for a lock."""

    def __init__(self, act):
        self.ended, self.error = threading.Event(), None
        self.thread = threading.Thread(target=self._run, args=(act,))
        self.thread.start()

    def _run(self, act):
        try:
            act()
        except ResultsError as error:
            self.error = error
        self.ended.set()

    def waits(self):
        return not self.ended.wait(0.2)

    def join(self):
        self.thread.join(10)
        assert self.ended.is_set()


@pytest.mark.parametrize(
    "act",
    [
        decide,
        lambda folder: write(folder.parent, evidence(seed=1)),
        lambda folder: update_result(
            known := read_result(folder), evidence(), known.grade, {"report.html": ""}
        ),
    ],
    ids=["a decision", "a new run", "a report"],
)
def test_one_changes_a_result_at_a_time(folder, act):
    before = content(folder)
    with alone_in(folder):
        waiting = Waiting(lambda: act(folder))
        assert waiting.waits()
        assert content(folder) == before
    waiting.join()
    assert waiting.error is None
    assert content(folder) != before


def test_who_waited_for_a_folder_that_was_replaced_waits_for_the_new_one(folder):
    write(folder.parent / "new", evidence(seed=1))
    old = folder.with_name("old")
    with contextlib.ExitStack() as new:
        with alone_in(folder):
            waiting = Waiting(lambda: decide(folder))
            assert waiting.waits()
            folder.rename(old)
            (folder.parent / "new/ada").rename(folder)
            new.enter_context(alone_in(folder))
        assert waiting.waits()
    waiting.join()
    assert "was graded again meanwhile" in str(waiting.error)
    assert not (old / "review.json").exists()
    assert not (folder / "review.json").exists()


@pytest.mark.parametrize(("number", "goes_on"), [(errno.ENOTSUP, True), (errno.EIO, False)])
def test_a_disk_without_locks_does_not_keep_anybody_from_deciding(
    folder, monkeypatch, number, goes_on
):
    monkeypatch.setattr(fcntl, "flock", lambda *_: (_ for _ in ()).throw(OSError(number, "no")))
    if goes_on:
        assert len(decide(folder).decisions) == 1
    else:
        with pytest.raises(ResultsError, match=r"cannot be rewritten \(no\)"):
            decide(folder)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b'{"schema": 2}', b'{"x": 1}'])
def test_a_damaged_review_is_named_never_overwritten_and_never_taken_for_none(folder, content):
    known = read_result(folder)
    (folder / "review.json").write_bytes(content)
    with pytest.raises(ResultsError, match=r"mend review\.json, or move it away") as caught:
        decide(folder, known=known)
    assert "\n" not in str(caught.value)
    assert (folder / "review.json").read_bytes() == content
    found = read_results(folder.parent)
    assert found.results == ()
    assert "the review in" in found.damaged[0]


def test_a_full_disk_leaves_the_decisions_as_they_were(folder, monkeypatch):
    known = decide(folder, decision("one"))

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ResultsError, match=r"cannot be written \(No space left"):
        decide(folder, decision("two"))
    assert read_review(folder) == known
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("content", [None, b"{"])
def test_a_new_run_takes_the_decisions_along_as_they_are(folder, content):
    decide(folder)
    if content is not None:
        (folder / "review.json").write_bytes(content)
    before = (folder / "review.json").read_bytes()
    write(folder.parent, evidence(seed=1))
    assert (folder / "review.json").read_bytes() == before
    assert json.loads((folder / "evidence.json").read_text())["seed"] == 1


def test_a_new_run_that_cannot_take_its_place_leaves_the_old_result(folder, monkeypatch):
    decide(folder)
    before = content(folder)
    real = os.replace

    def second_fails(source, target):
        if target == folder and not str(source).endswith(".old"):
            raise OSError(28, "No space left on device")
        real(source, target)

    monkeypatch.setattr(store.os, "replace", second_fails)
    with pytest.raises(ResultsError, match="No space left"):
        write(folder.parent, evidence(seed=1))
    assert content(folder) == before
    assert [path.name for path in folder.parent.iterdir()] == ["ada"]


def test_a_damaged_review_hides_nobodys_result_from_being_replaced(tmp_path):
    found = evidence()
    record = found.submission.model_copy(update={"origin": "here"})
    folder = write(tmp_path, found.model_copy(update={"submission": record}))
    (folder / "review.json").write_text("{")
    with pytest.raises(ResultsError, match="holds the result of another submission"):
        require_writable(tmp_path, "ada", "elsewhere")
