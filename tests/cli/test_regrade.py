"""``grader regrade`` and ``grader report``: a class judged again from what is stored."""

import shutil

import pytest
import yaml
from builders import criterion, evidence, expectation, rubric
from endings import mistake

from grader import reports
from grader.batch import rejudge
from grader.checks import CHECKS
from grader.cli.regrade import changes
from grader.model.evidence import SubmissionRecord
from grader.model.submission import Kind
from grader.pipeline import run
from grader.results.store import Logs, read_result, read_results, write_result
from grader.scoring import score

LAB9 = {"schema": 1, "assignment": "lab9", "pass_mark": 0.5}


@pytest.fixture(autouse=True)
def nothing_runs(monkeypatch):
    monkeypatch.setattr(run, "execute", None)


def stored(out, points, student="ada", lab="lab9", **changes):
    """A result in ``out``, graded with that many points."""
    record = SubmissionRecord(
        student=student, kind=Kind.SCRIPT, main="lab.py", files=("lab.py",), sha256="1" * 64
    )
    found = evidence(assignment=lab, submission=record, **changes)
    rules = rubric(criterion("a", points=points), assignment=lab)
    grade = score(found, rules, expectation(), CHECKS)
    return write_result(out, found, grade, {"report.html": "old"}, Logs("", "", None))


def content(folder):
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_regrade_says_what_changed_and_runs_nothing(grader, here, course):
    folder = stored(here / "out", 40)
    code, out, err = grader("regrade", here / "out", "--course", course)
    assert (code, err) == (0, "")
    assert "ada: 40 of 40 → 10 of 10, 20 to pass → 5 to pass\n" in out
    assert "  The a criterion: 40 of 40 ✓ met → 10 of 10 ✓ met. It is.\n" in out
    assert "1 graded again, 1 changed\n" in out
    assert read_results(folder).results[0].grade.score == 10
    assert (folder / "report.html").read_text() != "old"
    assert "1 graded again, 0 changed" in grader("regrade", here / "out", "--course", course)[1]


def test_a_regrade_in_the_students_folder_stays_there(grader, here, course, monkeypatch):
    folder = stored(here / "out", 40)
    monkeypatch.chdir(folder)
    assert grader("regrade", ".", "--course", course)[0] == 0
    assert grader("report", ".", "--course", course)[0] == 0
    assert sorted(path.name for path in folder.iterdir()) == [
        "evidence.json",
        "grade.json",
        "report.html",
        "stderr.txt",
        "stdout.txt",
    ]


def test_a_report_is_rendered_again_and_the_grade_stays(grader, here, course):
    folder = stored(here / "out", 40)
    before = (folder / "grade.json").read_bytes()
    code, out, _ = grader("report", here / "out", "--course", course)
    assert (code, out) == (0, f"{folder / 'report.html'}\n")
    assert (folder / "grade.json").read_bytes() == before
    assert (folder / "report.html").read_text() != "old"


def test_the_page_of_a_notebook_is_made_again_with_the_report(grader, here, course):
    folder = stored(here / "out", 40)
    (folder / "executed.ipynb").write_text('{"cells": [{"cell_type": "code", "source": "x = 1"}]}')
    assert grader("report", "out", "--course", course)[0] == 0
    assert "x = 1" in (folder / "notebook.html").read_text()
    assert 'href="notebook.html"' in (folder / "report.html").read_text()
    (folder / "executed.ipynb").unlink()
    assert grader("regrade", "out", "--course", course)[0] == 0
    assert not (folder / "notebook.html").exists()
    assert "notebook.html" not in (folder / "report.html").read_text()


def test_a_link_in_the_place_of_a_notebook_is_not_followed(grader, here, course):
    folder = stored(here / "out", 40)
    (here / "secret").write_text('{"cells": [{"cell_type": "code", "source": "secret"}]}')
    (folder / "executed.ipynb").symlink_to(here / "secret")
    assert grader("report", "out", "--course", course)[0] == 0
    assert not (folder / "notebook.html").exists()


