"""A class's folder, laid out as people have it; plain, and what is the same for all layouts."""

import os
import struct
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from class_trees import CODE, mains, packed, packed_tree, reasons, roll_of, sources, tree
from hypothesis import given
from hypothesis import strategies as st

from grader.batch.layouts import listing, open_class
from grader.batch.layouts.labels import without_assignment
from grader.batch.layouts.listing import is_litter
from grader.batch.layouts.people import folder_key
from grader.batch.place import write_roll
from grader.discovery import identifier
from grader.errors import SubmissionError
from grader.model.roll import Layout, Roll, Student
from grader.people.roster import Roster


def refused(folder, **options):
    with pytest.raises(SubmissionError) as caught, open_class(folder, "lab1", **options):
        pass
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_a_file_folder_or_zip_per_student(tmp_path):
    folder = tree(tmp_path / "class", "alice.ipynb", "bob/main.py", "bob/utils.py", "carol.zip")
    roll = roll_of(folder)
    assert (roll.layout, roll.assignment) == (Layout.PLAIN, "lab1")
    assert sources(roll) == {"alice": "alice.ipynb", "bob": "bob", "carol": "carol.zip"}
    assert (roll.left, roll.missing) == ((), ())
    assert not any(entry.unmatched for entry in roll.entries)
    (folder / "bob/main.py").write_text("import utils\n")
    assert mains(folder) == {"alice": "alice.ipynb", "bob": "main.py", "carol": "main.py"}


def test_the_only_zip_in_a_folder_is_the_work_in_it(tmp_path):
    folder = tree(tmp_path, "bob/sub/work.zip", "bob/notes.txt", "carol/lab.py", "carol/old.zip")
    assert sources(roll_of(folder)) == {"bob": "bob/sub/work.zip", "carol": "carol"}
    assert mains(folder) == {"bob": "main.py", "carol": "lab.py"}


def test_several_things_of_one_name_are_left_to_a_person(tmp_path):
    folder = tree(tmp_path, "alice.py", "alice.ipynb", "Bob.py", "bob/lab.py", "carol.py")
    roll = roll_of(folder)
    assert sources(roll) == {"carol": "carol.py"}
    assert [one.source for one in roll.left] == ["Bob.py", "alice.ipynb", "alice.py", "bob"]
    assert (
        "one of 2 that are called alice (alice.ipynb, alice.py): keep the one to grade"
        in (reasons(roll)["alice.py"])
    )
    assert {one.student for one in roll.left} == {"alice", "Bob"}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("alice.rar", "unpack it, or ask for a zip"),
        ("alice.tar.gz", "unpack it, or ask for a zip"),
        ("roster.csv", "neither a .py script"),
        ("alice", "neither a .py script"),
    ],
)
def test_what_cannot_be_opened_is_left_with_what_to_do(tmp_path, name, said):
    roll = roll_of(tree(tmp_path, name, "bob.py"))
    assert said in reasons(roll)[name]
    assert sources(roll) == {"bob": "bob.py"}


def test_what_systems_put_there_is_passed_over(tmp_path):
    folder = tree(
        tmp_path,
        *("bob.py", ".DS_Store", ".git/config", "__MACOSX/._bob.py", "Thumbs.db", "desktop.ini"),
        *("~$list.docx", "Icon\r"),
    )
    roll = roll_of(folder)
    assert (sources(roll), roll.left) == ({"bob": "bob.py"}, ())


