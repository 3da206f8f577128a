"""Downloads of Canvas."""

import pytest
from class_trees import mains, packed_tree, reasons, roll_of, sources, tree

from grader.batch.layouts import open_class, staging
from grader.model.roll import Layout, Student
from grader.people.roster import Roster

ROSTER = Roster((
    Student(student="ada", name="Ada Lovelace", section="A", known_as=("4711",)),
    Student(student="jose", name="José García López"),
    Student(student="bob", name="Bob Kahn"),
))  # fmt: skip


def test_each_file_is_the_work_of_its_user_under_its_own_name(tmp_path):
    folder = tree(tmp_path, "lovelaceada_4711_900_lab1.ipynb", "kahnbob_4712_901_Lab 1 (2).py",
                  "garcíalópezjosé_4713_902_work.zip")  # fmt: skip
    roll = roll_of(folder)
    assert roll.layout is Layout.CANVAS
    assert [(one.student, one.name, one.known_as, one.late_s) for one in roll.entries] == [
        ("garcíalópezjosé", "", ("4713",), None),
        ("kahnbob", "", ("4712",), None),
        ("lovelaceada", "", ("4711",), None),
    ]
    assert sources(roll)["kahnbob"] == "kahnbob_4712_901_Lab 1 (2).py"
    assert list(mains(folder).values()) == ["main.py", "Lab 1 (2).py", "lab1.ipynb"]


def test_students_are_matched_by_number_or_squashed_name(tmp_path):
    folder = tree(tmp_path, "marriedname_4711_900_lab1.py", "garcíalópezjosé_4713_902_lab1.py",
                  "evedoe_4714_903_lab1.py")  # fmt: skip
    roll = roll_of(folder, roster=ROSTER)
    assert [(one.student, one.name, one.unmatched) for one in roll.entries] == [
        ("ada", "Ada Lovelace", False),
        ("evedoe", "", True),
        ("jose", "José García López", False),
    ]
    assert [one.student for one in roll.missing] == ["bob"]


@pytest.mark.parametrize("late", ["LATE", "late"])
def test_late_is_late_by_an_unknown_time(tmp_path, late):
    (entry,) = roll_of(tree(tmp_path, f"lovelaceada_{late}_4711_900_lab1.py")).entries
    assert (entry.student, entry.submitted, entry.late_s) == ("lovelaceada", None, 0.0)


def test_files_of_one_user_belong_together(tmp_path):
    tree(tmp_path, "kahnbob_4712_901_utils-3.py", "kahnbob_4712_902_report.pdf")
    (tmp_path / "kahnbob_4712_900_lab1-3.py").write_text("import utils\n")
    assert sources(roll_of(tmp_path)) == {"kahnbob": "kahnbob_4712_*"}
    assert mains(tmp_path) == {"kahnbob": "lab1.py"}
    with open_class(tmp_path, "lab1") as opened:
        names = sorted(path.name for path in opened.paths["kahnbob"].iterdir())
    assert names == ["lab1.py", "report.pdf", "utils.py"]


def test_a_zip_beside_a_report_is_the_work(tmp_path):
    folder = tree(tmp_path, "kahnbob_4712_901_work-1.zip", "kahnbob_4712_902_report.pdf")
    assert mains(folder) == {"kahnbob": "main.py"}


def test_of_a_file_uploaded_again_the_newest_counts(tmp_path):
    names = [f"kahnbob_4712_{number}_lab1{end}.py" for number, end in
             [(90, "-10"), (91, "-2"), (100, ""), (99, "-1")]]  # fmt: skip
    tree(tmp_path, *names, **{names[2]: "newest = 1\n"})
    with open_class(tmp_path, "lab1") as opened:
        assert (opened.paths["kahnbob"] / "lab1.py").read_text() == "newest = 1\n"
    assert set(reasons(opened.roll)) == {names[0], names[1], names[3]}
    assert all("an earlier version of" in one.reason for one in opened.roll.left)
    assert {one.student for one in opened.roll.left} == {"kahnbob"}
    assert sources(opened.roll) == {"kahnbob": names[2]}