def graded(*criteria, pass_mark=0.5, **update):
    rules = rubric(*criteria, pass_mark=pass_mark)
    return score(evidence(), rules, expectation(), CHECKS).model_copy(update=update)


RUNS = criterion("runs", points=10)
OTHER = criterion("other", points=5)


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        (graded(RUNS), graded(RUNS), []),
        (graded(RUNS), graded(RUNS, notes=("other words",)), []),
        (graded(RUNS), graded(RUNS, pass_mark=0.6), ["ada: 5 to pass → 6 to pass"]),
        (graded(RUNS), graded(RUNS, passed=False), ["ada: passed → not passed"]),
        (graded(RUNS), graded(RUNS, max_score=12.0), ["ada: 10 of 10 → 10 of 12"]),
        (graded(RUNS), graded(RUNS, score=None), ["ada: 10 of 10 → no score of 10"]),
        (
            graded(RUNS),
            graded(RUNS, needs_review=True),
            ["ada: needs no review → needs review"],
        ),
        (
            graded(RUNS, needs_review=True, reasons=("one",)),
            graded(RUNS, needs_review=True, reasons=("one", "two")),
            ["ada: still 10 of 10", "  needs review: two"],
        ),
        (
            graded(RUNS, OTHER),
            graded(RUNS),
            [
                "ada: 15 of 15 → 10 of 10, 7.5 to pass → 5 to pass",
                "  The other criterion: removed (was 5)",
            ],
        ),
        (
            graded(RUNS),
            graded(RUNS, criterion("zero", points=0)),
            [
                "ada: still 10 of 10",
                "  The zero criterion: new → 0 of 0 ✓ met. It ran to its end.",
            ],
        ),
        (None, graded(RUNS), ["ada: graded without an earlier grade, 10 of 10 points, passed"]),
    ],
)
def test_every_change_a_student_would_ask_about_is_said(old, new, lines):
    assert changes(old, new) == lines


def test_the_points_and_the_verdict_of_a_criterion_count_by_themselves():
    old = graded(RUNS)
    (item,) = old.criteria
    for update, words in (
        ({"points": 12.0}, "10 of 10 ✓ met → 10 of 12 ✓ met"),
        ({"earned": 9.0}, "10 of 10 ✓ met → 9 of 10 ✓ met"),
        ({"verdict": "partial"}, "10 of 10 ✓ met → 10 of 10 ◐ partly"),
    ):
        new = old.model_copy(update={"criteria": (item.model_copy(update=update),)})
        first, second = changes(old, new)
        assert first == "ada: still 10 of 10"
        assert words in second


def test_a_new_pass_mark_is_a_change(grader, here, course):
    stored(here / "out", 10)
    grader("regrade", "out", "--course", course)
    rules = LAB9 | {"pass_mark": 0.6, "criteria": [criterion("a", "always")]}
    (course / "rubrics/lab9.yaml").write_text(yaml.safe_dump(rules))
    out = grader("regrade", "out", "--course", course)[1]
    assert out == "ada: 5 to pass → 6 to pass\n1 graded again, 1 changed\n"


def test_other_words_are_counted_apart(grader, here, course):
    stored(here / "out", 10)
    grader("regrade", "out", "--course", course)
    rules = LAB9 | {"criteria": [criterion("a", "always", title="Another title")]}
    (course / "rubrics/lab9.yaml").write_text(yaml.safe_dump(rules))
    out = grader("regrade", "out", "--course", course)[1]
    assert out == "1 graded again, 0 changed, 1 in words only (ada)\n"
    assert read_results(here / "out").results[0].grade.criteria[0].title == "Another title"


def test_of_many_for_whom_words_change_the_first_are_named(grader, here, course):
    for number in range(7):
        stored(here / "out", 10, f"s{number}")
    grader("regrade", "out", "--course", course)
    rules = LAB9 | {"criteria": [criterion("a", "always", title="Another title")]}
    (course / "rubrics/lab9.yaml").write_text(yaml.safe_dump(rules))
    out = grader("regrade", "out", "--course", course)[1]
    assert "7 in words only (s0, s1, s2, s3, s4 and 2 more)" in out


