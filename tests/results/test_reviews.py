"""Decisions on disk: added, never lost."""

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
from grader.results.reviews import add_decision, read_review
from grader.results.store import Logs, read_results, require_writable, write_result
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
    return write_result(out, found, grade, "<p>report</p>", LOGS)


@pytest.fixture
def folder(tmp_path):
    """The result of ada, about which nobody has decided."""
    return write(tmp_path / "out")


def test_where_nobody_decided_there_is_no_file_and_no_decision(folder):
    assert read_review(folder) == Review()
    assert not (folder / "review.json").exists()
    assert read_results(folder).results[0].review == Review()


def test_decisions_are_added_and_read_back(folder):
    first = add_decision(folder, decision("one"), Review())
    second = add_decision(folder, decision("two"), first)
    assert [one.note for one in second.decisions] == ["one", "two"]
    assert read_review(folder) == second
    assert read_results(folder).results[0].review == second
    document = json.loads((folder / "review.json").read_text())
    assert document["schema"] == 1
    assert set(document["decisions"][0]) == set("at by action points note settles evidence".split())
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_a_decision_that_does_not_know_of_another_is_not_written(folder):
    add_decision(folder, decision("first"), Review())
    before = (folder / "review.json").read_bytes()
    with pytest.raises(ResultsError, match="somebody else decided about"):
        add_decision(folder, decision("second"), Review())
    assert (folder / "review.json").read_bytes() == before


def test_a_decision_about_work_that_was_graded_again_is_not_written(folder):
    write(folder.parent, evidence(seed=1))
    with pytest.raises(ResultsError, match="was graded again meanwhile"):
        add_decision(folder, decision(), Review())
    assert not (folder / "review.json").exists()


def test_one_decides_at_a_time(folder):
    ended = threading.Event()

    def decide():
        add_decision(folder, decision(), Review())
        ended.set()

    descriptor = os.open(folder, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    thread = threading.Thread(target=decide)
    thread.start()
    assert not ended.wait(0.2)
    assert not (folder / "review.json").exists()
    os.close(descriptor)
    thread.join(10)
    assert ended.is_set()


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b'{"schema": 2}', b'{"x": 1}'])
def test_a_damaged_review_is_named_never_overwritten_and_never_taken_for_none(folder, content):
    (folder / "review.json").write_bytes(content)
    with pytest.raises(ResultsError, match=r"mend review\.json, or move it away") as caught:
        add_decision(folder, decision(), Review())
    assert "\n" not in str(caught.value)
    assert (folder / "review.json").read_bytes() == content
    found = read_results(folder.parent)
    assert found.results == ()
    assert "the review in" in found.damaged[0]


def test_a_full_disk_leaves_the_decisions_as_they_were(folder, monkeypatch):
    known = add_decision(folder, decision("one"), Review())

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ResultsError, match=r"cannot be written \(No space left"):
        add_decision(folder, decision("two"), known)
    assert read_review(folder) == known
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("content", [None, b"{"])
def test_a_new_run_takes_the_decisions_along_as_they_are(folder, content):
    add_decision(folder, decision(), Review())
    if content is not None:
        (folder / "review.json").write_bytes(content)
    before = (folder / "review.json").read_bytes()
    write(folder.parent, evidence(seed=1))
    assert (folder / "review.json").read_bytes() == before
    assert json.loads((folder / "evidence.json").read_text())["seed"] == 1


def test_a_new_run_that_cannot_take_its_place_leaves_the_old_result(folder, monkeypatch):
    add_decision(folder, decision(), Review())
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    real = os.replace

    def second_fails(source, target):
        if target == folder and not str(source).endswith(".old"):
            raise OSError(28, "No space left on device")
        real(source, target)

    monkeypatch.setattr(store.os, "replace", second_fails)
    with pytest.raises(ResultsError, match="No space left"):
        write(folder.parent, evidence(seed=1))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in folder.parent.iterdir()] == ["ada"]


def test_a_damaged_review_hides_nobodys_result_from_being_replaced(tmp_path):
    found = evidence()
    record = found.submission.model_copy(update={"origin": "here"})
    folder = write(tmp_path, found.model_copy(update={"submission": record}))
    (folder / "review.json").write_text("{")
    with pytest.raises(ResultsError, match="holds the result of another submission"):
        require_writable(tmp_path, "ada", "elsewhere")
