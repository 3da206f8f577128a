"""``grader export``: grades for other systems, who is left out, and what it refuses."""

import csv
import json
import os
import stat
import xml.etree.ElementTree as ET

import pytest
from builders import criterion, evidence, expectation, rubric
from endings import mistake

from grader.batch.place import write_roll
from grader.checks import CHECKS
from grader.cli.export import FormatName
from grader.exports import FORMATS
from grader.model.evidence import SubmissionRecord
from grader.model.roll import Entry, Layout, Roll, Student
from grader.model.submission import Kind
from grader.results.store import Logs, write_result
from grader.scoring import score

NAMES = {"ada": "Ada Byron", "bob": "Robert Burns"}
CRITERIA = (criterion("completes", points=60), criterion("secret", points=40, visibility="hidden"))
ALONE = sorted(name for name, one in FORMATS.items() if one.alone)
FILLED = sorted(name for name, one in FORMATS.items() if one.fills)
IDENTIFIED = sorted(name for name, one in FORMATS.items() if one.identifies)
WHOLE = sorted(set(FORMATS) - {*ALONE, *FILLED, *IDENTIFIED})
CLASSROOM50 = {
    "CLASSROOM": "ml",
    "ASSIGNMENT": "lab1",
    "ASSIGNMENT_TYPE": "individual",
    "OWNER": "ada",
    "SUBMISSION_TAG": "submit/1",
    "COMMIT_URL": "c",
    "RELEASE_URL": "r",
    "REVIEW_URL": "v",
}


def put(out, student):
    """A result as a check leaves it; nothing is run."""
    record = SubmissionRecord(
        student=student, kind=Kind.SCRIPT, main="lab.py", files=("lab.py",), sha256="1" * 64
    )
    found = evidence(submission=record, profile="official", notes=(f"Of {NAMES[student]}.",))
    grade = score(found, rubric(*CRITERIA), expectation(), CHECKS)
    return write_result(
        out, found, grade, {"report.html": f"<title>{student}</title>"}, Logs("", "", None)
    )


def damaged(out, student):
    """A folder of somebody whose grade cannot be read and who is in no roll."""
    (out / student).mkdir()
    (out / student / "evidence.json").write_text("{")


@pytest.fixture
def results(here):
    """A class of ada and bob; cy handed in nothing."""
    out = here / "results" / "lab1"
    for student in NAMES:
        put(out, student)
    entries = tuple(Entry(student=one, source=one, name=NAMES[one]) for one in NAMES)
    missing = (Student(student="cy", name="Cy Twombly"),)
    write_roll(out, Roll(assignment="lab1", layout=Layout.PLAIN, entries=entries, missing=missing))
    return out


def test_the_names_are_those_of_the_table():
    assert {one.value for one in FormatName} == set(FORMATS)


@pytest.mark.parametrize("name", WHOLE)
def test_a_class_is_written_to_a_file_that_is_named(grader, here, results, name):
    code, out, err = grader("export", name, results)
    assert (code, err) == (0, "")
    assert out.strip() == FORMATS[name].name.format(assignment="lab1")
    assert b"ada" in (here / out.strip()).read_bytes()


@pytest.mark.parametrize("name", ALONE)
def test_one_students_result_is_written_from_their_folder(grader, here, results, name, monkeypatch):
    for variable, value in CLASSROOM50.items():
        monkeypatch.setenv(variable, value)
    code, out, _ = grader("export", name, results / "ada", "--out", "x.json")
    assert (code, out) == (0, "x.json\n")
    assert json.loads((here / "x.json").read_text())["score"] == 100


@pytest.mark.parametrize("name", ALONE)
def test_a_class_is_no_result_of_one(grader, here, results, name):
    assert "name one student's folder" in mistake(grader("export", name, results))
    assert not (here / FORMATS[name].name).exists()


def test_variables_of_classroom_50_are_asked_for(grader, results, monkeypatch):
    for variable in CLASSROOM50:
        monkeypatch.delenv(variable, raising=False)
    said = mistake(grader("export", "classroom50", results / "ada"))
    assert all(variable in said for variable in CLASSROOM50)