def test_folders_whose_grade_stays_are_left_alone(grader, here, course):
    stored(here / "out", 40)
    grader("regrade", "out", "--course", course)
    (here / "out/ada/report.html").write_text("by hand")
    before = {path: path.stat().st_ino for path in (here / "out/ada").iterdir()}
    assert "0 changed" in grader("regrade", "out", "--course", course)[1]
    assert {path: path.stat().st_ino for path in (here / "out/ada").iterdir()} == before


def test_what_judges_a_class_is_read_once(grader, here, course, monkeypatch):
    read, original = [], rejudge.standard
    monkeypatch.setattr(
        rejudge, "standard", lambda *given: read.append(given[1:3]) or original(*given)
    )
    for student in ("ada", "bob", "cy"):
        stored(here / "out", 40, student)
    assert "3 graded again, 3 changed" in grader("regrade", "out", "--course", course)[1]
    assert read == [("lab9", "practice")]


@pytest.mark.parametrize("text", [None, "{"])
def test_a_regrade_needs_no_earlier_grade(grader, here, course, text):
    folder = stored(here / "out", 40)
    (folder / "grade.json").unlink()
    if text:
        (folder / "grade.json").write_text(text)
    code, out, err = grader("regrade", "out", "--course", course)
    assert (code, err) == (0, "")
    assert "ada: graded without an earlier grade, 10 of 10 points, passed" in out
    assert "1 graded again, 1 changed" in out


def test_damaged_evidence_stops_no_other_regrade(grader, here, course):
    (stored(here / "out", 40, "ada") / "evidence.json").write_text("{")
    (stored(here / "out", 40, "bob") / "evidence.json").unlink()
    stored(here / "out", 40, "cy")
    code, out, err = grader("regrade", "out", "--course", course)
    assert code == 2
    assert "1 graded again, 1 changed" in out
    first, second = err.splitlines()
    assert first.startswith("error: the result in out/ada cannot be read")
    assert second.startswith("error: the result in out/bob cannot be read")


def test_a_damaged_result_stops_no_other_report(grader, here, course):
    (stored(here / "out", 40, "ada") / "evidence.json").write_text("{")
    (stored(here / "out", 40, "bob") / "grade.json").unlink()
    stored(here / "out", 40, "cy")
    code, out, err = grader("report", "out", "--course", course)
    assert (code, out) == (2, "out/cy/report.html\n")
    first, second = err.splitlines()
    assert first.startswith("error: the result in out/ada cannot be read")
    assert second.startswith("error: the grade in out/bob is missing or damaged")
    assert "grader regrade out/bob" in second


@pytest.mark.parametrize("command", ["regrade", "report"])
def test_a_folder_that_cannot_be_written_stops_no_other(grader, here, course, command, monkeypatch):
    from grader.results import store

    for student in ("ada", "bob"):
        stored(here / "out", 40, student)
    original = store._replace

    def full(path, text, **how):
        if path.parent.name == "ada":
            raise OSError(28, "No space left on device")
        original(path, text, **how)

    monkeypatch.setattr(store, "_replace", full)
    code, _, err = grader(command, "out", "--course", course)
    assert code == 2
    assert err.startswith("error: the result in out/ada cannot be rewritten (No space left")
    assert err.count("\n") == 1
    assert (here / "out/bob/report.html").read_text() != "old"


def test_a_rubric_of_another_lab_changes_nothing_and_that_lab_is_named(grader, here, course):
    shutil.copytree(course / "assignments/lab9", course / "assignments/lab8")
    other = course / "assignments/lab8/assignment.yaml"
    other.write_text(other.read_text().replace("slug: lab9", "slug: lab8"))
    stored(here / "out", 40, "ada")
    stored(here / "out", 40, "bob", lab="lab8")
    before = content(here / "out")
    rules = course / "rubrics/lab9.yaml"
    said = mistake(grader("regrade", "out", "--course", course, "--rubric", rules))
    assert said.startswith("error: results of lab8 cannot be graded again, bob's for one: the rub")
    assert content(here / "out") == before


