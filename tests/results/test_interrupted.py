"""What a kill left half done among results is put right, and nobody else's folder is touched."""

import os

import pytest

from grader.results import interrupted
from grader.results.interrupted import restore
from grader.results.reviews import alone_in


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
