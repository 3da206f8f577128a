"""Results on disk."""

import json
import os

import pytest
from builders import (
    claims,
    criterion,
    evidence,
    expectation,
    measurements,
    rubric,
    unmeasured,
)

from grader.checks import CHECKS
from grader.errors import ResultsError
from grader.model.claims import Crash
from grader.model.evidence import GapKind, SubmissionRecord
from grader.model.review import Review
from grader.model.submission import Kind
from grader.results import store
from grader.results.store import (
    Logs,
    StoredResult,
    executed_notebook,
    read_result,
    read_results,
    require_writable,
    update_result,
    write_result,
)
from grader.scoring import score

LOGS = Logs("Train accuracy: 0.9\n", "a warning\n", None)
FILES = ["evidence.json", "grade.json", "report.html", "stderr.txt", "stdout.txt"]


def found_of(student="ada", origin="", **changes):
    record = SubmissionRecord(
        student=student,
        kind=Kind.SCRIPT,
        main="lab.py",
        files=("lab.py",),
        sha256="1" * 64,
        origin=origin,
    )
    return evidence(submission=record, **changes)


def graded(found, points=10):
    return score(found, rubric(criterion("runs", points=points)), expectation(), CHECKS)


def write(out, student="ada", logs=LOGS, **changes):
    found = found_of(student, **changes)
    return write_result(out, found, graded(found), {"report.html": "<p>report</p>"}, logs)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_result_is_written_and_read_back(tmp_path):
    folder = write(tmp_path / "new" / "out")
    assert folder == tmp_path / "new/out/ada"
    assert names(folder) == FILES
    assert names(tmp_path / "new/out") == ["ada"]
    (one,) = read_results(tmp_path / "new/out").results
    assert one.evidence == found_of()
    assert one.grade == graded(found_of())
    assert one.folder == folder
    assert (folder / "stdout.txt").read_text() == LOGS.stdout
    assert (folder / "report.html").read_text() == "<p>report</p>"


@pytest.mark.parametrize(
    "changes",
    [
        {"measurements": measurements(valid_loss=None, agreement=None, moved=None)},
        {"claims": claims(crash=Crash(type="E", message="<b>“ünï”\u2028 😀"))},
        {"notes": ("one", "two")},
    ],
)
def test_what_is_read_is_what_was_written(tmp_path, changes):
    write(tmp_path, **changes)
    assert read_results(tmp_path).results[0].evidence == found_of(**changes)


def test_a_result_without_measurements_is_read_back(tmp_path):
    found = unmeasured(GapKind.NOT_FITTED)
    write_result(tmp_path, found, graded(found), {"report.html": ""}, LOGS)
    assert read_results(tmp_path).results[0].evidence == found


def test_one_students_folder_can_be_named(tmp_path, monkeypatch):
    folder = write(tmp_path)
    write(tmp_path, "bob")
    assert [one.grade.student for one in read_results(tmp_path).results] == ["ada", "bob"]
    assert [one.grade.student for one in read_results(folder).results] == ["ada"]
    monkeypatch.chdir(folder)
    assert [one.grade.student for one in read_results(type(folder)(".")).results] == ["ada"]


def test_a_new_run_replaces_the_folder_as_a_whole(tmp_path):
    folder = write(tmp_path, logs=Logs("", "", b"{}"))
    assert "executed.ipynb" in names(folder)
    (folder / "old.txt").write_text("old")
    write(tmp_path)
    assert names(folder) == FILES
    assert names(tmp_path) == ["ada"]


def test_a_page_that_there_is_no_more_is_not_left_behind(tmp_path):
    both = {"report.html": "<p>report</p>", "notebook.html": "<p>cells</p>"}
    found = found_of()
    folder = write_result(tmp_path, found, graded(found), both, LOGS)
    assert names(folder) == sorted([*FILES, "notebook.html"])
    known = read_result(folder)
    update_result(known, known.evidence, known.grade, both | {"notebook.html": "<p>new</p>"})
    assert (folder / "notebook.html").read_text() == "<p>new</p>"
    update_result(known, known.evidence, known.grade, {"report.html": "<p>alone</p>"})
    assert names(folder) == FILES


