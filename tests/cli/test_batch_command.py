"""``grader batch`` as an instructor has it; submissions are played, or an engine is."""

import csv
import json
import os
import shutil
from datetime import datetime

import pytest
import yaml
from classes import InProcess, lost, refused, state
from data_files import write_mnist
from endings import mistake
from fakes import TRAIN, VALID, Actors, use

from grader.batch import engines, path
from grader.batch.picture import refresh_picture
from grader.batch.place import only_batch
from grader.cli import batch as command
from grader.errors import Fault
from grader.results import store
from grader.results.store import read_result

OUT = "results/lab1"


@pytest.fixture
def actors():
    return Actors()


@pytest.fixture
def engine(monkeypatch, actors):
    """Grades in this process with actors, where a test gives no other answers."""
    use(monkeypatch, actors)
    played = InProcess()
    for place in (path, engines):  # whichever of them makes the engine
        monkeypatch.setattr(place, "Local", played, raising=False)
    return played


@pytest.fixture
def folder(here):
    """A class of three."""
    write_mnist(here / "data", TRAIN, VALID)
    (here / "class").mkdir()
    for name in ("ada", "bob", "cy"):
        (here / f"class/{name}.py").write_text(f"x = {name!r}\n")
    return here / "class"


@pytest.fixture
def batch(grader, folder, engine):
    """Grade the class on the CPU."""
    return lambda *options: grader("batch", "lab1", "class", "--device", "cpu", *options)


def roll_in(here):
    return json.loads((here / OUT / "class.json").read_text())


def book_in(here):
    with (here / OUT / "gradebook.csv").open(newline="", encoding="utf-8-sig") as stream:
        return list(csv.DictReader(stream))


def test_a_class_is_graded_and_shown_as_a_whole(batch, here, engine):
    code, out, err = batch()
    assert (code, err) == (0, "")
    assert sorted(engine.students) == ["ada", "bob", "cy"]
    for student in engine.students:
        assert read_result(here / OUT / student).grade.student == student
        assert (here / OUT / student / "report.html").is_file()
    assert len(book_in(here)) == 3
    assert out.splitlines()[-3:] == [
        "3 graded, 0 unchanged since they were graded",
        f"class: {OUT}/index.html",
        f"gradebook: {OUT}/gradebook.csv",
    ]


def test_the_same_again_runs_nothing_and_touches_no_result(batch, here, engine, actors):
    batch()
    results = [here / OUT / name for name in ("ada", "bob", "cy")]
    before, jobs = [state(one) for one in results], len(actors.jobs)
    code, out, _ = batch()
    assert (code, engine.students, len(actors.jobs)) == (0, [], jobs)
    assert [state(one) for one in results] == before
    assert "0 graded, 3 unchanged since they were graded\n" in out


def test_only_what_changed_is_run_again(batch, folder, engine):
    batch()
    (folder / "bob.py").write_text("x = 2\n")
    (folder / "dan.py").write_text("x = 3\n")
    _, out, _ = batch()
    assert sorted(engine.students) == ["bob", "dan"]
    assert "2 graded, 2 unchanged" in out


def test_a_damaged_result_is_made_again_and_the_old_one_kept(batch, here, engine):
    batch()
    (here / OUT / "ada/evidence.json").write_text("{")
    batch()
    assert engine.students == ["ada"]
    assert (here / OUT / "ada/earlier/1/evidence.json").read_text() == "{"
    assert read_result(here / OUT / "ada").grade is not None


def test_another_rubric_judges_again_and_runs_nothing(grader, here, folder, course, engine):
    baselines = course / "rubrics/baselines"
    shutil.copy(baselines / "lab9.practice.json", baselines / "lab9.official.json")
    options = ("batch", "lab9", "class", "--course", course, "--device", "cpu")
    assert grader(*options)[0] == 0
    rules = yaml.safe_load((course / "rubrics/lab9.yaml").read_text())
    rules["criteria"][0]["points"] = 40
    (course / "rubrics/lab9.yaml").write_text(yaml.safe_dump(rules))
    code, out, _ = grader(*options)
    assert (code, engine.students) == (0, [])
    assert "ada: 10 of 10 → 40 of 40" in out
    assert "0 graded, 3 unchanged since they were graded, 3 of them rewritten by the rubric" in out
    assert read_result(here / "results/lab9/ada").grade.score == 40


