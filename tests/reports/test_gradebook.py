"""The gradebook as a spreadsheet and a program read it."""

import csv
import io

import pytest
from class_cases import DUE, FAULT, classroom, graded, hostile, roll
from report_cases import criterion

from grader.model.roll import Entry, NotGraded, Student
from grader.reports.gradebook import gradebook, inert


def read(text):
    assert text.startswith("\ufeffstudent,")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def test_a_row_holds_what_the_grade_says():
    entry = Entry(
        student="ada",
        source="ada.py",
        name="Ada Zölle",
        section="B",
        submitted=DUE,
        late_s=90,
    )
    one = graded("ada", ("met", "partial"), entry=entry, flags=("odd", "odder"), wall_s=12.5)
    (row,) = read(gradebook(roll(entry), [one]))
    assert row == {
        "student": "ada",
        "name": "Ada Zölle",
        "section": "B",
        "status": "graded",
        "score": "15",
        "max_score": "20",
        "passed": "yes",
        "provisional": "no",
        "needs_review": "no",
        "reasons": "",
        "late_s": "90",
        "submitted": "2026-11-27T22:00:00+00:00",
        "c0": "10",
        "c1": "5",
        "train_accuracy": "1",
        "valid_accuracy": "0.94",
        "data": "official",
        "epochs": "20",
        "attempts": "1",
        "wall_s": "12.5",
        "peak_rss_mb": "1400",
        "flags": "odd | odder",
        "sha256": "3f" * 32,
    }


def test_who_is_late_by_nobody_knows_how_much_is_late():
    known, in_time = Entry(student="a", source="a", late_s=0.0), Entry(student="b", source="b")
    rows = read(gradebook(roll(known, in_time), [graded("a"), graded("b")]))
    assert [row["late_s"] for row in rows] == ["0", ""]


def test_a_formula_behind_a_semicolon_is_none_where_that_separates_cells():
    assert inert("Ada;=1+1;x") == "Ada;'=1+1;x"
    assert inert("Ada; x") == "Ada; x"


def test_who_has_no_grade_has_a_row_that_says_why():
    called = roll(
        Entry(student="late", source="x"),
        left=(NotGraded(source="y", reason="No RAR.", student="rar"),),
        missing=(Student(student="gone", name="G"),),
    )
    rows = {row["student"]: row for row in read(gradebook(called, [graded("ada")]))}
    assert {name: row["status"] for name, row in rows.items()} == {
        "ada": "graded",
        "late": "not graded",
        "rar": "not graded",
        "gone": "missing",
    }
    assert rows["rar"]["reasons"] == "No RAR."
    assert all(rows[name]["score"] == rows[name]["passed"] == "" for name in ("late", "rar"))


def test_a_fault_has_no_score_and_no_points_but_reasons():
    one = graded("ada", ("fault", "met"), score=None, reasons=(FAULT,))
    (row,) = read(gradebook(None, [one]))
    assert (row["status"], row["score"], row["passed"]) == ("needs review", "", "")
    assert (row["c0"], row["c1"], row["reasons"]) == ("", "10", FAULT)


def test_criteria_of_changed_rubrics_all_have_a_column_and_names_never_collide():
    grades = [
        graded("a", criteria=[criterion("score", "met"), criterion("x", "met")]),
        graded("b", criteria=[criterion("x", "met"), criterion("y", "unmet")]),
    ]
    rows = read(gradebook(None, grades))
    assert list(rows[0])[12:15] == ["score (criterion)", "x", "y"]
    assert [row["y"] for row in rows] == ["", "0"]


def test_holdout_has_a_column_where_somebody_has_it():
    assert "holdout_accuracy" not in read(gradebook(None, [graded()]))[0]
    one = graded()
    measured = one.grade.measurements.model_copy(update={"holdout_accuracy": 0.5})
    held = type(one)("b", one.grade.model_copy(update={"measurements": measured}), None)
    assert read(gradebook(None, [held]))[0]["holdout_accuracy"] == "0.5"


@pytest.mark.parametrize(
    "text",
    [
        *("=cmd()", "+1+1", "-1+1", "@SUM(A1)", "\t=1", " =1", "\u00a0=1", "\n@x", "-", "+49 30"),
        *("\tx", "\uff1d1+1", "\u200d=1", "=", "-1e5"),
    ],
)
def test_what_a_spreadsheet_would_compute_is_inert(text):
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-5", "+3.25", "-0.5", "007", "12", "Ada", "a=b", "", "x -1"])
def test_numbers_and_ordinary_text_stay_as_they_are(text):
    assert inert(text) == text


def test_hidden_characters_are_shown_so_they_hide_no_formula():
    assert inert("\u202e=1") == "⟨U+202E⟩=1"
    assert inert("\r=1") == "⟨U+000D⟩=1"


def test_figures_stay_figures_also_negative_ones():
    one = graded("ada", score=-2.5, valid=0.123456789)
    (row,) = read(gradebook(None, [one]))
    assert (row["score"], row["valid_accuracy"]) == ("-2.5", "0.123457")


def test_no_cell_of_a_hostile_class_is_a_formula():
    text = gradebook(*hostile())
    rows = list(csv.reader(io.StringIO(text[1:], newline="")))
    assert len({len(row) for row in rows}) == 1
    cells = [cell for row in rows for cell in row if cell]
    assert not [cell for cell in cells if inert(cell) != cell and not cell.startswith("'")]
    assert {"'=cmd()|'/c calc'!A0", "'-2+3", "' @SUM(1)", "'\t=1+1"} <= set(cells)


def test_lines_end_as_in_a_csv_file_and_everybody_has_one():
    called, grades = classroom(300)
    text = gradebook(called, grades)
    assert text.count("\r\n") == 1 + 300 + 1 + len(called.missing)
    assert "\n" not in text.replace("\r\n", "")
    text.encode("utf-8")


def test_a_class_without_anybody_has_its_heading():
    assert read(gradebook(None, [])) == []