def test_a_wrong_wording_is_the_courses_and_no_students(grader, here, course):
    stored(here / "out", 40, "ada")
    (course / "rubrics/diagnosis.yaml").write_text("texts: {no-step: {fix: '{loss:.2f}'}}")
    said = mistake(grader("regrade", "out", "--course", course))
    assert said.startswith("error: results of lab9 cannot be graded again")
    assert "diagnosis.yaml is wrong: the fix of 'no-step' asks for {loss}" in said


@pytest.fixture
def meanwhile(monkeypatch):
    """Let something happen while a page is made: the first time, or every time."""

    def arrange(act, always=False):
        real, seen = rejudge.render_pages, []

        def render(*arguments):
            page = real(*arguments)
            seen.append(page)
            if always or len(seen) == 1:
                act()
            return page

        for place in (reports, rejudge):
            monkeypatch.setattr(place, "render_pages", render)

    return arrange


def test_a_decision_made_during_a_regrade_is_in_the_new_grade(grader, here, course, meanwhile):
    for student in ("ada", "bob"):
        stored(here / "out", 10, student)
    old = yaml.safe_load((course / "rubrics/lab9.yaml").read_text())
    (here / "old.yaml").write_text(yaml.safe_dump(old | {"criteria": [criterion("a")]}))
    who = ("--by", "Grace", "--note", "Seen.", "--course", course, "--rubric", here / "old.yaml")
    codes = []

    def decide():
        codes.append(grader("review", "out", "bob", "--points", "a=3", *who)[0])

    meanwhile(decide)  # while the page of ada is made
    code, _, err = grader("regrade", "out", "--course", course)
    assert (code, err, codes) == (0, "", [0])
    ada, bob = read_results(here / "out").results
    assert (ada.grade.score, ada.grade.reviews) == (10, ())
    assert (bob.grade.score, bob.grade.reviews[0].note) == (3, "Seen.")
    assert bob.grade.criteria[0].found == "It is."
    assert bob.review.decisions == bob.grade.reviews


def test_a_run_that_ends_during_a_regrade_is_not_overwritten_and_judged_by_the_rubric(
    grader, here, course, meanwhile
):
    folder = stored(here / "out", 40)
    meanwhile(lambda: stored(here / "out", 40, seed=1))
    code, out, err = grader("regrade", "out", "--course", course)
    assert (code, err) == (0, "")
    assert "ada: 40 of 40 → 10 of 10" in out
    one = read_result(folder)
    assert (one.evidence.seed, one.grade.seed, one.grade.score) == (1, 1, 10)


def test_what_changes_again_and_again_is_left_alone_and_said(grader, here, course, meanwhile):
    folder = stored(here / "out", 40)
    seeds = iter(range(1, 10))
    meanwhile(lambda: stored(here / "out", 40, seed=next(seeds)), always=True)
    said = grader("regrade", "out", "--course", course)
    assert said[0] == 2
    assert "the work in out/ada was graded again meanwhile" in said[2]
    one = read_result(folder)
    assert (one.evidence.seed, one.grade.seed, one.grade.max_score) == (3, 3, 40)


def test_a_report_of_a_run_that_was_replaced_meanwhile_is_not_written(
    grader, here, course, meanwhile
):
    folder = stored(here / "out", 40)
    meanwhile(lambda: stored(here / "out", 40, seed=1))
    assert "was graded again meanwhile" in mistake(grader("report", "out", "--course", course))
    assert (read_result(folder).evidence.seed, read_result(folder).grade.seed) == (1, 1)


def test_a_page_that_cannot_be_made_costs_no_other(grader, here, course, monkeypatch):
    def broken(grade, *_):
        raise ZeroDivisionError("planned")

    monkeypatch.setattr(reports, "render_pages", broken)
    stored(here / "results", 40)
    code, _, err = grader("report", "results", "--course", course)
    assert code == 3
    assert "ada could not be made (ZeroDivisionError: planned): this is the grader's own" in err