@pytest.mark.parametrize(
    ("uploaded", "kept"),
    [
        (["part-1.py", "part-2.py"], {"part-1.py": 0, "part-2.py": 1}),
        (["part-1.py", "part-2.py", "part.py"], {"part.py": 2}),
        (["lab-2.py", "lab.py", "Part-1.py", "part-2.py", "util-7.py"],
         {"lab.py": 1, "Part-1.py": 2, "part-2.py": 3, "util.py": 4}),
        (["part-1.py", "part-2.py", "part-1-1.py"], {"part-1.py": 2, "part-2.py": 1}),
        (["part-1-3.py", "part-1.py"], {"part.py": 1}),
        (["Lab.py", "lab-1.py"], {"lab.py": 1}),
        (["part-1.py", "part-1.py"], {"part.py": 1}),
        (["a-1.py", "a-2.py", "a-1-1.ipynb"], {"a-1.py": 0, "a-2.py": 1, "a-1.ipynb": 2}),
    ],
)  # fmt: skip
def test_a_number_that_a_student_may_have_given_makes_no_two_files_one(tmp_path, uploaded, kept):
    texts = {f"kahnbob_4712_{98 + n}_{name}": f"x = {n}\n" for n, name in enumerate(uploaded)}
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    with open_class(tmp_path, "lab1") as opened:
        staged = opened.paths["kahnbob"]
        found = {path.name: path.read_text() for path in staged.iterdir()}
    assert found == {name: f"x = {n}\n" for name, n in kept.items()}
    assert len(opened.roll.left) == len(uploaded) - len(kept)


def test_a_number_that_is_no_version_stays(tmp_path):
    folder = tree(tmp_path, "kahnbob_4712_900_mnist-2024.py")
    assert mains(folder) == {"kahnbob": "mnist-2024.py"}


def test_anonymous_students_are_told_apart(tmp_path):
    folder = tree(tmp_path, "anon_x7Kq2_900_lab1.py", "LATE_anon_Ab3dE_901_lab1-1.py")
    roll = roll_of(folder)
    assert [(one.student, one.late_s) for one in roll.entries] == [
        ("anon-Ab3dE", 0.0), ("anon-x7Kq2", None),
    ]  # fmt: skip


def test_two_users_of_one_name_are_kept_apart(tmp_path):
    folder = tree(tmp_path, "doejane_1_900_lab1.py", "doejane_2_901_lab1.py")
    assert list(sources(roll_of(folder))) == ["doejane-1", "doejane-2"]


def test_what_is_no_upload_is_left(tmp_path):
    folder = tree(tmp_path, "kahnbob_4712_900_lab1.py", "lovelaceada_4711_text.html",
                  "doejane_LATE_4_link.html", "notes/a.py")  # fmt: skip
    left = roll_of(folder).left
    assert [(one.source, one.student) for one in left] == [
        ("doejane_LATE_4_link.html", "doejane"),
        ("lovelaceada_4711_text.html", "lovelaceada"),
        ("notes", ""),
    ]


def test_names_that_lead_elsewhere_are_not_followed(tmp_path):
    folder = tree(tmp_path / "class", "kahnbob_4712_900_..", "doe_1_2_..-1", "doe_1_3_lab.py")
    assert list(sources(roll_of(folder))) == ["doe", "kahnbob"]
    assert [path.name for path in tmp_path.iterdir()] == ["class"]


def test_more_than_a_submission_may_hold_is_left(tmp_path, monkeypatch):
    monkeypatch.setattr(staging, "MAX_BYTES", 10)
    tree(tmp_path, "kahnbob_4712_900_lab1.py", "doejane_1_901_lab1.ipynb")
    assert "ask for the code alone" in reasons(roll_of(tmp_path))["doejane_1_901_lab1.ipynb"]


def test_a_few_numbered_files_make_no_download(tmp_path):
    folder = tree(tmp_path, "a.py", "b.py", "c_1_2_lab.py")
    assert roll_of(folder).layout is Layout.PLAIN
    assert roll_of(tree(tmp_path / "dates", "2024_01_02.py")).layout is Layout.PLAIN


def test_three_hundred_users_of_a_zip(tmp_path):
    names = (f"student{n}_{1000 + n}_{2000 + n}_lab1-1.ipynb" for n in range(300))
    path = packed_tree(tmp_path / "class.zip", tree(tmp_path / "files", *names))
    roll = roll_of(path)
    assert (roll.layout, len(roll.entries), roll.left) == (Layout.CANVAS, 300, ())
