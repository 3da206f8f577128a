"""The loop that grades a class, with an engine that is played."""

import errno

import pytest
from builders import run_figures
from classes import Played, Remembering, evidence_of, graded, lost, refused, works

from grader.batch.grading import Grading
from grader.batch.work import Heard, RunAgain
from grader.errors import ResultsError
from grader.intake.wire import ProgressLine
from grader.results import store
from grader.results.store import read_result, read_results

FAILED = run_figures(outcome="fault")


@pytest.fixture
def watcher():
    return Remembering()


def grade(engine, out, watcher, *students):
    grading = Grading(works(*students), engine, out, watcher)
    grading.run()
    return grading


def test_work_is_begun_in_its_order_and_every_result_is_kept(tmp_path, watcher):
    engine = Played()
    grading = grade(engine, tmp_path, watcher, "cy", "ada", "bob")
    assert engine.students == ["cy", "ada", "bob"]
    assert (grading.kept, grading.not_graded, grading.lost) == (3, {}, set())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ada", "bob", "cy"]
    assert watcher.of("ada") == ["begun", "graded"]
    assert not engine.is_open


def test_a_class_without_work_is_done_at_once(tmp_path, watcher):
    assert grade(Played(), tmp_path, watcher).kept == 0
    assert watcher.said == []


def test_as_many_run_side_by_side_as_there_is_room_for(tmp_path, watcher):
    engine = Played(slots=2)
    grade(engine, tmp_path, watcher, "ada", "bob", "cy", "dan")
    assert [beside for _, beside in engine.begun] == [(), ("ada",), ("bob",), ("cy",)]


@pytest.mark.parametrize("first", [lost, graded(crowded=True)], ids=["lost", "crowded"])
def test_what_failed_for_our_reasons_is_tried_again_alone_and_last(tmp_path, watcher, first):
    engine = Played({"ada": [first, graded(seed=7)]}, slots=3)
    grading = grade(engine, tmp_path, watcher, "ada", "bob", "cy", "dan")
    assert engine.students == ["ada", "bob", "cy", "dan", "ada"]
    again, beside = engine.begun[-1]
    assert (again.alone, again.tries, beside) == (True, 1, ())
    assert watcher.of("ada") == ["begun", "put off", "begun", "graded"]
    assert (grading.kept, grading.not_graded, grading.lost) == (4, {}, set())
    assert read_result(tmp_path / "ada").evidence.seed == 7


def test_several_that_are_tried_again_never_run_beside_each_other(tmp_path, watcher):
    engine = Played({name: [lost] for name in ("ada", "bob", "cy")}, slots=3)
    grade(engine, tmp_path, watcher, "ada", "bob", "cy")
    assert [beside for work, beside in engine.begun if work.alone] == [(), (), ()]


def test_what_is_lost_twice_is_listed_with_what_to_do(tmp_path, watcher):
    engine = Played({"ada": [lost, lost]})
    grading = grade(engine, tmp_path, watcher, "ada", "bob")
    assert engine.students == ["ada", "bob", "ada"]
    assert grading.lost == {"ada"}
    assert grading.not_graded == {
        "ada": "the process that graded it ended by signal 9; give the same command again to "
        "grade it"
    }
    assert watcher.of("ada") == ["begun", "put off", "begun", "not graded"]
    assert [path.name for path in tmp_path.iterdir()] == ["bob"]


def test_a_crowded_result_is_kept_the_second_time(tmp_path, watcher):
    crowded = graded(crowded=True)
    grading = grade(Played({"ada": [crowded, crowded]}), tmp_path, watcher, "ada")
    assert (grading.kept, grading.lost) == (1, set())
    assert watcher.of("ada") == ["begun", "put off", "begun", "graded"]


