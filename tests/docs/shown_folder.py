"""The folder in which the commands of a page are typed: a small course, its data, a graded class.

All trainings use the tiny practice data, as published, own and practice data alike, and the
baselines measured on it.
"""

import json
import re
import shutil
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from builders import evidence, measurements
from pages import ROOT

from grader.batch.picture import refresh_picture
from grader.batch.place import write_roll
from grader.course import find_course
from grader.data.practice import PracticeSize, practice_checksums, write_practice
from grader.model.evidence import Moved, SubmissionRecord
from grader.model.roll import Entry, Layout, Roll
from grader.model.submission import Kind
from grader.pipeline.setup import standard
from grader.reports import render_pages
from grader.results.store import Logs, write_result
from grader.scoring import score

LABS = ("lab1", "lab2", "lab3")
TINY_BASELINES = ROOT / "tests/submissions/baselines"
STUDENTS = (
    Entry(
        student="ada",
        source="ada.py",
        name="Ada Byron",
        section="A",
        submitted=datetime(2026, 11, 20, 10, tzinfo=UTC),
        known_as=("ada@example.org", "321", "12345"),
    ),
    Entry(
        student="bob",
        source="bob.py",
        name="Bob Noyce",
        section="B",
        submitted=datetime(2026, 11, 20, 11, tzinfo=UTC),
        known_as=("bob@example.org", "322", "12346"),
    ),
)
CLASS = "student,name,section\nada,Ada Byron,A\nbob,Bob Noyce,B\n"
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,{title} (991),Current Score\n"
    "    Points Possible,,,,,100,(read only)\n"
    '"Byron, Ada",321,ada,ada@example.org,A,,\n'
    '"Noyce, Bob",322,bob,bob@example.org,B,,\n'
)
WORKSHEET = (
    "Identifier,Full name,Email address,Status,Grade,Maximum grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments\n"
    "Participant 12345,Ada Byron,ada@example.org,Submitted for grading,,100.00,Yes,-,-,\n"
    "Participant 12346,Bob Noyce,bob@example.org,Submitted for grading,,100.00,Yes,-,-,\n"
)
EPOCHS = re.compile(r"(for epoch in range\()[0-9]+")
OPTIMIZER = "Adam(model.parameters())"
MOVES_NOTHING = "Adam(model.parameters(), lr=1e-12)"
STILL = measurements(moved=Moved(parameters=6, moved=6, relative_distance=1e-9))
"""Parameters that hardly moved: a person has to look."""


def prepare_folder(folder: Path, cache: Path) -> None:
    """Write into ``folder`` all that a page may speak of, and into ``cache`` the practice data."""
    write_course(folder)
    write_practice(folder / "home", PracticeSize.TINY)
    first = next(iter(practice_checksums(PracticeSize.FULL).values()))[:12]
    shutil.copytree(folder / "home", cache / "practice" / f"{PracticeSize.FULL}-{first}")
    write_archive(folder)
    write_submissions(folder)
    write_class(folder)
    title = find_course(folder).assignment("lab1").title
    (folder / "class.csv").write_text(CLASS)
    (folder / "canvas.csv").write_text(CANVAS.format(title=title))
    (folder / "worksheet.csv").write_text(WORKSHEET)


def write_course(folder: Path) -> None:
    """This repository's course, held to what its solutions reach on the tiny data."""
    for name in ("assignments", "rubrics", "reference"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("baselines"))
    (folder / "rubrics/baselines").mkdir()
    for slug in LABS:
        measured = json.loads((TINY_BASELINES / f"{slug}.practice.json").read_text())
        for profile in ("practice", "official"):
            path = folder / f"rubrics/baselines/{slug}.{profile}.json"
            path.write_text(json.dumps(measured | {"profile": profile}))


def write_archive(folder: Path) -> None:
    """``archive.zip``, as it is downloaded."""
    with zipfile.ZipFile(folder / "archive.zip", "w") as archive:
        for path in sorted((folder / "home/asl_data").glob("*.csv")):
            archive.write(path, path.name)


def write_submissions(folder: Path) -> None:
    """A student's own work, as a script and a notebook, and what a class has handed in.

    All but that of lab 1 is cut short: it is graded, and need not pass. Bob's needs a person.
    """
    for slug in LABS:
        for kind in ("py", "ipynb"):
            right = (ROOT / f"tests/submissions/right/{slug}/sequential.{kind}").read_text()
            (folder / f"my_{slug}.{kind}").write_text(right if slug == "lab1" else cut_short(right))
    (folder / "handed_in").mkdir()
    for entry in STUDENTS:
        short = cut_short((folder / "my_lab1.py").read_text())
        assert short.count(OPTIMIZER) == 1
        stands = short if entry.student == "ada" else short.replace(OPTIMIZER, MOVES_NOTHING)
        (folder / "handed_in" / entry.source).write_text(stands)


def cut_short(program: str) -> str:
    """The same program with one epoch."""
    short, count = EPOCHS.subn(r"\g<1>1", program)
    assert count == 1, program
    return short


def write_class(folder: Path) -> None:
    """``results/lab1``: the class as graded by hand-built runs; bob's needs a person."""
    course, out = find_course(folder), folder / "results/lab1"
    lab, judged_by = course.assignment("lab1"), standard(course, "lab1", "practice")
    for entry, measured in zip(STUDENTS, (measurements(), STILL), strict=True):
        record = SubmissionRecord(
            student=entry.student,
            kind=Kind.SCRIPT,
            main=entry.source,
            files=(entry.source,),
            sha256="1" * 64,
        )
        found = evidence(submission=record, measurements=measured)
        grade = score(found, judged_by.rubric, judged_by.expectation, judged_by.checks)
        pages = render_pages(grade, found, judged_by.expectation.baseline, lab)
        write_result(out, found, grade, pages, Logs("", "", None))
    write_roll(out, Roll(assignment="lab1", layout=Layout.PLAIN, entries=STUDENTS))
    refresh_picture(out, folder)