def test_a_regrade_keeps_the_logs_of_the_run(tmp_path):
    folder = write(tmp_path, logs=Logs("out", "err", b"{}"))
    (folder / "review.json").write_text("{}")
    update_result(
        read_result(folder),
        found_of(),
        graded(found_of(), points=20),
        {"report.html": "<p>new</p>"},
    )
    assert names(folder) == sorted([*FILES, "executed.ipynb", "review.json"])
    (one,) = read_results(tmp_path).results
    assert one.grade.max_score == 20
    assert (folder / "stdout.txt").read_text() == "out"
    assert (folder / "report.html").read_text() == "<p>new</p>"


def test_a_renamed_folder_is_rewritten_where_it_is(tmp_path):
    write(tmp_path).rename(tmp_path / "late-ada")
    other = write(tmp_path)
    before = (other / "grade.json").read_bytes()
    late = read_result(tmp_path / "late-ada")
    update_result(late, late.evidence, graded(late.evidence, points=20), {"report.html": ""})
    assert (other / "grade.json").read_bytes() == before
    assert [one.grade.max_score for one in read_results(tmp_path).results] == [10, 20]


def test_a_failed_write_leaves_the_old_result(tmp_path, monkeypatch):
    folder = write(tmp_path)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.os, "replace", fail)
    with pytest.raises(ResultsError, match="No space left on device"):
        write(tmp_path)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert names(tmp_path) == ["ada"]


def test_a_failed_rewrite_leaves_no_temporary_files(tmp_path, monkeypatch):
    folder = write(tmp_path)
    known = read_result(folder)

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.os, "replace", fail)
    with pytest.raises(ResultsError, match="No space left on device"):
        update_result(known, found_of(), graded(found_of(), points=20), {"report.html": ""})
    assert names(folder) == FILES


@pytest.mark.parametrize(
    "student", ["..", ".", "", "../bob", "/tmp/bob", "a/b", ".x", "a\0b", "a b"]
)
def test_no_name_of_a_student_leads_out_of_the_folder(tmp_path, student):
    with pytest.raises(ResultsError, match="cannot name a folder") as caught:
        write(tmp_path / "out", student)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_what_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("in the way")
    for out in (tmp_path / "file", tmp_path / "file/out"):
        with pytest.raises(ResultsError, match="--out"):
            write(out)
        with pytest.raises(ResultsError, match="choose another with --out"):
            require_writable(out, "ada")
    known = StoredResult(tmp_path / "gone", found_of(), graded(found_of()), Review())
    with pytest.raises(ResultsError, match="gone cannot be rewritten"):
        update_result(known, known.evidence, known.grade, {"report.html": ""})


def test_asking_whether_results_can_be_written_leaves_an_empty_folder(tmp_path):
    require_writable(tmp_path / "out", "ada")
    assert names(tmp_path / "out") == []


@pytest.mark.parametrize("make", [lambda p: p / "missing", lambda p: p])
def test_a_folder_without_results_says_so(tmp_path, make):
    with pytest.raises(ResultsError, match="holds no results"):
        read_results(make(tmp_path))


def damage(path, content):
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)


@pytest.mark.parametrize("content", [None, b"{", b"\xff\xfe", b'{"schema": 99}'])
def test_damaged_evidence_is_named_in_one_sentence_and_stops_nobody_else(tmp_path, content):
    damage(write(tmp_path) / "evidence.json", content)
    write(tmp_path, "bob")
    found = read_results(tmp_path)
    assert [one.grade.student for one in found.results] == ["bob"]
    (sentence,) = found.damaged
    assert "ada cannot be read" in sentence
    assert sentence.endswith("grade it again")
    assert "\n" not in sentence
    alone = read_results(tmp_path / "ada")
    assert (alone.results, len(alone.damaged)) == ((), 1)


