"""What of a class has to be run, and what is kept."""

import errno
import os
import shutil
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from builders import criterion, expectation, measurements, rubric, run_figures, unmeasured
from class_trees import CODE, packed, tree
from classes import evidence_of, grade_of, state
from data_files import write_mnist
from fakes import TRAIN, VALID, Actors, use
from nested_folders import nested

from grader.batch.layouts import open_class
from grader.batch.plan import due_again, plan_class
from grader.checks import CHECKS
from grader.diagnosis import load_wording
from grader.discovery import find, open_submission, origin_of
from grader.model.evidence import GapKind
from grader.model.review import Action, Decision, Review, fingerprint
from grader.model.run import Outcome
from grader.pipeline import Request, prepare
from grader.pipeline.key import work_key
from grader.pipeline.setup import Standard
from grader.results.store import Logs, StoredResult, write_result

JUDGED_BY = Standard(rubric(criterion("completes")), expectation(), CHECKS, load_wording())
USUAL_S = JUDGED_BY.expectation.baseline.wall_s.mean


@pytest.fixture
def setup(tmp_path, monkeypatch):
    """Everything set up for lab 1, and actors to run it."""
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    data = write_mnist(tmp_path / "data", TRAIN, VALID)
    use(monkeypatch, Actors())
    return prepare(Request("lab1", data=data, device="cpu", threads=1))


@pytest.fixture
def folder(tmp_path):
    return tree(tmp_path / "class", "ada.py", "bob.py", "cy/lab.py")


@pytest.fixture
def out(tmp_path):
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def store(out, folder, setup, student="ada", source="ada.py", main=None, **changes):
    """The result of that very work."""
    with open_submission(folder / source, student, main) as submission:
        key = work_key(submission, setup)
    found = evidence_of(student, work=key, **changes)
    return write_result(
        out, found, grade_of(found), {"report.html": "<p>report</p>"}, Logs("", "", None)
    )


def planned(folder, setup, out, kept=None, **options):
    """The plan of the class; ``kept`` gets the students whose results are."""
    heard = [] if kept is None else kept
    with open_class(folder, "lab1", **options) as opened:
        return plan_class(
            opened, folder, setup, out, JUDGED_BY, lambda one: heard.append(one.folder.name)
        )


def students(plan):
    return [work.student for work in plan.works]


def reason(plan):
    (one,) = plan.left
    return one.reason


def test_of_a_new_class_everything_is_run(folder, setup, out):
    plan = planned(folder, setup, out)
    assert students(plan) == ["ada", "bob", "cy"]
    assert (plan.kept, plan.left) == (0, [])
    assert {work.expected_s for work in plan.works} == {USUAL_S}
    assert not any(work.alone or work.tries for work in plan.works)
    assert plan.works[2].origin == origin_of(folder / "cy")


def test_a_result_of_this_very_work_is_kept_and_not_run(folder, setup, out):
    store(out, folder, setup)
    kept = []
    plan = planned(folder, setup, out, kept)
    assert (students(plan), plan.kept, kept) == (["bob", "cy"], 1, ["ada"])


def test_what_takes_longest_goes_first(folder, setup, out):
    store(out, folder, setup, seed=0)
    store(out, folder, setup, "bob", "bob.py", run=run_figures(wall_s=200))
    other = replace(setup, seed=5)
    store(out, folder, setup, "cy", "cy", run=run_figures(wall_s=2))
    tree(folder, "dan.py")
    plan = planned(folder, other, out)
    assert [(work.student, work.expected_s) for work in plan.works] == [
        ("bob", 200), ("ada", 48), ("dan", USUAL_S), ("cy", 2),
    ]  # fmt: skip


def limited(setup, **limits):
    lab = setup.assignment
    changed = lab.model_copy(update={"limits": lab.limits.model_copy(update=limits)})
    return replace(setup, assignment=changed)


@pytest.mark.parametrize(
    "change",
    [
        lambda setup: replace(setup, seed=1),
        lambda setup: limited(setup, wall_s=7),
        lambda setup: replace(setup, data=replace(setup.data, valid=setup.data.train)),
        lambda setup: replace(setup, versions=setup.versions | {"torch": "9.9"}),
        lambda setup: replace(setup, solution_cells=True),
    ],
    ids=["seed", "limits", "data", "versions", "solution cells"],
)
def test_what_would_run_another_way_is_run_again(folder, setup, out, change):
    store(out, folder, setup)
    assert students(planned(folder, change(setup), out)) == ["ada", "bob", "cy"]


