"""A gradebook that Canvas exported, filled and read back."""

import csv
import io

import pytest
from export_cases import entry, grade, wanted
from gradebook_cases import CANVAS, changes, export, frame, read, scored
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import CallerError
from grader.model.roll import Student

TARGET = "Lab 1: Digits (991)"


def gradebook(folder, text=CANVAS, encoding="utf-8"):
    path = folder / "canvas.csv"
    path.write_bytes(text.encode(encoding))
    return path


def filled(path, *entries, grades=None, **options):
    return export("canvas", wanted(*entries, grades=grades, fill=path, **options))


def refused(path, **options):
    with pytest.raises(CallerError) as caught:
        filled(path, entry("ada"), **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_only_the_cells_of_graded_students_change(tmp_path, encoding, end):
    path = gradebook(tmp_path, CANVAS.replace("\n", end), encoding)
    found = filled(
        path, entry("ada"), entry("bob"), grades=[scored("ada", 87.5), scored("bob", 60.0)]
    )
    assert found.left == ()
    before, after = read(path.read_bytes(), ",", encoding), read(found.content, ",", encoding)
    assert changes(before, after) == {(3, 7): "87.5", (4, 7): "60"}
    assert found.notes == ("1 other grade in that column was replaced",)
    text = path.read_bytes().decode(encoding)
    expected = text.replace("9.50,,95", "9.50,87.5,95").replace(",70.00,", ",60,")
    assert found.content.decode(encoding) == expected


def test_what_pandas_reads_back_is_the_same_but_for_one_column(tmp_path):
    path = gradebook(tmp_path)
    found = filled(path, entry("ada"), entry("bob"))
    before, after = frame(path.read_bytes()), frame(found.content)
    assert list(after[TARGET])[2:] == ["100", "100", "EX", ""]
    others = [name for name in before.columns if name != TARGET]
    assert after[others].equals(before[others])


def test_a_semicolon_goes_with_decimal_commas(tmp_path):
    text = "Student;ID;SIS Login ID;Section;Lab 1: Digits (991)\r\n"
    text += "    Points Possible;;;;12,50\r\nLovelace, Ada;1;ada;A;\r\nKay, Bob;2;bob;A;3,25\r\n"
    path = gradebook(tmp_path, text, "utf-8-sig")
    found = filled(path, entry("ada"), grades=[scored("ada", 90.0)])
    assert found.content == path.read_bytes().replace(b"ada;A;", b"ada;A;11,25")
    assert "multiplied by 12.5/100" in found.notes[0]


def test_a_decimal_comma_between_commas_is_quoted(tmp_path):
    text = 'Student,ID,Lab 1: Digits (991)\n    Points Possible,,"100,00"\n"Lovelace, Ada",1,\n'
    path = gradebook(tmp_path, text)
    found = filled(path, entry("1"), grades=[scored("1", 87.5)])
    assert found.content.decode() == text.replace("1,\n", '1,"87,5"\n')


def test_scores_are_scaled_to_the_points_of_the_column_and_it_is_said(tmp_path):
    path = gradebook(tmp_path)
    found = filled(path, entry("bob"), grades=[scored("bob", 87.5)], column="990")
    assert changes(read(path.read_bytes()), read(found.content)) == {(4, 6): "8.75"}
    assert found.notes == (
        "the column has 10 points and the grades are out of 100: every score was multiplied by "
        "10/100",
    )


def test_a_column_without_points_takes_the_grades_as_they_are_and_it_is_said(tmp_path):
    path = gradebook(tmp_path, "Student,ID,Lab 1: Digits (991)\nAda L,ada,\n")
    found = filled(path, entry("ada"))
    assert read(found.content)[1] == ["Ada L", "ada", "100"]
    assert "grades are out of 100" in found.notes[0]


def test_a_grade_that_is_there_already_stays_as_it_was_written(tmp_path):
    path = gradebook(tmp_path)
    found = filled(path, entry("bob"), grades=[scored("bob", 70.0)])
    assert found.content == path.read_bytes()
    assert found.notes == ("no grade was filled, for those that count were there already",)


def test_nothing_filled_does_not_look_like_success(tmp_path):
    found = filled(gradebook(tmp_path), entry("nobody"))
    assert found.notes == ("no grade was filled",)


@pytest.mark.parametrize(
    ("score", "written"),
    [(69.96, "6.996"), (70.0, "7"), (70.04, "7"), (69.94, "6.99"), (87.5, "8.75")],
)
def test_a_column_of_few_points_rounds_nobody_over_or_under_the_pass_mark(tmp_path, score, written):
    bob = scored("bob", score).model_copy(update={"pass_mark": 70.0})
    found = filled(gradebook(tmp_path), entry("bob"), grades=[bob], column="990")
    assert read(found.content)[4][6] == written


def test_grades_on_practice_data_are_said_to_be_none_of_the_course(tmp_path):
    practice = grade("ada", profile="practice")
    (note,) = filled(gradebook(tmp_path), entry("ada"), grades=[practice]).notes
    assert "practice data: they are not the course's grades" in note


HOSTILE = st.text(st.sampled_from("=+-@é'\" ,;\t\r\n\u202ea1"), max_size=8)


@given(HOSTILE, HOSTILE, st.sampled_from([",", ";", "\t"]))
def test_whatever_other_cells_say_they_stay(tmp_path_factory, name, note, separator):
    path = tmp_path_factory.mktemp("canvas") / "canvas.csv"
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator)
    writer.writerow(["Student", "ID", "Notes", "Lab 1: Digits (991)", "After"])
    writer.writerow([name, "4712", note, "12", note])
    writer.writerow(["Lovelace, Ada", "ada", note, "", name])
    path.write_bytes(text.getvalue().encode("utf-8-sig"))
    found = filled(path, entry("ada"))
    before, after = (read(one, separator) for one in (path.read_bytes(), found.content))
    assert changes(before, after) == {(2, 3): "100"}