@pytest.mark.parametrize("name", ["nothing-there", "empty"])
def test_a_class_that_is_not_there_is_the_callers_to_find(grader, here, folder, engine, name):
    (here / "empty").mkdir()
    said = mistake(grader("batch", "lab1", name, "--device", "cpu"))
    assert name in said


@pytest.mark.parametrize("words", [("--due", "soon"), ("--workers", "0"), ("--layout", "heap")])
def test_what_cannot_be_understood_is_said_before_anything_runs(batch, engine, words):
    code, _, err = batch(*words)
    assert (code, engine.students) == (2, [])
    assert words[0] in err


def test_without_walls_nothing_is_graded_unless_asked_for(batch, engine, monkeypatch):
    use(monkeypatch, Actors(level=0))
    said = mistake(batch())
    assert "batch needs isolation level 2 or above" in said
    assert "--isolation 0 added to the command" in said
    assert engine.students == []
    assert batch("--isolation", 0)[0] == 0
    assert len(engine.students) == 3


def test_who_grades_may_fall_back_to_no_weaker_walls(batch, engine):
    batch()
    assert engine.request.isolation == 3


def test_each_slot_has_one_thread_unless_said_otherwise(batch, engine):
    batch()
    assert engine.request.threads == 1
    batch("--threads", 2, "--workers", 5)
    assert (engine.request.threads, engine.devices) == (2, ("cpu",) * 5)


def test_what_is_lost_for_our_reasons_is_said_and_graded_the_next_time(batch, here, engine):
    engine.answers["bob"] = [lost, lost]
    code, out, _ = batch()
    assert code == 3
    assert "not graded: bob (bob.py): the process that graded it ended by signal 9; give" in out
    assert "2 graded" in out
    assert [one["student"] for one in roll_in(here)["entries"]] == ["ada", "cy"]
    assert [one["student"] for one in roll_in(here)["left"]] == ["bob"]
    code, out, _ = batch()
    assert (code, engine.students) == (0, ["bob"])
    assert roll_in(here)["left"] == []


def test_what_there_is_nothing_to_grade_of_is_said_and_no_failure_of_ours(batch, engine):
    engine.answers["bob"] = [refused]
    code, out, _ = batch()
    assert code == 0
    assert "not graded: bob (bob.py): it cannot be opened" in out


def test_who_is_not_on_the_roster_is_graded_and_who_is_missing_named(batch, here, folder, engine):
    (here / "roster.csv").write_text("student,name\nada,Ada\ncy,Cy\nzoe,Zoe\n")
    (folder / "ada.ipynb").write_text("{}")
    code, out, _ = batch("--roster", "roster.csv")
    assert code == 0
    assert "not on the roster, graded all the same: bob.py\n" in out
    assert "1 handed nothing in: zoe\n" in out
    twice = [line for line in out.splitlines() if line.startswith("not graded: ada (ada.")]
    assert len(twice) == 2
    assert sorted(engine.students) == ["bob", "cy"]


def test_a_roster_that_is_not_there_is_said(batch, engine):
    assert "roster.csv" in mistake(batch("--roster", "roster.csv"))


def test_who_was_late_is_counted(grader, here, folder, engine):
    for name, time in (("ada", "2026-11-20 10:00:00"), ("bob", "2026-11-22 10:00:00")):
        place = here / "course/submitted" / name / "lab1"
        place.mkdir(parents=True)
        (place / "lab1.py").write_text("x = 1\n")
        (place / "timestamp.txt").write_text(f"{time} UTC")
    _, out, _ = grader(
        "batch", "lab1", "course", "--device", "cpu", "--due", "2026-11-21T12:00:00+0000"
    )
    assert "2 graded, 0 unchanged since they were graded, 1 late\n" in out
    late = {one["student"]: one["late_s"] for one in roll_in(here)["entries"]}
    assert late == {"ada": None, "bob": 22 * 3600}


def test_a_second_batch_in_the_same_place_is_refused(batch, here, engine):
    (here / OUT).mkdir(parents=True)
    with only_batch(here / OUT):
        assert "another batch is writing to results/lab1" in mistake(batch())
    assert engine.students == []


def interrupt(work):
    raise KeyboardInterrupt


def test_an_interrupted_class_goes_on_where_it_was(batch, here, engine):
    engine.answers["bob"] = [interrupt]
    code, _, err = batch("--workers", 1)
    assert (code, err) == (130, "Interrupted.\n")
    assert not engine.is_open
    assert (here / OUT / "index.html").is_file()
    assert [one["student"] for one in roll_in(here)["entries"]] == ["ada", "bob", "cy"]
    before = state(here / OUT / "ada")
    code, out, _ = batch()
    assert (code, engine.students) == (0, ["bob", "cy"])
    assert "2 graded, 1 unchanged" in out
    assert state(here / OUT / "ada") == before


