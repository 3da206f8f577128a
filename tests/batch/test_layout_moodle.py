"""Downloads of Moodle."""

import pytest
from class_trees import CODE, NOTEBOOK, mains, packed, packed_tree, reasons, roll_of, sources, tree

from grader.batch.layouts import open_class
from grader.model.roll import Layout, Student
from grader.people.roster import Roster

UPLOADED = "_assignsubmission_file"
ROSTER = Roster((
    Student(student="ada", name="Ada Lovelace", section="A", known_as=("Participant 11", "11")),
    Student(student="jane1", name="Jane Doe"),
    Student(student="zoe", name="Zoë Ünal"),
    Student(student="li", name="Li Wei", known_as=("Participant 44", "44")),
))  # fmt: skip


@pytest.mark.parametrize("end", ["", "_"])
def test_a_folder_per_participant_is_called_by_the_full_name(tmp_path, end):
    folder = tree(
        tmp_path,
        f"Ada Lovelace_11{UPLOADED}{end}/lab1.ipynb",
        f"Jean-Pierre O'Neill_22{UPLOADED}{end}/deeper/lab1.py",
        f"Zoë Ünal_33{UPLOADED}{end}/work.zip",
    )
    roll = roll_of(folder)
    assert roll.layout is Layout.MOODLE
    assert [(one.student, one.name, one.known_as) for one in roll.entries] == [
        ("Ada-Lovelace", "Ada Lovelace", ("11",)),
        ("Jean-Pierre-O-Neill", "Jean-Pierre O'Neill", ("22",)),
        ("Zoë-Ünal", "Zoë Ünal", ("33",)),
    ]
    assert sources(roll)["Zoë-Ünal"].endswith("/work.zip")
    assert list(mains(folder).values()) == ["lab1.ipynb", "lab1.py", "main.py"]


def test_files_side_by_side_become_a_folder_of_each_participant(tmp_path):
    begins = f"Ada Lovelace_11{UPLOADED}_"
    tree(tmp_path, f"{begins}utils.py", f"Li Wei_44{UPLOADED}_lab1.py", f"Bo_5{UPLOADED}_..")
    (tmp_path / f"{begins}lab1.py").write_text("import utils\n")
    assert sources(roll_of(tmp_path)) == {
        "Ada-Lovelace": f"{begins}*",
        "Bo": f"Bo_5{UPLOADED}_..",
        "Li-Wei": f"Li Wei_44{UPLOADED}_lab1.py",
    }
    (tmp_path / f"Bo_5{UPLOADED}_..").unlink()
    assert mains(tmp_path) == {"Ada-Lovelace": "lab1.py", "Li-Wei": "lab1.py"}
    with open_class(tmp_path, "lab1") as opened:
        staged = opened.paths["Ada-Lovelace"]
        assert sorted(path.name for path in staged.iterdir()) == ["lab1.py", "utils.py"]
    assert not staged.exists()


def test_what_was_typed_is_left_beside_what_was_uploaded(tmp_path):
    typed = "Ada Lovelace_11_assignsubmission_onlinetext"
    tree(tmp_path, f"{typed}/onlinetext.html", f"Ada Lovelace_11{UPLOADED}/lab1.py", "notes.txt")
    roll = roll_of(tmp_path, roster=ROSTER)
    assert list(sources(roll)) == ["ada"]
    assert [(one.source, one.student) for one in roll.left] == [(typed, "ada"), ("notes.txt", "")]
    assert "ask for a script" in reasons(roll)[typed]


def test_two_of_one_name_are_kept_apart_by_their_numbers(tmp_path):
    folder = tree(tmp_path, f"Jane Doe_22{UPLOADED}/a.py", f"jane doe_33{UPLOADED}/a.py")
    assert list(sources(roll_of(folder))) == ["Jane-Doe-22", "jane-doe-33"]


def test_two_of_one_name_and_one_on_the_roster_are_not_told_apart_by_guessing(tmp_path):
    folder = tree(tmp_path, f"Jane Doe_22{UPLOADED}/a.py", f"Jane Doe_33{UPLOADED}/a.py")
    roll = roll_of(folder, roster=ROSTER)
    assert [(one.student, one.unmatched) for one in roll.entries] == [
        ("Jane-Doe-22", True), ("Jane-Doe-33", True),
    ]  # fmt: skip
    assert "jane1" in [one.student for one in roll.missing]


