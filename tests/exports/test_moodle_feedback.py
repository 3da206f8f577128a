"""Reports as Moodle takes feedback files; and a class of Moodle on its way there and back."""

import io
import re
import zipfile

import pytest
from export_cases import entry, grade, wanted
from gradebook_cases import MOODLE, changes, export, read, scored

from grader.batch.layouts import open_class
from grader.discovery.archive import unpack
from grader.errors import ResultsError

MOODLES = re.compile(r"(?P<name>[^_/]+)_(?P<number>[0-9]+)_assignfeedback_file/(?P<file>[^_/]+)")
HOSTILE = "../../Ev<e>_99_\u202e|\x00 ~.."


def uploaded(number, name, *, known_as=None, student=None):
    """Somebody as Moodle's zip of the submissions tells of them."""
    source = f"{name}_{number}_assignsubmission_file/lab1.py"
    return entry(student or f"s{number}", name, known_as or str(number), source=source)


def zipped(*entries, **options):
    return export("moodle-feedback", wanted(*entries, pages=page, **options))


def page(member):
    return {"report.html": f"<p>{member.student}</p>".encode()}


def opened(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_everybodys_report_is_in_a_folder_that_moodle_knows():
    found = zipped(uploaded(11, "Ada Lovelace"), uploaded(12, "José O'Brien"))
    assert found.left == ()
    assert opened(found.content) == {
        "Ada Lovelace_11_assignfeedback_file/report.html": b"<p>s11</p>",
        "José O'Brien_12_assignfeedback_file/report.html": b"<p>s12</p>",
    }


def test_what_a_report_leads_to_lies_beside_it():
    def both(member):
        return page(member) | {"notebook.html": b"<p>cells</p>"}

    ada = uploaded(11, "Ada Lovelace")
    found = opened(export("moodle-feedback", wanted(ada, pages=both)).content)
    assert [name.rpartition("/")[2] for name in found] == ["report.html", "notebook.html"]


def test_the_same_grades_make_the_same_bytes():
    ones = [zipped(uploaded(11, "Ada Lovelace")).content for _ in range(2)]
    assert ones[0] == ones[1]
    (entry_,) = zipfile.ZipFile(io.BytesIO(ones[0])).infolist()
    assert entry_.date_time == (1980, 1, 1, 0, 0, 0)


def test_no_name_leads_anywhere_else(tmp_path):
    source = "Eve_7_assignsubmission_file/lab1.py"
    found = zipped(entry("eve", HOSTILE, "7", source=source))
    (name,) = opened(found.content)
    parts = MOODLES.fullmatch(name)
    assert parts is not None
    assert parts["number"] == "7"
    assert parts["name"].isprintable()
    assert not parts["name"].startswith((".", "~", " "))
    (tmp_path / "zip").write_bytes(found.content)
    unpack(tmp_path / "zip", tmp_path / "out")
    assert (tmp_path / "out" / name).is_file()


@pytest.mark.parametrize(
    "who",
    [
        entry("ada", "Ada Lovelace"),
        entry("lovelaceada", "", "4711", source="lovelaceada_4711_98765_lab1.py"),
        entry("eve", "", "4711", source="moore_eve_4711_98765_7_4711_assignsubmission_x.py"),
        uploaded(11, "Ada", known_as="12"),
    ],
)
def test_who_has_no_number_of_moodle_is_listed(who):
    found = zipped(who)
    assert opened(found.content) == {}
    assert found.left[0].startswith(f"{who.student}: their participant number is not known")


def test_numbers_are_learned_from_the_worksheet(tmp_path):
    path = tmp_path / "worksheet.csv"
    path.write_text(MOODLE)
    found = zipped(entry("ada@u.edu", "Ada Lovelace"), entry("eve"), fill=path)
    assert list(opened(found.content)) == ["Ada Lovelace_11_assignfeedback_file/report.html"]
    assert len(found.left) == 1
    assert "eve: nobody in the file has" in found.left[0]


def test_a_report_goes_to_nobody_where_login_and_name_are_at_odds(tmp_path):
    path = tmp_path / "worksheet.csv"
    path.write_text(MOODLE)
    found = zipped(entry("ada@u.edu", "+Zoë Ünal"), entry("bob@u.edu", "Eve Moore"), fill=path)
    assert opened(found.content) == {}
    said = " ".join(found.left)
    assert "in the row of Ada Lovelace and their name in that of +Zoë Ünal" in said
    assert "they are called Eve Moore here" in said


def test_two_students_with_one_number_get_no_report_of_the_other():
    found = zipped(uploaded(11, "Ada Lovelace"), uploaded(11, "Ada Byron", student="s12"))
    assert opened(found.content) == {}
    assert all("several students have their participant number" in one for one in found.left)


def test_what_waits_for_a_person_is_not_sent():
    waits = grade("s11").model_copy(update={"needs_review": True, "provisional": True})
    found = zipped(uploaded(11, "Ada Lovelace"), grades=[waits])
    assert opened(found.content) == {}
    assert "waits for a person" in found.left[0]


def test_a_class_of_moodle_goes_there_and_back(tmp_path):
    submissions = tmp_path / "submissions.zip"
    with zipfile.ZipFile(submissions, "w") as archive:
        archive.writestr("Ada Lovelace_11_assignsubmission_file/lab1.py", "x = 1")
        archive.writestr('José "Bob" O\'Brien_12_assignsubmission_file/work/lab1.py', "x = 1")
    with open_class(submissions, "lab1") as opened_class:
        entries = opened_class.roll.entries
    grades = [scored(one.student, score) for one, score in zip(entries, (87.5, 60), strict=True)]
    path = tmp_path / "worksheet.csv"
    path.write_bytes(MOODLE.encode())
    found = export("moodle", wanted(*entries, grades=grades, fill=path))
    assert found.left == ()
    assert changes(read(path.read_bytes()), read(found.content)) == {(1, 4): "87.5", (2, 4): "60"}
    names = opened(zipped(*entries, grades=grades).content)
    numbers = [parts["number"] for name in names if (parts := MOODLES.fullmatch(name))]
    assert numbers == ["11", "12"]


def test_one_report_that_cannot_be_read_costs_the_others_nothing():
    def damaged(member):
        if member.student == "s11":
            raise ResultsError("report.html cannot be read")
        return page(member)

    everyone = (uploaded(11, "Ada Lovelace"), uploaded(12, "José O'Brien"))
    found = export("moodle-feedback", wanted(*everyone, pages=damaged))
    assert list(opened(found.content).values()) == [b"<p>s12</p>"]
    assert found.left == ("s11: report.html cannot be read",)