@pytest.mark.parametrize("content", [None, b"{}", b"", b"\xff\xfe"])
def test_evidence_is_read_without_a_grade(tmp_path, content):
    damage(write(tmp_path) / "grade.json", content)
    (one,) = read_results(tmp_path).results
    assert (one.evidence, one.grade) == (found_of(), None)


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read everywhere")
def test_a_folder_out_of_reach_is_named(tmp_path):
    folder = write(tmp_path)
    folder.chmod(0)
    assert "ada cannot be read" in read_results(tmp_path).damaged[0]
    folder.chmod(0o700)


def test_what_an_interrupted_grader_left_is_not_a_result(tmp_path):
    write(tmp_path)
    for leftover in (".ada.x7f", ".ada.x7f.old"):
        (tmp_path / leftover).mkdir()
        (tmp_path / leftover / "evidence.json").write_text("{")
    assert [one.grade.student for one in read_results(tmp_path).results] == ["ada"]


def test_other_folders_and_files_beside_results_are_left_alone(tmp_path):
    write(tmp_path)
    (tmp_path / "notes").mkdir()
    (tmp_path / "index.html").write_text("")
    assert len(read_results(tmp_path).results) == 1


def test_logs_may_hold_anything(tmp_path):
    folder = write(tmp_path, logs=Logs("\ud800 \x00 ü", "", b"\xff"))
    assert (folder / "stdout.txt").read_bytes() == "? ␀ ü".encode()
    assert (folder / "executed.ipynb").read_bytes() == b"\xff"


def test_an_executed_notebook_is_only_an_ordinary_file(tmp_path, monkeypatch):
    path = tmp_path / "executed.ipynb"
    assert executed_notebook(tmp_path) is None
    path.write_bytes(b"{}")
    assert executed_notebook(tmp_path) == b"{}"
    monkeypatch.setattr(store, "NOTEBOOK_CAP", 1)
    assert executed_notebook(tmp_path) is None
    path.unlink()
    path.symlink_to("/etc/passwd")
    assert executed_notebook(tmp_path) is None
    path.unlink()
    path.mkdir()
    assert executed_notebook(tmp_path) is None
    path.rmdir()
    os.mkfifo(path)
    assert executed_notebook(tmp_path) is None


def test_the_grade_on_disk_has_the_promised_keys(tmp_path):
    document = json.loads((write(tmp_path) / "grade.json").read_text())
    assert set(document) == set(
        "schema assignment student submission profile isolation device seed attempts score "
        "provisional max_score pass_mark passed needs_review reasons flags reviews notes criteria "
        "measurements claims diagnosis run versions".split()
    )
    assert {"id", "title", "points", "earned", "verdict", "reason", "help", "visibility"} <= set(
        document["criteria"][0]
    )


def test_another_submission_of_the_same_name_is_never_replaced(tmp_path):
    write(tmp_path, origin="here")
    require_writable(tmp_path, "ada", "here")
    with pytest.raises(ResultsError, match="holds the result of another submission"):
        require_writable(tmp_path, "ada", "elsewhere")


def test_whose_it_is_was_named_may_come_from_another_place(tmp_path):
    write(tmp_path, origin="here")
    require_writable(tmp_path, "ada", "elsewhere", named=True)
    (tmp_path / "bob").mkdir()
    with pytest.raises(ResultsError, match="no result"):
        require_writable(tmp_path, "bob", named=True)


def test_a_result_of_unknown_origin_may_be_replaced(tmp_path):
    write(tmp_path)
    require_writable(tmp_path, "ada", "elsewhere")


def test_a_folder_that_is_no_result_is_never_replaced(tmp_path):
    work = tmp_path / "ada" / "lab1.py"
    work.parent.mkdir()
    work.write_text("print('work')")
    with pytest.raises(ResultsError, match="no result"):
        require_writable(tmp_path, "ada")
    assert work.exists()
