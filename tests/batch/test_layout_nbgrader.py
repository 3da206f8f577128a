"""Courses of nbgrader."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from class_trees import mains, reasons, roll_of, sources, tree
from hypothesis import given
from hypothesis import strategies as st

from grader.batch.layouts.nbgrader import parse_timestamp
from grader.model.roll import Layout, Student
from grader.people.roster import Roster

STAMP = "submitted/ada/lab1/timestamp.txt"


@pytest.fixture
def course(tmp_path):
    return tree(
        tmp_path / "course",
        *("submitted/ada/lab1/lab1.ipynb", "submitted/ada/lab2/lab2.ipynb"),
        *("submitted/bob/Lab1/lab1.ipynb", "submitted/cyd/lab2/lab2.ipynb", "submitted/notes.txt"),
        *("source/lab1/lab1.ipynb", "feedback/ada/lab1/lab1.html", "gradebook.db"),
    )


def test_the_folders_of_the_assignment_are_found(course):
    roll = roll_of(course)
    assert roll.layout is Layout.NBGRADER
    assert sources(roll) == {"ada": "submitted/ada/lab1", "bob": "submitted/bob/Lab1"}
    assert mains(course) == {"ada": "lab1.ipynb", "bob": "lab1.ipynb"}
    assert [(one.source, one.student) for one in roll.left] == [("submitted/notes.txt", "")]


def test_the_folder_may_be_submitted_itself(course):
    roll = roll_of(course / "submitted")
    assert roll.layout is Layout.NBGRADER
    assert sources(roll) == {"ada": "ada/lab1", "bob": "bob/Lab1"}


def test_a_link_is_no_students_folder(course, tmp_path):
    (course / "submitted/eve").mkdir()
    (course / "submitted/eve/lab1").symlink_to(course / "submitted/ada/lab1")
    assert "eve" not in sources(roll_of(course))
    assert "submitted/eve" in reasons(roll_of(course))


def test_who_is_missing_is_told_by_the_roster(course):
    roster = Roster(tuple(Student(student=one) for one in ("ada", "bob", "cyd", "dan")))
    roll = roll_of(course, roster=roster)
    assert [one.student for one in roll.missing] == ["cyd", "dan"]
    assert "cyd" not in {one.student for one in roll.left}


@pytest.mark.parametrize(
    ("text", "late_s"),
    [
        ("2026-03-02 12:00:00.948203 America/Los_Angeles", 8 * 3600 + 0.948203),
        ("2026-03-02 12:00:10.5 UTC", 10.5),
        ("2026-03-02T12:30:00+00:00\n", 1800),
        ("2026-03-02 11:30:00 -0100", 1800),
        ("2026-03-02 12:00:01", 1),
        ("2026-03-02 11:59:59 UTC", None),
        ("2026-03-02 12:00:00 UTC", None),
    ],
)
def test_a_timestamp_tells_how_late_it_was(course, text, late_s):
    (course / STAMP).write_text(text)
    entry = roll_of(course, due=datetime(2026, 3, 2, 12, tzinfo=UTC)).entries[0]
    assert entry.submitted is not None
    assert entry.late_s == late_s
    assert roll_of(course).entries[0].late_s is None


def test_a_due_date_without_a_zone_is_in_this_machines(course):
    due = datetime(2026, 3, 2, 12)
    (course / STAMP).write_text((due.astimezone() + timedelta(minutes=1)).isoformat())
    assert roll_of(course, due=due).entries[0].late_s == 60


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2026-03-02 12:00 ../../etc/passwd", "2026-03-02 12:00 Mars/Olympus",
     "0001-01-01 00:00:00 +2359", "9999-12-31 23:59:59 UTC", "2026-13-02", "x" * 10_000],
)  # fmt: skip
def test_a_timestamp_that_is_not_understood_tells_nothing(course, text):
    (course / STAMP).write_text(text)
    entry = roll_of(course, due=datetime(2026, 1, 1, tzinfo=UTC)).entries[0]
    assert (entry.submitted, entry.late_s) == (None, None)


def test_a_timestamp_behind_a_link_is_not_read(course, tmp_path):
    (tmp_path / "real.txt").write_text("2026-03-02 12:00:00 UTC")
    (course / STAMP).symlink_to(tmp_path / "real.txt")
    assert roll_of(course).entries[0].submitted is None


@given(
    st.text(max_size=60) | st.datetimes(timezones=st.just(timezone(timedelta(hours=9)))).map(str)
)
def test_whatever_a_timestamp_says_it_is_a_time_with_a_zone_or_nothing(text):
    found = parse_timestamp(text)
    assert found is None or (found - datetime(2026, 1, 1, tzinfo=UTC)).total_seconds() is not None