@pytest.mark.parametrize("there", ["EX", "N/A"])
def test_what_a_person_decided_stays_and_is_listed(tmp_path, there):
    path = gradebook(tmp_path, CANVAS.replace(",EX,", f",{there},"))
    found = filled(path, entry("zoe"))
    assert found.content == path.read_bytes()
    assert found.left == (f"zoe: their cell says '{there}', which is left as it is",)


@pytest.mark.parametrize(
    ("student", "name", "known_as"),
    [
        ("ada", "", ()),
        ("ADA", "", ()),
        ("S-17", "Ada Lovelace", ()),
        ("S-17", "Lovelace Ada", ()),
        ("4711", "", ()),
        ("lovelaceada", "", ("4711",)),
        ("somebody", "Ada Lovelace", ("4711",)),
        ("somebody", "Ada Lovelace", ()),
        ("somebody", "Lovelace, Ada", ()),
        ("somebody", "Lovelace Ada", ()),
        ("Ada-Lovelace", "", ()),
        ("Lovelace-Ada", "", ()),
    ],
)
def test_a_student_is_found_by_identifiers_and_full_name(tmp_path, student, name, known_as):
    path = gradebook(tmp_path)
    found = filled(path, entry(student, name, *known_as))
    assert changes(read(path.read_bytes()), read(found.content)) == {(3, 7): "100"}
    assert found.left == ()


@pytest.mark.parametrize(
    ("student", "name", "known_as", "said"),
    [
        ("lovelace", "", (), "nobody in the file has"),
        ("Adam", "Ada", (), "nobody in the file has"),
        (
            "eve",
            "Eve Moore",
            ("4711",),
            "calls who has their identifier Lovelace, Ada, and they are",
        ),
        ("S-17", "Eve Moore", (), "Lovelace, Ada, and they are called Eve Moore here"),
        ("ada", "José Bob", (), "Lovelace, Ada, and they are called José Bob here"),
        (
            "ada",
            "Zoë +Ünal",
            (),
            "in the row of Lovelace, Ada and their name in that of +Ünal, Zoë",
        ),
        ("4711", "Zoë +Ünal", (), "in the row of Lovelace, Ada and their name in that of +Ünal"),
        ("x", "Zoë +Ünal", ("4711",), "in the row of Lovelace, Ada and their name in that of"),
        ("mooreeve", "", ("4711",), "calls who has their identifier Lovelace, Ada, and they are"),
        ("ada", "", ("bob",), "several rows that may be theirs (Lovelace, Ada, O'Brien"),
        ("b1946ac92492d2347c6235b4d2611184", "", (), "nobody in the file has"),
        ("Points-Possible", "", (), "nobody in the file has"),
    ],
)
def test_nobody_is_guessed(tmp_path, student, name, known_as, said):
    path = gradebook(tmp_path)
    found = filled(path, entry(student, name, *known_as))
    assert found.content == path.read_bytes()
    assert len(found.left) == 1
    assert found.left[0].startswith(f"{student}: ")
    assert said in found.left[0]


