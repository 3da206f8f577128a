"""Clones of assignment repositories."""

import pytest
from class_trees import CODE, mains, reasons, roll_of, sources, tree

from grader.model.roll import Layout, Student
from grader.people.roster import Roster

TRAP = '[core]\n\tfsmonitor = "touch RUN"\n\thooksPath = .\n[alias]\n\tlog = "!touch RUN"\n'


def clones(folder, *names):
    for name in names:
        tree(folder, f"{name}/lab1.py", f"{name}/.git/logs/HEAD", f"{name}/.git/config")
        (folder / name / ".git/config").write_text(TRAP)
    return folder


def test_clones_are_called_after_their_owners(tmp_path):
    folder = clones(tmp_path, "lab1-alice", "lab1-bob-kahn")
    roll = roll_of(folder)
    assert roll.layout is Layout.REPOSITORIES
    assert sources(roll) == {"alice": "lab1-alice", "bob-kahn": "lab1-bob-kahn"}
    assert mains(folder) == {"alice": "lab1.py", "bob-kahn": "lab1.py"}


def test_nothing_of_a_clone_is_run_and_no_time_is_believed(tmp_path):
    folder = clones(tmp_path, "lab1-alice")
    (folder / "lab1-alice/.git/logs/HEAD").write_text(
        "0" * 40 + " " + "1" * 40 + " A <a@u.edu> 1700000000 +0000\tclone: from github.com\n"
    )
    (entry,) = roll_of(folder).entries
    assert (entry.submitted, entry.late_s) == (None, None)
    assert not list(folder.rglob("RUN"))


@pytest.mark.parametrize("given", ["mnist-lab-submissions", "."])
def test_the_folder_of_classrooms_program_tells_what_the_assignment_is_called(tmp_path, given):
    clones(tmp_path / "mnist-lab-submissions", "mnist-lab-alice", "mnist-lab-bob")
    assert list(sources(roll_of(tmp_path / given))) == ["alice", "bob"]


def test_names_without_a_common_beginning_stay(tmp_path):
    assert list(sources(roll_of(clones(tmp_path, "lab1-alice", "bob")))) == ["bob", "lab1-alice"]


def test_the_roster_knows_people_by_their_login(tmp_path):
    roster = Roster((Student(student="ada", name="Ada", known_as=("countess",)),))
    (entry,) = roll_of(clones(tmp_path, "lab1-Countess"), roster=roster).entries
    assert (entry.student, entry.unmatched) == ("ada", False)


def test_an_address_of_another_place_is_nobodys_login(tmp_path):
    roster = Roster((Student(student="4711", name="Ada Byron", known_as=("alice@uni.example",)),))
    (entry,) = roll_of(clones(tmp_path, "lab1-alice"), roster=roster).entries
    assert (entry.student, entry.unmatched) == ("alice", True)
    (entry,) = roll_of(tree(tmp_path / "files", "alice.py"), roster=roster).entries
    assert (entry.student, entry.unmatched) == ("4711", False)


def test_what_is_no_clone_is_left_with_what_to_do(tmp_path):
    folder = clones(tmp_path, "lab1-alice", "lab1-bob", "lab1-cyd")
    roll = roll_of(tree(folder, "dan/lab1.py", "README.md"))
    assert list(sources(roll)) == ["alice", "bob", "cyd"]
    assert set(reasons(roll)) == {"README.md", "dan"}
    assert "layout is said to be plain" in reasons(roll)["dan"]


def test_one_clone_among_a_class_of_files_makes_no_class_of_clones(tmp_path):
    folder = tree(clones(tmp_path, "dan"), "ada.py", "bob.py")
    roll = roll_of(folder)
    assert roll.layout is Layout.PLAIN
    assert list(sources(roll)) == ["ada", "bob", "dan"]


def test_a_working_tree_with_its_repository_elsewhere_is_a_clone(tmp_path):
    tree(tmp_path, "lab1-ada/lab1.py")
    (tmp_path / "lab1-ada/.git").write_text("gitdir: ../elsewhere\n" + CODE)
    assert roll_of(tmp_path).layout is Layout.REPOSITORIES


def test_clones_that_hold_a_folder_of_the_assignments_name_stay_clones(tmp_path):
    folder = tree(tmp_path, "lab1-ada/.git/HEAD", "lab1-ada/lab1/lab1.py", "lab1-bob/.git/HEAD",
                  "lab1-bob/lab1/lab1.py")  # fmt: skip
    roll = roll_of(folder)
    assert roll.layout is Layout.REPOSITORIES
    assert set(sources(roll)) == {"ada", "bob"}