@pytest.mark.parametrize("second", [lost, refused], ids=["lost", "refused"])
def test_a_crowded_result_counts_where_the_second_try_comes_to_nothing(tmp_path, watcher, second):
    first = graded(crowded=True, seed=7)
    grading = grade(Played({"ada": [first, second]}), tmp_path, watcher, "ada")
    assert (grading.kept, grading.not_graded) == (1, {})
    assert grading.lost == ({"ada"} if second is lost else set())
    assert [one[0] for one in watcher.said] == ["begun", "put off", "begun", "noted", "graded"]
    assert read_result(tmp_path / "ada").evidence.seed == 7


def test_a_failure_of_ours_does_not_take_the_place_of_a_crowded_result(tmp_path, watcher):
    first, second = graded(crowded=True, seed=7), graded(run=FAILED, seed=8)
    grading = grade(Played({"ada": [first, second]}), tmp_path, watcher, "ada")
    assert read_result(tmp_path / "ada").evidence.seed == 7
    assert grading.kept == 1


def test_a_failure_of_ours_in_another_attempt_is_ours_as_well(tmp_path, watcher):
    other = evidence_of("ada", run=FAILED, attempt=1)
    engine = Played({"ada": [graded(others=(other,))]})
    assert grade(engine, tmp_path, watcher, "ada").lost == {"ada"}


def test_what_there_is_nothing_to_grade_of_is_listed_and_not_tried_again(tmp_path, watcher):
    engine = Played({"ada": [refused]})
    grading = grade(engine, tmp_path, watcher, "ada")
    assert engine.students == ["ada"]
    assert grading.not_graded == {"ada": "it cannot be opened: ask for it again"}
    assert grading.lost == set()
    assert list(tmp_path.iterdir()) == []


def test_what_is_heard_on_the_way_is_passed_on(tmp_path, watcher):
    line = ProgressLine(training=True, epoch=1)
    steps = lambda work: [Heard("ada", line), RunAgain("ada", 1), *graded()(work)]  # noqa: E731
    grade(Played({"ada": [steps]}), tmp_path, watcher, "ada")
    assert watcher.said[1:3] == [("heard", "ada", line), ("again", "ada", 1)]
    assert watcher.of("ada") == ["begun", "heard", "again", "graded"]


def test_a_result_is_there_the_moment_it_arrives(tmp_path, watcher):
    def look_first(work):
        assert read_result(tmp_path / "ada").grade is not None
        return graded()(work)

    grade(Played({"bob": [look_first]}), tmp_path, watcher, "ada", "bob")
    assert len(read_results(tmp_path).results) == 2


def test_no_result_is_written_twice(tmp_path, watcher, monkeypatch):
    written, usual = [], store._write_folder
    monkeypatch.setattr(
        store,
        "_write_folder",
        lambda target, *more, **options: (
            written.append(target.name) or usual(target, *more, **options)
        ),
    )
    engine = Played({"ada": [graded(crowded=True)], "bob": [lost]}, slots=2)
    grade(engine, tmp_path, watcher, "ada", "bob", "cy")
    assert sorted(written) == ["ada", "bob", "cy"]


def test_a_full_disk_ends_it_with_one_sentence_and_keeps_what_is_there(
    tmp_path, watcher, monkeypatch
):
    usual = store._write_folder

    def full(target, *more, **options):
        if target.name == "bob":
            raise OSError(errno.ENOSPC, "No space left on device")
        usual(target, *more, **options)

    monkeypatch.setattr(store, "_write_folder", full)
    engine = Played(slots=2)
    with pytest.raises(ResultsError, match=r"cannot be written to .*bob \(No space left") as caught:
        grade(engine, tmp_path, watcher, "ada", "bob", "cy")
    assert "\n" not in str(caught.value)
    assert not engine.is_open
    assert [one.folder.name for one in read_results(tmp_path).results] == ["ada"]


def test_who_interrupts_it_leaves_nothing_running(tmp_path, watcher):
    def interrupt(work):
        raise KeyboardInterrupt

    engine = Played({"bob": [interrupt]}, slots=2)
    with pytest.raises(KeyboardInterrupt):
        grade(engine, tmp_path, watcher, "ada", "bob", "cy")
    assert not engine.is_open
    assert [one.folder.name for one in read_results(tmp_path).results] == ["ada"]