def test_a_damaged_grade_is_left_out_and_said_and_the_others_are_written(grader, here, results):
    (results / "bob" / "grade.json").write_text("{")
    code, _, err = grader("export", "junit", results)
    assert code == 2
    assert err.startswith("left out: the grade in ")
    assert "grader regrade" in err
    suites = ET.parse(here / "lab1-junit.xml").getroot()  # noqa: S314 - our own
    assert [one.get("name") for one in suites] == ["ada"]


def test_who_waits_for_a_person_is_left_out_and_named(grader, results):
    grade = json.loads((results / "bob" / "grade.json").read_text())
    waits = {"needs_review": True, "provisional": True, "reasons": ["Odd."]}
    (results / "bob" / "grade.json").write_text(json.dumps(grade | waits))
    code, _, err = grader("export", "nbgrader", results)
    assert code == 0
    assert err.startswith("left out: bob: its grade still waits")
    said = grader("export", "nbgrader", results, "--provisional")[2]
    assert said == "note: only provisional, for a person has yet to look at it: bob\n"


def test_a_name_in_what_is_left_out_obeys_no_terminal(grader, results):
    path = results / "class.json"
    roll = json.loads(path.read_text())
    reason = {"source": "x", "student": "dee", "reason": "\x1b[31m\n::error::x"}
    path.write_text(json.dumps(roll | {"left": [reason]}))
    code, _, err = grader("export", "json", results)
    assert code == 0
    assert "\x1b" not in err
    assert "::error::" not in err
    assert err.count("\n") == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("csv", "nowhere"), "holds no results"),
        (("csv", "results/lab1", "--out", "nowhere/x.csv"), "name another file with --out"),
        (("csv", "results/lab1", "--out", "results/lab1"), "name another file with --out"),
        (("csv", "results/lab1", "--out", "results/lab1/class.json"), "is for results"),
        (("json", "results/lab1", "--out", "results/lab1/ada/grade.json"), "is for results"),
        (("csv", "results/lab1", "--out", "results/lab1/gradebook.csv"), "is for results"),
        (("csv", "results/lab1", "--out", "results/lab1/index.html"), "is for results"),
        (("csv", "results/lab1", "--out", "results/lab1/dee/notes.txt"), "is for results"),
        (("csv", "results/lab1/ada", "--out", "results/lab1/bob/grade.json"), "is for results"),
        (("csv", "results/lab1", "--out", "results/lab1/pseudonyms.csv"), "is the key"),
        (("csv", "results/lab1", "--out", "/dev/null"), "is no file: name another"),
        (("csv", "results/lab1", "--out", "pipe"), "is no file: name another"),
        (("csv", "results/lab1", "--out", "to-null"), "is no file: name another"),
        (("csv", "results/lab1", "--anonymous", "--key", "/dev/null"), "file with --key"),
        (("csv", "results/lab1", "--anonymous", "--key", "pipe"), "file with --key"),
        (
            ("csv", "results/lab1", "--anonymous", "--key", "results/lab1/ada/grade.json"),
            "is for results: name another file with --key",
        ),
        (
            ("canvas", "results/lab1", "--fill", "lab.py", "--out", "link.py"),
            "is what the platform exported",
        ),
        (("junit", "results/lab1", "--column", "x"), "leave --column out"),
        (("moodle-feedback", "results/lab1", "--column", "x"), "leave --column out"),
        (("csv", "results/lab1", "--provisional"), "leave --provisional out"),
        (("csv", "results/lab1", "--fill", "x.csv"), "leave --fill out"),
        (("csv", "results/lab1", "--key", "x.csv"), "give --anonymous"),
        (("csv", "results/lab1", "--anonymous", "--key", "no/x.csv"), "with --key"),
        (("csv", "results/lab1", "--anonymous", "--key", "lab.py"), "is no key"),
        (
            ("csv", "results/lab1", "--anonymous", "--key", "k.csv", "--out", "k.csv"),
            "is the key of pseudonyms",
        ),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
