"""What a kill left half done among results is put right, and nobody else's folder is touched."""

import errno
import fcntl
import os
from datetime import UTC, datetime

import pytest
from builders import criterion, evidence, expectation, rubric

from grader.checks import CHECKS
from grader.errors import ResultsError
from grader.model.review import Action, Decision, fingerprint
from grader.results import interrupted
from grader.results.interrupted import restore
from grader.results.reviews import alone_in
from grader.results.store import (
    Logs,
    read_result,
    read_results,
    require_place,
    require_writable,
    update_result,
    write_result,
)
from grader.scoring import score


@pytest.fixture
def out(tmp_path, monkeypatch):
    """A folder of results, as if everything in it were a day old."""
    monkeypatch.setattr(interrupted.time, "time", lambda: os.stat(tmp_path).st_ctime + 86_400)
    return tmp_path


def made(out, name, text="{}"):
    (out / name).mkdir()
    (out / name / "evidence.json").write_text(text)
    return out / name


def test_an_old_result_that_nothing_replaced_comes_back(out):
    made(out, ".ada.ab_12cd3.old", "kept")
    restore(out)
    assert [path.name for path in out.iterdir()] == ["ada"]
    assert (out / "ada/evidence.json").read_text() == "kept"


def test_what_was_replaced_or_never_put_in_place_goes(out):
    made(out, "ada", "new")
    made(out, ".ada.ab_12cd3.old")
    made(out, ".bob.ab_12cd3")
    restore(out)
    assert [path.name for path in out.iterdir()] == ["ada"]
    assert (out / "ada/evidence.json").read_text() == "new"


def test_other_hidden_folders_and_files_stay(out):
    (out / ".local.settings").mkdir()
    (out / ".batch").write_text("")
    made(out, ".ada.old")
    names = sorted(path.name for path in out.iterdir())
    restore(out)
    assert sorted(path.name for path in out.iterdir()) == names


def test_what_somebody_is_just_doing_is_left_alone(out, monkeypatch):
    old = made(out, ".ada.ab_12cd3.old")
    made(out, ".bob.ab_12cd3")
    monkeypatch.setattr(interrupted.time, "time", lambda: os.stat(out).st_ctime)
    with alone_in(old):
        restore(out)
    assert len(list(out.iterdir())) == 2
    restore(out)
    assert sorted(path.name for path in out.iterdir()) == [".bob.ab_12cd3", "ada"]


def test_a_result_that_was_just_replaced_comes_back_with_what_people_decided(out):
    old = made(out, ".ada.ab_12cd3.old")
    (old / "review.json").write_text("a decision")
    restore(out)
    assert (out / "ada" / "review.json").read_text() == "a decision"


def write(out, **changes):
    found = evidence(**changes)
    grade = score(found, rubric(criterion("runs")), expectation(), CHECKS)
    return write_result(out, found, grade, {"report.html": "<p>report</p>"}, Logs("", "", None))


def decide(folder, note="seen"):
    one = read_result(folder)
    decision = Decision(
        at=datetime(2026, 11, 25, 20, tzinfo=UTC),
        by="Grace",
        action=Action.NOTE,
        note=note,
        evidence=fingerprint(one.evidence),
    )
    update_result(one, one.evidence, one.grade, {"report.html": "<p>decided</p>"}, decision)


def killed(folder):
    """What is left of a result whose replacement was killed between the two renames."""
    return folder.rename(folder.with_name(f".{folder.name}.ab_12cd3.old"))


def notes(folder):
    return [one.note for one in read_result(folder).review.decisions]


def seeds(folder):
    """The seed of each result that is kept, which tells one from another."""
    kept = sorted(folder.glob("earlier/*"))
    assert [path.name for path in kept] == [str(1 + i) for i in range(len(kept))]
    return [read_result(one).evidence.seed for one in kept]


@pytest.fixture
def ada(tmp_path):
    """A result that somebody decided about."""
    folder = write(tmp_path / "out")
    decide(folder)
    return folder


@pytest.mark.parametrize("named", ["its folder", "the student's", "from inside"])
def test_who_reads_results_finds_the_one_whose_replacement_was_killed(ada, named, monkeypatch):
    bob = ada.parent / "bob"
    write(ada.parent / "new").rename(bob)
    killed(ada)
    if named == "from inside":
        monkeypatch.chdir(ada.parent)
        place = ada.relative_to(ada.parent)
    else:
        place = ada.parent if named == "its folder" else ada
    found = read_results(place)
    assert "ada" in [one.folder.name for one in found.results]
    assert notes(ada) == ["seen"]
    assert not list(ada.parent.glob(".*"))


def test_who_reads_one_students_result_touches_nobody_elses(ada):
    write(ada.parent / "new").rename(ada.parent / "bob")
    old = killed(ada)
    assert len(read_results(ada.parent / "bob").results) == 1
    assert old.is_dir()


@pytest.mark.parametrize("ask", [require_place, lambda out: require_writable(out, "ada")])
def test_who_is_about_to_write_finds_it_too(ada, ask):
    killed(ada)
    ask(ada.parent)
    write(ada.parent, seed=1)
    assert (seeds(ada), notes(ada), notes(ada / "earlier/1")) == ([0], ["seen"], ["seen"])


def test_the_result_of_another_submission_is_found_before_it_is_replaced(ada):
    found = evidence()
    record = found.submission.model_copy(update={"origin": "here"})
    write(ada.parent, submission=record)
    killed(ada)
    with pytest.raises(ResultsError, match="holds the result of another submission"):
        require_writable(ada.parent, "ada", "elsewhere")