def test_an_earlier_grade_does_not_stand_for_newer_work(batch, here, folder, engine):
    assert batch()[0] == 0
    (folder / "bob.py").write_text("x = 'newer'\n")
    engine.answers["bob"] = [interrupt]
    assert batch()[0] == 130
    rows = {row["student"]: row for row in book_in(here)}
    assert (rows["ada"]["status"], rows["bob"]["status"]) == ("graded", "not graded")
    assert "is newer than its result" in rows["bob"]["reasons"]
    assert (here / OUT / "bob/grade.json").is_file()
    assert batch()[0] == 0
    assert {row["student"]: row["status"] for row in book_in(here)}["bob"] == "graded"


def test_while_newer_work_runs_nobody_sees_the_earlier_grade(batch, here, folder, engine):
    assert batch()[0] == 0
    (folder / "bob.py").write_text("x = 'newer'\n")
    seen = []

    def look(work):
        refresh_picture(here / OUT, None)
        seen.extend(row["status"] for row in book_in(here) if row["student"] == "bob")
        raise KeyboardInterrupt

    engine.answers["bob"] = [look]
    assert batch()[0] == 130
    assert seen == ["not graded"]


def test_work_that_was_graded_by_itself_since_then_is_shown(batch, grader, here, folder, engine):
    assert batch()[0] == 0
    (here / "bob.py").write_text("x = 'by itself'\n")
    again = ("check", "lab1", "bob.py", "--student", "bob", "--out", OUT, "--device", "cpu")
    assert grader(*again)[0] in (0, 1)
    assert grader("report", OUT)[0] == 0
    assert {row["student"]: row["status"] for row in book_in(here)}["bob"] == "graded"


@pytest.mark.parametrize("where", ["rewrite", "judged_again"])
def test_a_result_that_cannot_be_judged_again_stops_nobody_elses(
    batch, grader, here, folder, engine, monkeypatch, where
):
    assert batch()[0] == 0
    usual = getattr(path, where)

    def broken(known, *more):
        if known.folder.name == "bob":
            raise ZeroDivisionError("planned")
        return usual(known, *more)

    monkeypatch.setattr(path, where, broken)
    (folder / "eve.py").write_text("x = 'eve'\n")
    code, out, _ = batch()
    assert code == 3
    assert "bob could not be judged again" in out
    assert "1 graded, 3 unchanged" in out


def test_results_among_the_submissions_are_refused(batch, folder, engine):
    code, _, err = batch("--out", "class")
    assert (code, engine.students) == (2, [])
    assert "results would lie among the submissions" in err


def test_a_due_day_lasts_until_its_end():
    assert command._when("2026-11-20") == datetime(2026, 11, 20, 23, 59, 59)
    assert command._when("2026-11-20T12:00") == datetime(2026, 11, 20, 12)


def test_a_full_disk_is_said_in_one_sentence_and_costs_no_result(batch, here, engine, monkeypatch):
    usual = store._write_folder

    def full(target, *more, **options):
        if target.name == "bob":
            raise OSError(28, "No space left on device")
        usual(target, *more, **options)

    with monkeypatch.context() as patch:
        patch.setattr(store, "_write_folder", full)
        code, _, err = batch("--workers", 1)
    assert code == 2
    assert err.startswith("error: the results cannot be written to results/lab1/bob (No space")
    assert err.count("\n") == 1
    assert os.listdir(here / OUT).count("ada") == 1
    assert batch()[0] == 0


def test_a_failure_of_ours_ends_with_a_sentence_and_the_picture_so_far(batch, here, engine):
    def broken(work):
        raise Fault("no process can be started that grades: it ended with code 1")

    engine.answers["bob"] = [broken]
    code, _, err = batch("--workers", 1)
    assert code == 3
    assert err == (
        "fault: no process can be started that grades: it ended with code 1. This is the grader's "
        "own failure.\n"
    )
    assert (here / OUT / "index.html").is_file()


def test_a_strange_file_name_gives_no_order_to_the_terminal(batch, folder, engine):
    (folder / "e\x1b[31mve\r.txt").write_text("x")
    code, out, _ = batch()
    assert code == 0
    assert "\x1b" not in out
    assert "\r" not in out
