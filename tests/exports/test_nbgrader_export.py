"""nbgrader: the same table as its own exporter writes."""

import csv
import io
import json
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from builders import measurements
from export_cases import entry, grade, wanted

from grader.exports import FORMATS
from grader.model.roll import NotGraded, Student

SUBMITTED = datetime(2026, 11, 20, 21, 30, 5, tzinfo=UTC)
LOW = grade("bob", measurements=measurements(valid_accuracy=0.6, snapshots=()))


def classroom(**options):
    """Ada, Bob who did not do all, and Cy Élan who handed in nothing."""
    return wanted(
        entry("ada", "Ada Byron", "ada@uni.example", submitted=SUBMITTED),
        entry("bob", "Byron, Bob", submitted=SUBMITTED),
        grades=[grade("ada"), LOW],
        missing=[Student(student="cy", name="Cy Élan")],
        **options,
    )


def rows(one):
    exported = FORMATS["nbgrader"].export(one)
    return list(csv.DictReader(io.StringIO(exported.content.decode(), newline="")))


def test_a_row_is_as_nbgrader_would_write_it():
    assert rows(classroom())[0] == {
        "assignment": "lab1",
        "duedate": "",
        "timestamp": "2026-11-20 21:30:05",
        "student_id": "ada",
        "last_name": "Byron",
        "first_name": "Ada",
        "email": "ada@uni.example",
        "raw_score": "100.0",
        "late_submission_penalty": "0.0",
        "score": "100.0",
        "max_score": "100.0",
    }


def test_a_fault_and_what_waits_are_left_out_and_named():
    waits = grade("ada").model_copy(update={"needs_review": True, "provisional": True})
    ours = grade("bob").model_copy(update={"score": None, "provisional": True})
    cy = NotGraded(source="cy", reason="It cannot be opened.", student="cy")
    one = wanted(entry("ada"), entry("bob"), grades=[waits, ours], left=[cy])
    exported = FORMATS["nbgrader"].export(one)
    assert len(exported.content.splitlines()) == 1
    assert [sentence.partition(":")[0] for sentence in exported.left] == ["ada", "bob", "cy"]


def test_practice_grades_and_provisional_ones_are_said():
    update = {"needs_review": True, "provisional": True}
    waits = grade("ada", profile="practice").model_copy(update=update)
    one = wanted(entry("ada"), grades=[waits], provisional=True)
    notes = FORMATS["nbgrader"].export(one).notes
    assert any("practice data" in note for note in notes)
    assert any(note.endswith("look at it: ada") for note in notes)


def test_an_identifier_that_names_no_folder_is_spelled_as_its_system_does():
    (row,) = rows(wanted(entry("ada-byron", "", "9", "ada byron", submitted=SUBMITTED)))
    assert (row["student_id"], row["last_name"], row["email"]) == ("ada byron", "", "")


def test_names_compute_nothing_and_stay_in_their_cells():
    hostile = '=1+1 "x", y\nz'
    (row,) = rows(wanted(entry("ada", hostile, submitted=SUBMITTED)))
    assert not any(cell.startswith("=") for cell in row.values())
    assert None not in row


NBGRADER = """
import json, sys
from datetime import datetime
from nbgrader.api import Gradebook
from nbgrader.plugins import CsvExportPlugin

book, out, people = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
with Gradebook("sqlite:///" + book) as gradebook:
    gradebook.add_assignment("lab1")
    gradebook.add_notebook("lab", "lab1")
    gradebook.add_grade_cell("all", "lab", "lab1", max_score=100, cell_type="code")
    for one in people:
        facts = {key: one[key] for key in ("first_name", "last_name", "email")}
        gradebook.add_student(one["student_id"], **facts)
        if one["timestamp"]:
            when = datetime.strptime(one["timestamp"], "%Y-%m-%d %H:%M:%S")
            gradebook.add_submission("lab1", one["student_id"], timestamp=when)
            gradebook.find_grade("all", "lab", "lab1", one["student_id"]).auto_score = one["score"]
    gradebook.db.commit()
    CsvExportPlugin(to=out).export(gradebook)
"""


@pytest.mark.nbgrader
def test_nbgrader_itself_writes_the_same_table(tmp_path):
    people = [
        {"student_id": "ada", "first_name": "Ada", "last_name": "Byron", "score": 100.0}
        | {"email": "ada@uni.example", "timestamp": "2026-11-20 21:30:05"},
        {"student_id": "bob", "first_name": "Bob", "last_name": "Byron", "score": LOW.score}
        | {"email": None, "timestamp": "2026-11-20 21:30:05"},
        {"student_id": "cy", "first_name": "Cy", "last_name": "Élan", "score": 0.0}
        | {"email": None, "timestamp": ""},
    ]
    python = Path(os.environ["GRADER_NBGRADER"])
    theirs = tmp_path / "theirs.csv"
    path = f"{python.parent}{os.pathsep}{os.environ['PATH']}"  # it looks for its alembic there
    done = subprocess.run(
        [python, "-c", NBGRADER, tmp_path / "book.db", theirs, json.dumps(people)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PATH": path, "PYTHONPATH": "", "HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    ours = FORMATS["nbgrader"].export(classroom()).content.decode()
    wrote = theirs.read_text().splitlines()
    assert ours.splitlines()[0] == wrote[0]
    assert sorted(ours.splitlines()) == sorted(wrote)
