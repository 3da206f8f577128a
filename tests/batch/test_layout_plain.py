"""Submissions that are called after students, with nothing else known of them."""

from class_trees import reasons, roll_of, tree

from grader.model.roll import Student
from grader.people.roster import Roster


def test_a_file_of_another_kind_is_theirs_whom_the_roster_has_and_else_nobodys(tmp_path):
    folder = tree(tmp_path, "ada.py", "heidi.pdf", "README.txt")
    roster = Roster((Student(student="ada"), Student(student="heidi", name="Heidi P")))
    roll = roll_of(folder, roster=roster)
    whose = {one.source: one.student for one in roll.left}
    assert whose == {"heidi.pdf": "heidi", "README.txt": ""}
    assert reasons(roll)["heidi.pdf"].endswith("ask for one")
    assert [who.name for who in roll.missing] == ["Heidi P"], "no work of theirs can be graded"


def test_without_a_roster_it_is_nobodys(tmp_path):
    roll = roll_of(tree(tmp_path, "ada.py", "heidi.pdf"))
    assert [one.student for one in roll.left] == [""]
