"""What a new run replaces, and somebody would miss."""

import os
import shutil
from datetime import UTC, datetime

import pytest
from builders import criterion, evidence, expectation, rubric, run_figures

from grader.checks import CHECKS
from grader.errors import ResultsError
from grader.model.evidence import SubmissionRecord
from grader.model.review import Action, Decision, fingerprint
from grader.model.run import Outcome
from grader.model.submission import Kind
from grader.results import earlier, store
from grader.results.store import Logs, read_result, read_results, update_result, write_result
from grader.scoring import score

FAULT = run_figures(Outcome.FAULT, exit_code=None)


def found_of(origin="here", **changes):
    record = SubmissionRecord(
        student="ada",
        kind=Kind.SCRIPT,
        main="lab.py",
        files=("lab.py",),
        sha256="1" * 64,
        origin=origin,
    )
    return evidence(submission=record, **changes)


def write(out, logs="said", **changes):
    found = found_of(**changes)
    grade = score(found, rubric(criterion("runs")), expectation(), CHECKS)
    return write_result(out, found, grade, {"report.html": "<p>report</p>"}, Logs(logs, "", None))


def decide(folder):
    one = read_result(folder)
    decision = Decision(
        at=datetime(2026, 11, 25, 20, tzinfo=UTC),
        by="Grace",
        action=Action.NOTE,
        note="seen",
        evidence=fingerprint(one.evidence),
    )
    update_result(one, one.evidence, one.grade, {"report.html": "<p>decided</p>"}, decision)


def content(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def seeds(folder):
    """The seed of each result that is kept, which tells one from another."""
    shelf = folder / "earlier"
    kept = sorted(shelf.iterdir(), key=lambda one: int(one.name)) if shelf.is_dir() else []
    return [read_result(one).evidence.seed for one in kept]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"profile": "official"}, {"profile": "practice"}),
        ({"profile": "practice"}, {"profile": "official"}),
        ({"origin": "here"}, {"origin": "elsewhere"}),
        ({}, {"run": FAULT, "measurements": None}),
    ],
    ids=["practice", "official", "from another place", "our failure"],
)
def test_what_would_be_missed_is_kept_whole(tmp_path, before, after):
    folder = write(tmp_path, **before)
    old = content(folder)
    write(tmp_path, "new", **after)
    assert (folder / "stdout.txt").read_text() == "new"
    assert content(folder / "earlier/1") == old


def test_what_a_person_decided_about_is_kept_with_the_decision(tmp_path):
    folder = write(tmp_path)
    decide(folder)
    old = content(folder)
    write(tmp_path, seed=1)
    assert content(folder / "earlier/1") == old
    assert read_result(folder / "earlier/1").review == read_result(folder).review


def test_a_decision_about_earlier_work_keeps_nothing_more(tmp_path):
    folder = write(tmp_path)
    decide(folder)
    for seed in (1, 2):
        write(tmp_path, seed=seed)
    assert seeds(folder) == [0]


@pytest.mark.parametrize(
    ("before", "after"),
    [({}, {}), ({"run": FAULT}, {}), ({"run": FAULT}, {"run": FAULT})],
    ids=["again", "a run after a failure of ours", "two failures"],
)
def test_nothing_else_is_kept(tmp_path, before, after):
    folder = write(tmp_path, **before)
    write(tmp_path, seed=1, **after)
    assert not (folder / "earlier").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["ada"]


@pytest.mark.parametrize("name", ["evidence.json", "review.json"])
def test_what_cannot_be_read_is_kept(tmp_path, name):
    folder = write(tmp_path)
    (folder / name).write_text("{")
    write(tmp_path, seed=1)
    assert (folder / "earlier/1" / name).read_text() == "{"
    assert (folder / "earlier/1/stdout.txt").read_text() == "said"


def test_all_are_kept_in_their_order_and_none_inside_another(tmp_path):
    folder = write(tmp_path)
    for seed, profile in ((1, "official"), (2, "practice"), (3, "practice"), (4, "official")):
        write(tmp_path, seed=seed, profile=profile)
    assert seeds(folder) == [0, 1, 3]
    assert not list(folder.glob("earlier/*/earlier"))


def test_what_people_put_beside_them_is_taken_along(tmp_path):
    folder = write(tmp_path)
    write(tmp_path, seed=1, profile="official")
    (folder / "earlier/notes.txt").write_text("mine")
    (folder / "earlier/1").rename(folder / "earlier/first")
    write(tmp_path, seed=2, profile="practice")
    names = sorted(path.name for path in (folder / "earlier").iterdir())
    assert names == ["1", "first", "notes.txt"]
    assert read_result(folder / "earlier/1").evidence.seed == 1
    assert read_result(folder / "earlier/first").evidence.seed == 0


def test_earlier_results_are_nobodys_until_they_are_named(tmp_path):
    folder = write(tmp_path)
    write(tmp_path, seed=1, profile="official")
    for place in (tmp_path, folder):
        assert [one.evidence.seed for one in read_results(place).results] == [1]
    assert [one.evidence.seed for one in read_results(folder / "earlier").results] == [0]
    for name in ("evidence.json", "grade.json"):
        (folder / name).unlink()
    with pytest.raises(ResultsError, match="holds no results"):
        read_results(folder)


def test_a_disk_without_links_keeps_copies(tmp_path, monkeypatch):
    def fail(*_, **__):
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(earlier.os, "link", fail)
    folder = write(tmp_path)
    old = content(folder)
    write(tmp_path, seed=1, profile="official")
    write(tmp_path, seed=2, profile="practice")
    assert content(folder / "earlier/1") == old
    assert seeds(folder) == [0, 1]


def test_nothing_is_lost_whenever_the_grader_is_killed(tmp_path, monkeypatch):
    folder = write(tmp_path / "out")
    write(tmp_path / "out", seed=1, profile="official")
    moments, real = [], os.replace

    def remember():
        moments.append(tmp_path / f"moment-{len(moments)}")
        shutil.copytree(tmp_path / "out", moments[-1])

    def replace(source, target):
        remember()
        real(source, target)
        remember()

    monkeypatch.setattr(store.os, "replace", replace)
    write(tmp_path / "out", seed=2, profile="practice")
    assert seeds(folder) == [0, 1]
    assert len(moments) == 4
    for moment in moments:
        whole = moment / "ada"
        if not whole.exists():  # between two renames: what was there lies beside it
            (whole,) = moment.glob(".ada.*.old")
        assert [*seeds(whole), read_result(whole).evidence.seed] in ([0, 1], [0, 1, 2])


def test_a_write_that_fails_leaves_the_old_result_and_what_it_kept(tmp_path, monkeypatch):
    folder = write(tmp_path)
    write(tmp_path, seed=1, profile="official")
    before, real = content(folder), os.replace

    def second_fails(source, target):
        if target == folder and not str(source).endswith(".old"):
            raise OSError(28, "No space left on device")
        real(source, target)

    monkeypatch.setattr(store.os, "replace", second_fails)
    with pytest.raises(ResultsError, match="No space left"):
        write(tmp_path, seed=2, profile="practice")
    assert content(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["ada"]