def test_participants_whose_names_are_hidden_are_told_by_their_numbers(tmp_path):
    names = [f"Participant_{number}{UPLOADED}/lab1.py" for number in (11, 44, 99)]
    assert list(sources(roll_of(tree(tmp_path, *names)))) == [
        "Participant-11", "Participant-44", "Participant-99",
    ]  # fmt: skip
    roll = roll_of(tmp_path, roster=ROSTER)
    assert [(one.student, one.name, one.unmatched) for one in roll.entries] == [
        ("ada", "Ada Lovelace", False), ("li", "Li Wei", False), ("Participant-99", "", True),
    ]  # fmt: skip


def test_a_team_may_have_no_number(tmp_path):
    folder = tree(tmp_path, f"Team A_7{UPLOADED}/a.py", f"Default group{UPLOADED}/a.py")
    assert list(sources(roll_of(folder))) == ["Default-group", "Team-A"]


@pytest.mark.parametrize("wrapped", ["", "CS101-Lab 1-4711/"])
def test_the_zip_is_read_as_it_was_downloaded_or_packed_again(tmp_path, wrapped):
    tree(tmp_path / "files", f"{wrapped}Zoë Ünal_33{UPLOADED}/work.zip")
    path = packed_tree(tmp_path / "CS101-Lab 1-4711.zip", tmp_path / "files")
    roll = roll_of(path, roster=ROSTER)
    assert (roll.layout, sources(roll)) == (
        Layout.MOODLE, {"zoe": f"{wrapped}Zoë Ünal_33{UPLOADED}/work.zip"},
    )  # fmt: skip
    assert mains(path) == {"Zoë-Ünal": "main.py"}


def test_a_stray_folder_of_moodles_makes_no_download(tmp_path):
    folder = tree(tmp_path, "ada.py", "bob.py", f"Li Wei_44{UPLOADED}/lab1.py")
    assert roll_of(folder).layout is Layout.PLAIN


def test_three_hundred_participants_and_one_strange_file(tmp_path):
    files = {f"Student {n}_{n}{UPLOADED}/lab1.ipynb": NOTEBOOK for n in range(300)}
    files |= {f"Student {n}_{n}{UPLOADED}/utils.py": CODE for n in range(300)}
    strange = f"Student 7_7{UPLOADED}/{'学' * 100}.txt"
    files |= {strange: "", f"Student 8_8{UPLOADED}\\..\\..\\up.py": CODE}
    roll = roll_of(packed(tmp_path / "class.zip", files))
    assert len(roll.entries) == 300
    assert [one.source for one in roll.left] == [strange, f"Student 8_8{UPLOADED}\\..\\..\\up.py"]


def test_a_number_that_is_another_students_elsewhere_is_nobodys(tmp_path):
    numbered = Roster((Student(student="11", name="Bob Kahn"), Student(student="42", name="Ada L")))
    folder = tree(tmp_path, f"Ada L_11{UPLOADED}/lab1.py", f"Eve New_42{UPLOADED}/lab1.py")
    roll = roll_of(folder, roster=numbered)
    assert [(one.student, one.unmatched) for one in roll.entries] == [
        ("Ada-L", True),
        ("Eve-New", True),
    ]
    assert [one.student for one in roll.missing] == ["11", "42"]


NUMBERED = Student(student="1001", name="Bob García Baker")
LISTED = Student(student="bob", name="Bob García Baker", known_as=("Participant 1001", "1001"))


@pytest.mark.parametrize(
    ("name", "student", "who"),
    [
        ("Ada Byron", NUMBERED, None),
        ("Bob Garcia", NUMBERED, None),
        ("Ada Byron", NUMBERED.model_copy(update={"student": "b", "known_as": ("1001",)}), None),
        ("GARCÍA BAKER BOB", NUMBERED, "1001"),
        ("Bob Garcia-Baker", NUMBERED, "1001"),
        ("Baker, Bob García", NUMBERED, "1001"),
        ("Ada Byron", NUMBERED.model_copy(update={"name": ""}), "1001"),
        ("Ada Byron", LISTED, "bob"),
    ],
)
def test_a_number_counts_with_another_full_name_only_where_the_roster_says_whose_it_is(
    tmp_path, name, student, who
):
    roll = roll_of(tree(tmp_path, f"{name}_1001{UPLOADED}/a.py"), roster=Roster((student,)))
    (entry,) = roll.entries
    assert (entry.unmatched, entry.student if who else None) == (who is None, who)
    assert entry.name == (student.name if who and student.name else name)


def test_the_number_of_a_hidden_participant_is_no_other_number(tmp_path):
    folder = tree(tmp_path, f"Participant_1001{UPLOADED}/a.py")
    (entry,) = roll_of(folder, roster=Roster((NUMBERED,))).entries
    assert (entry.student, entry.unmatched) == ("Participant-1001", True)
    assert roll_of(folder, roster=Roster((LISTED,))).entries[0].student == "bob"