def test_work_that_changed_is_run_again(folder, setup, out):
    store(out, folder, setup)
    (folder / "ada.py").write_text("x = 2\n")
    assert "ada" in students(planned(folder, setup, out))


def test_another_file_to_run_is_run(folder, setup, out):
    shutil.rmtree(folder)
    tree(folder, "kahnbob_4712_901_work.zip")
    packed(folder / "kahnbob_4712_901_work.zip", {"a.py": CODE, "b.py": "import a\n"})
    assert [work.main for work in planned(folder, setup, out).works] == [None]
    store(out, folder, setup, "kahnbob", "kahnbob_4712_901_work.zip", main="a.py")
    assert students(planned(folder, setup, out)) == ["kahnbob"]
    store(out, folder, setup, "kahnbob", "kahnbob_4712_901_work.zip", main="b.py")
    assert students(planned(folder, setup, out)) == []


def test_who_has_only_another_name_now_is_run_under_it(folder, setup, out):
    store(out, folder, setup)
    (folder / "ada.py").rename(folder / "eve.py")
    assert students(planned(folder, setup, out)) == ["bob", "cy", "eve"]


FAULTS = {
    "run": {"run": run_figures(Outcome.FAULT, exit_code=None)},
    "gap": {"measurements": None, "gap": unmeasured(GapKind.FAULT).gap},
    "one of several": {"others": (unmeasured(GapKind.FAULT, attempt=1),)},
}


@pytest.mark.parametrize("changes", FAULTS.values(), ids=FAULTS)
def test_a_failure_of_ours_is_no_result(folder, setup, out, changes):
    store(out, folder, setup, **changes)
    plan = planned(folder, setup, out)
    assert ("ada" in students(plan), plan.kept) == (True, 0)


@pytest.mark.parametrize("kind", [kind for kind in GapKind if kind is not GapKind.FAULT])
def test_whatever_else_could_not_be_measured_stays_so(kind):
    low = evidence_of("ada", measurements=measurements(train_accuracy=0.1))
    for found in (unmeasured(kind), low):
        assert not due_again(StoredResult(Path("ada"), found, None, Review()), 2, JUDGED_BY)


def test_a_failure_of_ours_that_somebody_decided_about_is_a_result():
    found = unmeasured(GapKind.FAULT)
    known = StoredResult(Path("ada"), found, None, Review())
    assert due_again(known, 2, JUDGED_BY)
    for action in (Action.NOTE, Action.ACCEPT):
        decision = Decision(
            at=datetime.now(UTC), by="Eve", action=action, evidence=fingerprint(found)
        )
        decided = replace(known, review=Review(decisions=(decision,)))
        assert due_again(decided, 2, JUDGED_BY) is (action is Action.NOTE)


def test_who_had_fewer_tries_than_this_class_has_gets_the_others():
    levels = {"full": {"below": 0.02}, "zero": 0.5}
    wanted = criterion("training", "training_accuracy", **{"with": levels})
    judged_by = Standard(rubric(wanted), expectation(), CHECKS, load_wording())
    mean = judged_by.expectation.baseline.robust_train_accuracy.mean
    low = measurements(train_accuracy=mean - 0.03, typical=None)
    found = evidence_of("ada", measurements=low)
    known = StoredResult(Path("ada"), found, None, Review())
    assert due_again(known, 2, judged_by)
    assert not due_again(known, 0, judged_by)
    repeated = found.model_copy(update={"others": (found.model_copy(update={"attempt": 1}),)})
    assert not due_again(replace(known, evidence=repeated), 2, judged_by)


@pytest.mark.parametrize("name", ["evidence.json", "grade.json"])
def test_a_damaged_result_is_run_again_if_it_cannot_be_judged_again(folder, setup, out, name):
    (store(out, folder, setup) / name).write_text("{")
    before, kept = state(out), []
    plan = planned(folder, setup, out, kept)
    assert ("ada" in students(plan)) is (name == "evidence.json")
    assert kept == (["ada"] if name == "grade.json" else [])
    assert state(out) == before


def test_a_result_without_evidence_is_run_again(folder, setup, out):
    (store(out, folder, setup) / "evidence.json").unlink()
    assert "ada" in students(planned(folder, setup, out))


