"""``grader export`` into what learning platforms exported."""

import json
import zipfile

import pytest
from builders import criterion, evidence, expectation, rubric

from grader.checks import CHECKS
from grader.model.evidence import SubmissionRecord
from grader.model.roll import Entry, Layout, Roll
from grader.model.submission import Kind
from grader.scoring import score

GRADEBOOK = """\
Student,ID,SIS Login ID,Section,Lab 1 (991)\r
    Points Possible,,,,50\r
"Lovelace, Ada",4711,ada,A,\r
"Kay, Bob",4712,bob,A,EX\r
"""
WORKSHEET = """\
Identifier,Full name,Grade,Maximum grade
Participant 11,Ada Lovelace,,100.00
Participant 12,Bob Kay,,100.00
"""


@pytest.fixture
def results(here):
    """A graded class of lab 1, and what the platforms exported beside it."""
    folder = here / "results" / "lab1"
    entries = []
    for student, name in (("ada", "Ada Lovelace"), ("bob", "Bob Kay")):
        record = SubmissionRecord(
            student=student, kind=Kind.SCRIPT, main="lab.py", files=("lab.py",), sha256="1" * 64
        )
        found = evidence(submission=record)
        grade = score(found, rubric(criterion("completes", points=100)), expectation(), CHECKS)
        grade = grade.model_copy(update={"assignment": "lab1"})
        entries.append(Entry(student=student, source=f"{student}.py", name=name))
        (folder / student).mkdir(parents=True)
        (folder / student / "grade.json").write_text(json.dumps(grade.document()))
        (folder / student / "report.html").write_text(f"<p>{student}")
    roll = Roll(assignment="lab1", layout=Layout.PLAIN, entries=tuple(entries))
    (folder / "class.json").write_text(json.dumps(roll.document()))
    (here / "canvas.csv").write_bytes(GRADEBOOK.encode())
    (here / "worksheet.csv").write_text(WORKSHEET)
    return folder


def test_a_gradebook_of_canvas_is_filled_and_who_is_left_out_is_said(grader, results, here):
    code, out, err = grader(
        "export", "canvas", results, "--fill", "canvas.csv", "--column", "991", "--out", "up.csv"
    )
    assert (code, out) == (0, "up.csv\n")
    assert "left out: bob: their cell says 'EX'" in err
    assert "note: the column has 50 points and the grades are out of 100" in err
    assert (here / "up.csv").read_bytes() == GRADEBOOK.replace("ada,A,", "ada,A,50").encode()
    assert (here / "canvas.csv").read_bytes() == GRADEBOOK.encode()


def test_a_worksheet_of_moodle_is_filled(grader, results, here):
    code, out, _ = grader("export", "moodle", results, "--fill", "worksheet.csv")
    assert (code, out) == (0, "lab1-moodle.csv\n")
    assert (here / out.strip()).read_text() == WORKSHEET.replace(",,", ",100,")


def test_reports_are_zipped_with_the_numbers_of_the_worksheet(grader, results, here):
    code, out, _ = grader("export", "moodle-feedback", results, "--fill", "worksheet.csv")
    assert (code, out) == (0, "lab1-feedback.zip\n")
    with zipfile.ZipFile(here / out.strip()) as archive:
        assert archive.read("Bob Kay_12_assignfeedback_file/report.html") == b"<p>bob"


def test_a_report_that_is_not_there_is_left_out_with_the_remedy(grader, results):
    (results / "bob" / "report.html").unlink()
    code, out, err = grader("export", "moodle-feedback", results, "--fill", "worksheet.csv")
    assert (code, out) == (0, "lab1-feedback.zip\n")
    assert "left out: bob: " in err
    assert "grader report" in err


@pytest.mark.parametrize("format", ["canvas", "moodle"])
def test_what_is_to_be_filled_has_to_be_named(grader, results, format):
    code, _, err = grader("export", format, results)
    assert code == 2
    assert "--fill FILE" in err
