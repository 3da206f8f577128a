"""Rosters as systems and spreadsheets write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.discovery import identifier
from grader.errors import CallerError
from grader.model.roll import Student
from grader.people.roster import Roster, read_roster

CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Lab 1 (991)
,,,,,Manual Posting
    Points Possible,,,,,10
"Lovelace, Ada",4711,S-17,ada,CS 101-01,
"García López, José",4712,S-18,jose,"CS 101-01, CS 101-02",
"Student, Test",4799,,b1946ac92492d2347c6235b4d2611184,CS 101-01,
"""


def roster(folder, text, encoding="utf-8"):
    path = folder / "roster.csv"
    path.write_bytes(text.encode(encoding))
    return path


def refused(path):
    with pytest.raises(CallerError) as caught:
        read_roster(path)
    text = str(caught.value)
    assert "\n" not in text
    assert str(path) in text
    return text


def test_a_gradebook_of_canvas_lists_logins_names_and_sections(tmp_path):
    ada, jose = read_roster(roster(tmp_path, CANVAS)).students
    assert (ada.student, ada.name, ada.section) == ("ada", "Ada Lovelace", "CS 101-01")
    assert ada.known_as == ("S-17", "4711")
    assert (jose.name, jose.section) == ("José García López", "CS 101-01, CS 101-02")


@pytest.mark.parametrize(
    ("text", "student", "name", "section"),
    [
        ("student,name,section\nada,Ada Lovelace,A\n", "ada", "Ada Lovelace", "A"),
        ("Student;Name\nada;Lovelace, Ada\n", "ada", "Ada Lovelace", ""),
        ("student\nada\n", "ada", "", ""),
        ('sep=;\r\nstudent;name\r\nada;"Ada; Countess"\r\n', "ada", "Ada; Countess", ""),
        ("First name,Surname,ID number,Email address\nAda,Lovelace,17,a@u.edu\n",
         "17", "Ada Lovelace", ""),
        ("First name,Last name,Email address,Groups\nAda,Lovelace,a@u.edu,G1\n",
         "a@u.edu", "Ada Lovelace", "G1"),
        ("Identifier,Full name,Email address,Grade\nParticipant 123,Ada Lovelace,a@u.edu,\n",
         "a@u.edu", "Ada Lovelace", ""),
        ("Identifier,Full name\nParticipant 123,Ada Lovelace\n",
         "Participant-123", "Ada Lovelace", ""),
        ('"identifier","github_username","github_id","name"\n"ada","countess","42","Ada L"\n',
         "ada", "Ada L", ""),
        ("id,last_name,first_name,email\nada,Lovelace,Ada,ada@u.edu\n", "ada", "Ada Lovelace", ""),
    ],
)  # fmt: skip
def test_what_other_systems_export_is_understood(tmp_path, text, student, name, section):
    (one,) = read_roster(roster(tmp_path, text)).students
    assert (one.student, one.name, one.section) == (student, name, section)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_what_spreadsheets_save_is_read(tmp_path, separator, encoding):
    text = separator.join(["student", "name"]) + "\r\n" + separator.join(["zoë", "Zoë Ünal"])
    (one,) = read_roster(roster(tmp_path, text, encoding)).students
    assert (one.student, one.name) == ("zoë", "Zoë Ünal")


def test_short_and_empty_rows_do_no_harm(tmp_path):
    path = roster(tmp_path, "student,name,section\n\n,,\nada\n  \nbob,Bob,B,extra\n")
    assert [one.student for one in read_roster(path).students] == ["ada", "bob"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Vorname,Nachname,E-Mail-Adresse\nAda,Lovelace,a@u.edu\n", "needs a column 'student'"),
        ("", "begins with nothing"),
        ("student,name\n", "lists no students"),
        ("student,name\nada,Ada\nbob,Bob\nADA,Other\n", "more than once (ada)"),
        ("PK\3\4...", "is a spreadsheet: save it as CSV"),
        ('student,name\n"' + "x" * 200_000 + '",y\n', "no table that can be read"),
    ],
)
def test_what_is_no_roster_is_refused_with_the_remedy(tmp_path, text, said):
    assert said in refused(roster(tmp_path, text))


def test_a_roster_that_is_not_there_or_no_text_is_refused(tmp_path):
    assert "check the path" in refused(tmp_path / "none.csv")
    (tmp_path / "bytes.csv").write_bytes(b"student\n\x81\x8d")
    assert "save it as CSV in UTF-8" in refused(tmp_path / "bytes.csv")


@pytest.mark.parametrize(
    "called",
    [
        *("ada", "ADA", "S-17", "4711", "Ada Lovelace", "ada  LOVELACE", "Lovelace, Ada"),
        *("lovelaceada", "AdaLovelace", "ada_lovelace"),
    ],
)
def test_a_student_is_found_by_all_they_are_called(tmp_path, called):
    found = read_roster(roster(tmp_path, CANVAS)).find(called)
    assert found is not None
    assert found.student == "ada"


@pytest.mark.parametrize(
    "called", ["garcíalópezjosé", "Jose\u0301 García López", "JOSÉ GARCÍA LÓPEZ"]
)
def test_names_with_marks_and_two_surnames_are_found(tmp_path, called):
    found = read_roster(roster(tmp_path, CANVAS)).find(called)
    assert found is not None
    assert found.student == "jose"


@pytest.mark.parametrize("called", ["", "Lovelace", "José", "Points Possible", "a@u.edu", "ad a"])
def test_nobody_is_found_by_less_than_all_of_a_name(tmp_path, called):
    assert read_roster(roster(tmp_path, CANVAS)).find(called) is None


def test_the_number_of_a_participant_of_moodle_is_enough(tmp_path):
    path = roster(tmp_path, "Identifier,Full name,Email address\nParticipant 123,Ada L,a@u.edu\n")
    for called in ("123", "Participant 123", "a@u.edu", "a"):
        assert read_roster(path).find(called) is not None


def test_what_may_be_several_is_nobody():
    twins = Roster((
        Student(student="s1", name="Ada Lovelace", known_as=("ada@one.edu", "7")),
        Student(student="s2", name="Lovelace, Ada", known_as=("ada@two.edu", "7")),
    ))  # fmt: skip
    for called in ("Ada Lovelace", "lovelaceada", "ada", "7"):
        assert twins.find(called) is None
    assert twins.find("ada@two.edu") is twins.students[1]


def test_a_students_own_identifier_goes_before_what_others_are_known_as():
    both = Roster((Student(student="7"), Student(student="eve", known_as=("7", "7@u.edu"))))
    assert both.find("7") is both.students[0]


@given(st.text(min_size=1), st.text())
def test_whatever_a_roster_says_students_have_names_that_are_safe(tmp_path_factory, student, name):
    folder = tmp_path_factory.mktemp("roster")
    cells = [
        cell.encode("utf-8", "replace").decode().replace('"', '""') for cell in (student, name)
    ]
    try:
        found = read_roster(roster(folder, 'student,name\n"{}","{}"\n'.format(*cells)))
    except CallerError:
        return
    for one in found.students:
        assert identifier(one.student) == one.student
        assert one.name.isprintable()
        assert found.find(one.student) is one