def test_links_are_never_followed(tmp_path):
    tree(tmp_path / "elsewhere", "secret.py")
    folder = tree(tmp_path / "class", "bob.py")
    (folder / "alice.py").symlink_to(tmp_path / "elsewhere/secret.py")
    (folder / "carol").symlink_to(tmp_path / "elsewhere")
    (folder / "loop").symlink_to("loop")
    os.mkfifo(folder / "pipe.py")
    roll = roll_of(folder)
    assert sources(roll) == {"bob": "bob.py"}
    assert all("is a link" in reasons(roll)[name] for name in ("alice.py", "carol", "loop"))
    assert "neither a file nor a folder" in reasons(roll)["pipe.py"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read everything")
def test_one_folder_that_cannot_be_read_stops_nobody_elses(tmp_path):
    folder = tree(tmp_path, "alice/lab.py", "bob/lab1/lab.py", "carol/lab1/lab.py")
    (folder / "alice").chmod(0)
    try:
        assert sources(roll_of(folder)) == {"bob": "bob/lab1", "carol": "carol/lab1"}
        assert list(sources(roll_of(folder, layout=Layout.PLAIN))) == ["alice", "bob", "carol"]
    finally:
        (folder / "alice").chmod(0o700)


def test_the_folder_of_results_is_no_submission(tmp_path):
    folder = tree(tmp_path, "bob.py", "results/bob/grade.json", "earlier/bob/grade.json")
    write_roll(folder / "earlier", Roll(assignment="lab1", layout=Layout.PLAIN))
    roll = roll_of(folder, leave=folder / "results")
    assert sources(roll) == {"bob": "bob.py"}
    assert set(reasons(roll)) == {"earlier"}
    assert "results" in reasons(roll_of(folder, leave=folder / "results" / "lab1"))


def test_a_students_own_file_of_that_name_is_no_roll(tmp_path):
    folder = tree(tmp_path, "bob/lab1.py", "bob/class.json", "eve.py")
    (folder / "bob" / "class.json").write_text('["T-shirt", "Trouser"]')
    assert set(sources(roll_of(folder))) == {"bob", "eve"}


def test_what_is_no_short_file_of_its_own_is_no_roll_and_never_read(tmp_path, monkeypatch):
    folder = tree(tmp_path / "class", *(f"{name}/lab1.py" for name in ("ada", "bob", "cy", "eve")))
    write_roll(tmp_path, Roll(assignment="lab1", layout=Layout.PLAIN))
    write_roll(folder / "cy", Roll(assignment="lab1", layout=Layout.PLAIN))
    (folder / "ada" / "class.json").symlink_to(tmp_path / "class.json")
    os.mkfifo(folder / "bob" / "class.json")
    (folder / "eve" / "class.json").symlink_to("/dev/zero")
    read = []
    monkeypatch.setattr(listing, "read_roll", lambda place: read.append(place.name))
    monkeypatch.setattr(listing, "MAX_ROLL_BYTES", 10)
    assert set(sources(roll_of(folder))) == {"ada", "bob", "cy", "eve"}
    assert read == []


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda folder: None, "there is nothing at"),
        (lambda folder: folder.mkdir(), "holds no submission in the layout 'plain'"),
        (lambda folder: tree(folder, "readme.txt", "alice.rar"), "hold a script, a notebook"),
        (lambda folder: folder.write_text(CODE), "is neither a folder nor a zip"),
        (lambda folder: packed(folder, {}), "holds no submission"),
        (lambda folder: packed(folder, {"../bob.py": CODE}), "would lie outside its folder"),
    ],
)  # fmt: skip
def test_a_folder_without_submissions_is_refused(tmp_path, make, said):
    make(tmp_path / "class")
    assert said in refused(tmp_path / "class")


@pytest.mark.parametrize("layout", [one for one in Layout if one is not Layout.PLAIN])
def test_a_layout_that_is_asked_for_and_does_not_fit_is_said(tmp_path, layout):
    text = refused(tree(tmp_path, "bob.py"), layout=layout)
    assert f"in the layout '{layout}'" in text
    assert "it should hold" in text


def test_a_folder_may_be_named_from_within_or_by_a_link(tmp_path, monkeypatch):
    folder = tree(tmp_path / "class", "bob.py", "results/class.json")
    (tmp_path / "link").symlink_to(folder)
    monkeypatch.chdir(folder)
    for named in (Path(), tmp_path / "link"):
        with open_class(named, "lab1", leave=named / "results") as opened:
            assert opened.paths == {"bob": folder / "bob.py"}
            assert opened.roll.left == ()


def test_a_layout_that_is_asked_for_goes_before_what_it_looks_like(tmp_path):
    folder = tree(tmp_path, "lovelaceada_4711_98765_lab1.ipynb")
    assert roll_of(folder).layout is Layout.CANVAS
    roll = roll_of(folder, layout=Layout.PLAIN)
    assert sources(roll) == {"lovelaceada_4711_98765": "lovelaceada_4711_98765_lab1.ipynb"}