@pytest.mark.parametrize("again", [restore, read_results])
def test_what_took_its_place_meanwhile_gets_its_decisions_and_keeps_it(ada, again):
    before = (ada / "report.html").read_bytes()
    killed(ada)
    write(ada.parent, seed=1)
    for _ in range(2):
        again(ada.parent)
        assert [path.name for path in ada.parent.iterdir()] == ["ada"]
        assert (read_result(ada).evidence.seed, seeds(ada), notes(ada)) == (1, [0], ["seen"])
        assert (ada / "earlier/1/report.html").read_bytes() == before


def test_decisions_about_both_stay_the_older_first(ada):
    killed(ada)
    write(ada.parent, seed=1)
    decide(ada, "another")
    restore(ada.parent)
    assert (notes(ada), notes(ada / "earlier/1")) == (["seen", "another"], ["seen"])


@pytest.mark.parametrize("damaged", ["old", "new"])
def test_a_review_that_cannot_be_read_is_lost_in_neither(ada, damaged):
    old = killed(ada)
    decide(write(ada.parent, seed=1), "another")
    ((old if damaged == "old" else ada) / "review.json").write_text("{")
    restore(ada.parent)
    if damaged == "old":
        assert (ada / "earlier/1/review.json").read_text() == "{"
        assert notes(ada) == ["another"]
    else:
        assert (ada / "review.json").read_text() == "{"
        assert notes(old) == ["seen"]


def test_what_both_keep_is_in_one_row_the_newest_last(ada):
    write(ada.parent, seed=1, profile="practice")
    (ada / "earlier/notes.txt").write_text("of the old one")
    decide(ada, "another")
    killed(ada)
    for seed, profile in ((2, "official"), (3, "practice"), (4, "official")):
        write(ada.parent, seed=seed, profile=profile)
    (ada / "earlier/notes.txt").write_text("of the new one")
    restore(ada.parent)
    assert (ada / "earlier/notes.txt").read_text() == "of the new one"
    (ada / "earlier/notes.txt").unlink()
    assert (ada / "earlier/notes.txt~").read_text() == "of the old one"
    (ada / "earlier/notes.txt~").unlink()
    assert seeds(ada) == [0, 1, 2, 3]
    assert not list(ada.glob("earlier/*/earlier"))
    assert not list(ada.parent.glob(".*"))


def test_what_was_replaced_to_the_end_is_not_kept_twice(ada, monkeypatch):
    with monkeypatch.context() as killing:
        killing.setattr("grader.results.store.shutil.rmtree", lambda *_, **__: None)
        write(ada.parent, seed=1)
        write(ada.parent, seed=2, profile="official")
    assert len(list(ada.parent.glob(".*.old"))) == 2
    restore(ada.parent)
    assert (seeds(ada), notes(ada)) == ([0, 1], ["seen"])
    assert [path.name for path in ada.parent.iterdir()] == ["ada"]


def test_what_nobody_would_miss_goes_but_not_what_it_keeps(tmp_path):
    folder = write(tmp_path, profile="practice")
    write(tmp_path, seed=1, profile="official")
    killed(folder)
    write(tmp_path, seed=2, profile="official")
    restore(tmp_path)
    assert (read_result(folder).evidence.seed, seeds(folder)) == (2, [0])


def test_a_kill_while_it_is_brought_back_loses_nothing(ada, monkeypatch):
    write(ada.parent, seed=1, profile="practice")
    decide(ada, "another")
    killed(ada)
    write(ada.parent, seed=2)
    real, left = type(ada).rename, iter(range(1))

    def rename(path, target):
        if next(left, None) is None:
            raise OSError(28, "killed")
        return real(path, target)

    with monkeypatch.context() as killing:
        killing.setattr(type(ada), "rename", rename)
        restore(ada.parent)
    assert list(ada.parent.glob(".*.old"))
    restore(ada.parent)
    assert sorted(seeds(ada)) == [0, 1]
    assert notes(ada) == ["seen", "another"]
    assert [path.name for path in ada.parent.iterdir()] == ["ada"]


def test_something_else_in_its_place_is_left_alone_and_so_is_the_old_one(ada):
    old = killed(ada)
    ada.mkdir()
    (ada / "lab.py").write_text("work")
    restore(ada.parent)
    assert ([path.name for path in ada.iterdir()], notes(old)) == (["lab.py"], ["seen"])


@pytest.mark.parametrize("held", ["old", "new"])
def test_who_reads_leaves_alone_what_another_grader_is_at(ada, held):
    old = killed(ada)
    write(ada.parent, seed=1)
    with alone_in(old if held == "old" else ada):
        assert [one.evidence.seed for one in read_results(ada.parent).results] == [1]
    assert (notes(old), notes(ada)) == (["seen"], [])


def test_a_folder_that_may_only_be_read_is_read(ada, monkeypatch):
    bob = ada.parent / "bob"
    write(ada.parent / "new").rename(bob)
    old = killed(ada)

    def readonly(*_):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(os, "replace", readonly)
    assert [one.folder for one in read_results(ada.parent).results] == [bob]
    assert notes(old) == ["seen"]


def test_where_there_are_no_locks_only_time_tells_that_nobody_is_at_it(ada, monkeypatch):
    def none(*_):
        raise OSError(errno.ENOTSUP, "no")

    old = killed(ada)
    monkeypatch.setattr(fcntl, "flock", none)
    restore(ada.parent)
    assert old.is_dir()
    monkeypatch.setattr(interrupted.time, "time", lambda: os.stat(old).st_ctime + 86_400)
    restore(ada.parent)
    assert notes(ada) == ["seen"]


def test_who_reads_removes_nothing_hidden(out):
    write(out)
    made(out, ".ada.20251101")
    read_results(out)
    assert (out / ".ada.20251101").is_dir()