def test_a_mistake_is_one_sentence_and_nothing_is_written(grader, here, results, arguments, said):
    damaged(results, "dee")
    os.mkfifo("pipe")
    for name, target in (("to-null", os.devnull), ("link.py", "lab.py")):
        os.symlink(target, name)
    before = {path: path.read_bytes() for path in here.rglob("*") if path.is_file()}
    assert said in mistake(grader("export", *arguments))
    assert {path: path.read_bytes() for path in here.rglob("*") if path.is_file()} == before


@pytest.mark.skipif(os.name == "nt", reason="Windows wants a right for links")
def test_a_link_stays_one_and_what_it_leads_to_is_written(grader, here, results):
    (here / "link.csv").symlink_to("table.csv")
    for _ in range(2):
        assert grader("export", "csv", results, "--out", "link.csv")[:2] == (0, "link.csv\n")
    assert (here / "link.csv").is_symlink()
    assert "ada" in (here / "table.csv").read_text()


def test_a_format_nobody_knows_is_refused(grader, results):
    code, _, err = grader("export", "abacus", results)
    assert code == 2
    assert "abacus" in err


def test_a_file_among_the_results_is_no_student(grader, results):
    assert grader("export", "json", results, "--out", results / "grades.json")[0] == 0
    assert grader("export", "csv", results, "--anonymous", "--out", results / "x.csv")[0] == 0
    code, _, err = grader("export", "json", results, "--out", results / "again.json")
    assert (code, err) == (0, "")
    first, again = ((results / name).read_bytes() for name in ("grades.json", "again.json"))
    assert first == again


# --- without names ---


@pytest.mark.parametrize("name", WHOLE)
def test_nobody_is_named_in_an_anonymous_export(grader, here, results, name):
    code, out, err = grader("export", name, results, "--anonymous")
    assert (code, err) == (0, "")
    text = (here / out.strip()).read_text().casefold()
    for said in ("byron", "burns", "robert", "twombly", '"ada"', '"bob"', "ada,", "bob,"):
        assert said not in text
    assert "student-" in text


@pytest.mark.parametrize("name", IDENTIFIED)
def test_where_people_are_found_by_their_names_there_is_no_anonymous_export(grader, results, name):
    folder, rest = results / "ada", ("--fill", "x.csv") if FORMATS[name].fills else ()
    said = mistake(grader("export", name, folder, "--anonymous", *rest))
    assert "leave --anonymous out" in said
    assert not (results / "pseudonyms.csv").exists()


def test_the_key_stays_with_the_results_and_is_for_their_owner(grader, here, results):
    assert grader("export", "csv", results, "--anonymous")[0] == 0
    key = results / "pseudonyms.csv"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600 or os.name == "nt"
    rows = list(csv.DictReader(key.read_text(encoding="utf-8-sig").splitlines()))
    assert {row["student"]: row["name"] for row in rows} == NAMES | {"cy": "Cy Twombly"}
    text = (here / "lab1.csv").read_text()
    assert all(row["pseudonym"] in text for row in rows)


def test_pseudonyms_are_the_same_again_and_of_one_alone(grader, here, results):
    for out, where in (("1", results), ("2", results), ("3", results / "ada")):
        assert grader("export", "json", where, "--anonymous", "--out", out)[0] == 0
    first, again, alone = (json.loads((here / name).read_text()) for name in "123")
    assert first == again
    assert alone[0]["student"] in {one["student"] for one in first}


def test_a_key_may_be_shared_by_labs(grader, here, results):
    for out in ("1", "2"):
        arguments = ("--anonymous", "--key", "key.csv", "--out", out)
        assert grader("export", "csv", results, *arguments)[0] == 0
    assert (here / "1").read_text() == (here / "2").read_text()
    assert not (results / "pseudonyms.csv").exists()


def test_one_students_export_names_no_other_of_the_class(grader, here, results):
    path = results / "ada" / "grade.json"
    grade = json.loads(path.read_text())
    path.write_text(json.dumps(grade | {"notes": ["As Cy Twombly and Burns, Robert had it."]}))
    assert grader("export", "json", results / "ada", "--anonymous", "--out", "x")[0] == 0
    said = (here / "x").read_text()
    assert "Twombly" not in said
    assert "Burns" not in said