@pytest.mark.parametrize(
    ("labels", "students"),
    [
        (["lab1-alice", "LAB1_bob"], ["alice", "bob"]),
        (["alice_lab1", "bob lab1"], ["alice", "bob"]),
        (["lab1-alice", "bob"], ["lab1-alice", "bob"]),
        (["lab10-alice", "lab1-bob"], ["lab10-alice", "lab1-bob"]),
        (["lab1", "lab1-bob", "lab1-eve"], ["lab1", "bob", "eve"]),
        (["lab1"], ["lab1"]),
        ([], []),
    ],
)
def test_the_assignments_name_is_taken_off_where_all_have_it(labels, students):
    assert without_assignment(labels, ["lab1"]) == students


def test_with_a_roster_students_have_its_names_and_others_are_graded_as_unmatched(tmp_path):
    roster = Roster((
        Student(student="ada", name="Ada Lovelace", section="A", known_as=("4711",)),
        Student(student="bob", name="Bob Kahn"),
        Student(student="cyd", name="Cyd Charisse"),
        Student(student="dan", name="Dan Dean"),
    ))  # fmt: skip
    folder = tree(
        tmp_path, "4711.py", "Bob Kahn.ipynb", "eve.zip", "dan.py", "Dan Dean.zip", "x.csv"
    )
    roll = roll_of(folder, roster=roster)
    assert [(one.student, one.name, one.section, one.unmatched) for one in roll.entries] == [
        ("ada", "Ada Lovelace", "A", False),
        ("bob", "Bob Kahn", "", False),
        ("eve", "", "", True),
    ]
    assert [one.student for one in roll.missing] == ["cyd", "dan"]
    assert [(one.source, one.student) for one in roll.left] == [
        ("Dan Dean.zip", "dan"), ("dan.py", "dan"), ("x.csv", ""),
    ]  # fmt: skip


def test_a_zip_of_a_plain_class_is_unpacked_while_it_is_open(tmp_path):
    tree(tmp_path / "files/CS 101", "alice.ipynb", "bob/lab.py", "carol.zip")
    path = packed_tree(tmp_path / "CS 101.zip", tmp_path / "files")
    with open_class(path, "lab1") as opened:
        assert sources(opened.roll) == {
            "alice": "CS 101/alice.ipynb", "bob": "CS 101/bob", "carol": "CS 101/carol.zip",
        }  # fmt: skip
        assert all(path.exists() for path in opened.paths.values())
    assert not any(path.exists() for path in opened.paths.values())
    assert mains(path)["carol"] == "main.py"


def test_a_zip_with_one_students_folder_holds_one_student(tmp_path):
    path = packed(tmp_path / "class.zip", {"alice/lab.py": CODE, "alice/utils.py": CODE})
    assert list(sources(roll_of(path))) == ["alice"]


def test_a_zip_that_windows_made_is_read_like_any_other(tmp_path):
    files = {
        "class\\alice\\lab.py": CODE,
        "class\\bob.py": CODE,
        "class\\Thumbs.db": "",
        "class\\": "",
    }
    assert sources(roll_of(packed(tmp_path / "class.zip", files))) == {
        "alice": "class/alice", "bob": "class/bob.py",
    }  # fmt: skip


def test_one_hostile_file_of_a_zip_is_left_out_and_the_others_are_graded(tmp_path):
    names = [
        "../up.py",
        "/abs.py",
        "C:/win.py",
        "bob/../../up.py",
        "x" * 300 + ".py",
        "a/" * 20 + "x",
    ]
    path = packed(tmp_path / "class.zip", {"alice.py": CODE, "bob/lab.py": CODE}
                  | dict.fromkeys(names, CODE))  # fmt: skip
    roll = roll_of(path)
    assert {"alice", "bob"} <= set(sources(roll))
    assert {one.source for one in roll.left} >= {name[:300] for name in names}
    assert all("left out" in reason for reason in reasons(roll).values())
    assert not (tmp_path / "up.py").exists()