@pytest.mark.parametrize("damaged", [(), ("evidence.json",)])
def test_decisions_that_cannot_be_read_are_left_to_people(folder, setup, out, damaged):
    result = store(out, folder, setup)
    for name in ("review.json", *damaged):
        (result / name).write_text("{")
    plan = planned(folder, setup, out)
    assert "ada" not in students(plan)
    assert "mend review.json, or move it away" in reason(plan)


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_what_is_no_result_is_left_where_it_is_and_said(folder, setup, out, kind):
    if kind == "folder":
        tree(out / "ada", "thesis.txt")
    else:
        (out / "ada").write_text("notes")
    before = state(out)
    plan = planned(folder, setup, out)
    assert students(plan) == ["bob", "cy"]
    assert reason(plan) == (
        f"{out / 'ada'} is there already and is no result: move it away, or choose another place "
        "with --out"
    )
    assert state(out) == before


def test_a_result_out_of_reach_costs_nobody_else(folder, setup, out, monkeypatch):
    from grader.batch import plan as rooms

    def refused(place):
        raise PermissionError(13, "Permission denied")

    store(out, folder, setup)
    monkeypatch.setattr(rooms, "read_result", refused)
    plan = planned(folder, setup, out)
    assert students(plan) == ["bob", "cy"]
    assert "ada cannot be read (Permission denied): get the right to read it" in reason(plan)


def test_of_a_folder_with_two_candidates_it_is_said_which_to_leave(folder, setup, out):
    tree(folder, "dan/a.py", "dan/b.py")
    plan = planned(folder, setup, out)
    assert "dan" not in students(plan)
    assert reason(plan) == (
        "dan holds several candidates (a.py, b.py): leave only the one to grade, and give the "
        "batch again"
    )


def broken(path):
    path.write_bytes(b"PK\x05\x06 this is no archive")


def climbing(path):
    packed(path, {"../../evil.py": CODE})


def two(path):
    packed(path, {"a.py": CODE, "b.py": CODE})


def nothing(path):
    packed(path, {"report.pdf": "%PDF"})


@pytest.mark.parametrize("make", [broken, climbing, two, nothing])
@pytest.mark.parametrize("zipped", [False, True], ids=["folder", "zip"])
def test_an_archive_that_is_refused_is_left_under_the_name_it_was_handed_in(
    folder, setup, out, tmp_path, make, zipped
):
    make(folder / "dan.zip")
    if zipped:
        with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
            for path in folder.rglob("*"):
                archive.write(path, path.relative_to(folder))
        folder = tmp_path / "all.zip"
    plan = planned(folder, setup, out)
    assert students(plan) == ["ada", "bob", "cy"]
    assert "dan.zip" in reason(plan)
    assert "lab-grader" not in reason(plan)
    assert str(tmp_path) not in reason(plan)
    assert "--main" not in reason(plan)


def test_without_room_to_unpack_it_is_our_failure_and_no_submissions(
    folder, setup, out, monkeypatch
):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    packed(folder / "dan.zip", {"lab.py": CODE})
    monkeypatch.setattr(find, "unpack", full)
    plan = planned(folder, setup, out)
    assert plan.lost == {"dan"}
    assert "make room on the disk" in reason(plan)


def test_folders_that_are_nested_too_deeply_cost_nobody_else(folder, setup, out):
    tree(folder, "dan/lab.py", "eve/work.zip")
    with nested(folder / "dan", 1500), nested(folder / "eve", 1500):
        plan = planned(folder, setup, out)
    assert students(plan) == ["ada", "bob", "cy", "eve"]
    assert reason(plan).startswith("dan holds folders that are nested too deeply")
    assert plan.lost == set()


@pytest.mark.parametrize("where", ["open_submission", "work_key", "due_again"])
def test_an_error_of_ours_over_one_submission_costs_nobody_else(
    folder, setup, out, monkeypatch, where
):
    from grader.batch import plan as rooms

    def failing(first, *rest):
        if "ada" in getattr(first, "student", str(first)):
            raise RecursionError("maximum recursion depth exceeded")
        return usual(first, *rest)

    usual = getattr(rooms, where)
    store(out, folder, setup)
    before = state(out)
    monkeypatch.setattr(rooms, where, failing)
    plan = planned(folder, setup, out)
    assert (students(plan), plan.kept, plan.lost) == (["bob", "cy"], 0, {"ada"})
    assert "could not be looked at: RecursionError: maximum recursion depth" in reason(plan)
    assert "Grade it again" in reason(plan)
    assert state(out) == before


def test_planning_writes_nothing(folder, setup, out):
    store(out, folder, setup)
    before = state(out)
    planned(folder, setup, out)
    assert state(out) == before
    assert os.listdir(out) == ["ada"]
