"""What a machine of a cluster says of itself, and how it grades."""

import sys
import tempfile
import time
from dataclasses import replace

import pytest
from fakes import use

from grader.batch.engines.node import PREFIX, Facts, Place, difference, facts_of, look
from grader.batch.parcel import pack, pack_course
from grader.batch.work import Graded, Heard, RunAgain, Work
from grader.course import find_course
from grader.data.practice import PracticeSize
from grader.pipeline import Request, prepare
from grader.sandbox.plain import Plain

REQUEST = Request(
    "lab1",
    practice=True,
    practice_size=PracticeSize.TINY,
    device="cpu",
    isolation=0,
    threads=1,
    reruns=0,
)
HERE = Facts(3, "data", "code", {"torch": "2.15", "numpy": "2.4"})
LONGEST_S = 240


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """Temporary files and the cache have a place of their own; imports stay as they are."""
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    monkeypatch.setenv("GRADER_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(sys, "path", list(sys.path))
    return tmp_path


@pytest.fixture(scope="module")
def course():
    return pack_course(find_course(None), None)


def left(folder):
    return [one.name for one in folder.iterdir() if one.name.startswith(PREFIX)]


def test_a_machine_like_this_one_gives_the_same_results(course, here):
    there = look(REQUEST, course)
    assert isinstance(there, Facts)
    assert difference(facts_of(prepare(REQUEST)), there) is None
    assert left(here) == []


def test_a_machine_without_the_data_says_so(course, tmp_path):
    request = replace(REQUEST, practice=False, data=tmp_path / "nothing")
    assert "there is no MNIST data" in str(look(request, course))


def test_a_machine_without_walls_says_so(course, monkeypatch):
    use(monkeypatch, Plain())
    assert "needs isolation level 2" in str(look(replace(REQUEST, isolation=None), course))


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (replace(HERE, versions={"torch": "2.14", "numpy": "2.4"}), "torch 2.14, and here it is"),
        (replace(HERE, versions={"torch": "2.15"}), "numpy missing, and here"),
        (replace(HERE, measuring="other"), "measures otherwise"),
        (replace(HERE, data="other"), "its data is other"),
        (replace(HERE, level=2, gpu_mb=80_000.0), None),
    ],
)
def test_what_would_give_other_results_is_named(other, said):
    found = difference(HERE, other)
    assert found is None if said is None else said in str(found)


def test_imports_come_from_where_python_itself_finds_them(course, tmp_path):
    sys.path.insert(0, str(tmp_path))
    look(REQUEST, course)
    assert str(tmp_path) not in sys.path


def grade(place, work):
    """Everything heard of it until its end."""
    told, parcel = pack(work)
    heard = list(place.grade(told, parcel, 0.5))
    until = time.monotonic() + LONGEST_S
    while all(isinstance(event, Heard | RunAgain) for event in heard):
        assert time.monotonic() < until
        heard += place.events(0.5)
    return heard


@pytest.mark.training
def test_a_place_grades_one_after_another_and_leaves_nothing_behind(course, here):
    place = Place(REQUEST, course, 1000)
    for student in ("ada", "bob"):
        path = here / f"{student}.py"
        path.write_text(f"raise ValueError('by {student}')\n")
        (*_, last) = grade(place, Work(student, path, origin="known"))
        assert isinstance(last, Graded)
        assert f"by {student}".encode() in last.files["stderr.txt"]
        assert b'"origin": "known"' in last.files["evidence.json"]
    place.stop()
    assert left(here) == []