def with_another_byte(content, entry):
    return content.replace(b"the work of cy", b"the work of me")


def with_no_beginning(content, entry):
    at = content.index(b"PK\3\4", content.index(b"a.py"))
    return content[:at] + b"PK\0\0" + content[at + 4 :]


def packed_wrongly(content, entry):
    return content[: entry + 10] + struct.pack("<H", zipfile.ZIP_DEFLATED) + content[entry + 12 :]


def longer_than_it_is(content, entry):
    return content[: entry + 20] + struct.pack("<LL", 9000, 9000) + content[entry + 28 :]


@pytest.mark.parametrize(
    "damage", [with_another_byte, with_no_beginning, packed_wrongly, longer_than_it_is]
)
def test_one_damaged_file_of_a_zip_is_left_out_and_the_others_are_graded(tmp_path, damage):
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in {"a.py": CODE, "cy.py": "# the work of cy", "zoe.py": CODE}.items():
            archive.writestr(name, text)
    content = path.read_bytes()
    path.write_bytes(damage(content, content.index(b"PK\1\2", content.index(b"PK\1\2") + 1)))
    roll = roll_of(path)
    assert sources(roll) == {"a": "a.py", "zoe": "zoe.py"}
    assert reasons(roll) == {
        "cy.py": "is left out of what is unpacked: 'cy.py' is damaged; ask for it again"
    }


HOSTILE = [
    "..alice.py", "-rf.py", "a\nb.py", "evil\u202epy.exe.py", "mark\u200f.ipynb", "tab\t.zip",
    "x" * 252 + ".py", "é" * 126 + ".py", "...py", "alice;rm -rf.py", "<script>.py", "名前.py",
]  # fmt: skip


def test_hostile_names_become_safe_identifiers_and_nothing_is_lost(tmp_path):
    folder = tree(tmp_path, *HOSTILE)
    roll = roll_of(folder)
    hidden = {"..alice.py", "...py"}
    assert {*sources(roll).values(), *reasons(roll)} == set(HOSTILE) - hidden
    assert all(identifier(one.student) == one.student for one in roll.entries)
    assert len(mains(folder)) == len(roll.entries)


def test_no_student_takes_the_place_of_a_file_of_the_results(tmp_path):
    folder = tree(tmp_path, "class.json.py", "INDEX.HTML.zip", "gradebook.csv.ipynb")
    assert list(sources(roll_of(folder))) == ["class-json", "gradebook-csv", "INDEX-HTML"]


def test_a_name_that_is_no_text_is_left(tmp_path):
    tree(tmp_path, "bob.py")
    with open(os.fsencode(tmp_path) + b"/\xff.py", "wb"):
        pass
    roll = roll_of(tmp_path)
    assert reasons(roll) == {"\\xff.py": "has a name that is no valid text: rename it"}
    assert roll.document()["left"][0]["source"] == "\\xff.py"


NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1)


@given(st.sets(NAMES.map(lambda name: name.encode()[:80].decode(errors="ignore")), max_size=8))
def test_every_thing_is_an_entry_or_left_or_passed_over(tmp_path_factory, names):
    folder = tree(tmp_path_factory.mktemp("class"), "alice.py")
    for name in names - {"", ".", ".."}:
        path = folder / (name if len(name) % 2 else f"{name}.py")
        if not path.exists():
            path.mkdir() if len(name) % 2 else path.touch()
    roll = roll_of(folder, layout=Layout.PLAIN)
    there = {name for name in os.listdir(folder) if not is_litter(name)}
    assert {*sources(roll).values(), *reasons(roll)} == there
    keys = [folder_key(entry.student) for entry in roll.entries]
    assert len(set(keys)) == len(keys)
    assert all(entry.student == identifier(entry.student) for entry in roll.entries)
    assert roll.model_validate(roll.document()) == roll


def test_three_hundred_students_are_found_at_once(tmp_path):
    folder = tree(tmp_path, *(f"student{number:03}/lab1.py" for number in range(300)))
    roll = roll_of(folder, due=datetime(2026, 1, 1, tzinfo=UTC))
    assert [one.student for one in roll.entries] == [f"student{number:03}" for number in range(300)]