def test_a_number_of_another_system_costs_nobody_whose_login_and_name_agree(tmp_path):
    path = gradebook(tmp_path)
    found = filled(path, entry("ada", "Ada Lovelace", "4712"))
    assert changes(read(path.read_bytes()), read(found.content)) == {(3, 7): "100"}


def test_a_name_that_two_rows_have_in_either_order_is_nobodys(tmp_path):
    path = gradebook(tmp_path, "Student,ID,Lab 1: Digits (991)\nWei Li,1,\nLi Wei,2,\n")
    (left,) = filled(path, entry("x", "Li Wei")).left
    assert "several rows that may be theirs (Wei Li, Li Wei)" in left


def test_students_of_one_name_are_told_apart_by_identifiers_alone(tmp_path):
    text = "Student,ID,SIS Login ID,Lab 1: Digits (991)\n"
    path = gradebook(tmp_path, text + '"Wei, Li",1,li1,\n"Wei, Li",2,li2,\n')
    found = filled(path, entry("li2", "Li Wei"), entry("x", "Li Wei"))
    assert read(found.content)[1:] == [["Wei, Li", "1", "li1", ""], ["Wei, Li", "2", "li2", "100"]]
    assert found.left == ("x: several of the class have this name: enter the grades by hand",)
    (other,) = filled(path, entry("x", "Li Wei")).left
    assert "several rows" in other


def test_two_students_who_may_be_one_row_are_both_left(tmp_path):
    path = gradebook(tmp_path)
    found = filled(path, entry("ada"), entry("S-17"))
    assert found.content == path.read_bytes()
    assert len(found.left) == 2
    assert all("several students may be Lovelace, Ada" in one for one in found.left)


def test_a_grade_that_does_not_count_is_not_filled_and_who_is_missing_is_no_zero(tmp_path):
    path = gradebook(tmp_path)
    waits = grade("ada").model_copy(update={"needs_review": True, "provisional": True})
    found = filled(path, entry("ada"), grades=[waits], missing=[Student(student="bob")])
    assert found.content == path.read_bytes()
    assert len(found.left) == 1
    assert "waits for a person" in found.left[0]
    asked = filled(path, entry("ada"), grades=[waits], provisional=True)
    assert asked.left == ()
    assert asked.notes == ("only provisional, for a person has yet to look at it: ada",)


@pytest.mark.parametrize("column", [TARGET, "991", "(991)", "lab 1: digits", None])
def test_the_column_is_known_by_number_name_and_title(tmp_path, column):
    path = gradebook(tmp_path)
    found = filled(path, entry("ada"), column=column)
    assert changes(read(path.read_bytes()), read(found.content)) == {(3, 7): "100"}


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("Current Score", "takes no grades"),
        ("Section", "takes no grades"),
        ("SIS User ID", "takes no grades"),
        ("Lab 7", "no column is called 'Lab 7' in the file: name one with --column; it has Stud"),
    ],
)
def test_other_columns_are_refused_with_the_remedy(tmp_path, column, said):
    assert said in refused(gradebook(tmp_path), column=column)


def test_totals_are_refused_where_no_row_says_so(tmp_path):
    text = "Student,ID,Labs Unposted Final Score (Fall 2026),Override Grade\nAda,1,,\n"
    for column in ("Labs Unposted Final Score (Fall 2026)", "Override Grade"):
        assert "takes no grades" in refused(gradebook(tmp_path, text), column=column)


def test_an_assignment_without_a_column_of_its_title_is_asked_for(tmp_path):
    text = CANVAS.replace("Lab 1: Digits (991)", "Lab One (991)")
    assert "Lab 0 (990), Lab One (991)" in refused(gradebook(tmp_path, text))
    twice = CANVAS.replace("Lab 0 (990)", "Lab 1: Digits (990)")
    assert "2 columns are called 'Lab 1: Digits'" in refused(gradebook(tmp_path, twice))


def test_what_is_no_gradebook_is_refused(tmp_path):
    assert "is no gradebook of Canvas" in refused(gradebook(tmp_path, "a;b\n1;2\n"))
    assert "check the path" in refused(tmp_path / "none.csv")


def test_first_and_last_names_may_be_apart(tmp_path):
    text = "LastName,FirstName,ID,Lab 1: Digits (991)\nLovelace,Ada,1,\n"
    found = filled(gradebook(tmp_path, text), entry("x", "Ada Lovelace"))
    assert read(found.content)[1] == ["Lovelace", "Ada", "1", "100"]
