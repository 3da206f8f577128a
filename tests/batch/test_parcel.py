"""What travels to another machine is the same submission there."""

import zipfile

import pytest

from grader.batch.parcel import pack, pack_course, unpack, unpack_course
from grader.batch.work import Work
from grader.course import Course
from grader.discovery import open_submission
from grader.errors import SubmissionError
from grader.pipeline import Request

PLACE = {"folder", "origin"}


def found(work):
    """The submission as whoever grades it finds it, but for where it lies."""
    with open_submission(work.path, work.student, work.main) as submission:
        origin = work.origin or submission.origin
        return submission.model_dump(exclude=PLACE), origin


def arrived(work, folder):
    """The work on the other machine."""
    folder.mkdir()
    told, parcel = pack(work)
    return unpack(told, parcel, folder)


def tree(folder):
    (folder / "data").mkdir(parents=True)
    (folder / "main.py").write_text("import helper\n")
    (folder / "helper.py").write_text("x = 1\n")
    (folder / "data/train.csv").write_text("1,2,3\n")
    (folder / "link.py").symlink_to(folder / "helper.py")
    return folder


@pytest.mark.parametrize("origin", ["", "known"])
def test_a_file_is_the_same_submission_elsewhere(tmp_path, origin):
    path = tmp_path / "ada.py"
    path.write_text("print(1)\n")
    (tmp_path / "bob.py").write_text("print(2)\n")
    work = Work("ada", path, origin=origin)
    there = arrived(work, tmp_path / "there")
    assert found(there) == found(work)
    assert [one.name for one in there.path.parent.iterdir()] == ["ada.py"]


@pytest.mark.parametrize("main", [None, "main.py"])
def test_a_folder_travels_without_data_and_links(tmp_path, main):
    work = Work("ada", tree(tmp_path / "ada"), main)
    there = arrived(work, tmp_path / "there")
    assert found(there) == found(work)
    assert sorted(one.name for one in there.path.iterdir()) == ["helper.py", "main.py"]


def test_what_a_zip_holds_travels(tmp_path):
    with zipfile.ZipFile(tmp_path / "ada.zip", "w") as archive:
        archive.writestr("lab/main.py", "import tools\n")
        archive.writestr("lab/tools.py", "y = 2\n")
    work = Work("ada", tmp_path / "ada.zip")
    assert found(arrived(work, tmp_path / "there")) == found(work)


def test_what_is_gone_by_then_is_said(tmp_path):
    with pytest.raises(SubmissionError, match="nothing at"):
        pack(Work("ada", tmp_path / "ada.py"))


def test_a_course_travels_with_what_grading_reads_and_nothing_else(tmp_path):
    names = (
        *("assignments/lab1/assignment.yaml", "assignments/lab1/starter.py", "rubrics/lab1.yaml"),
        *("rubrics/baselines/lab1.official.json", "checks/own.py", "reference/lab1.py"),
        "rubrics/diagnosis.yaml",
    )
    for name in names:
        (tmp_path / "here" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "here" / name).write_text(name)
    (tmp_path / "mine.yaml").write_text("mine")
    files = pack_course(Course(tmp_path / "here"), tmp_path / "mine.yaml")
    there = tmp_path / "there"
    request = unpack_course(files, Request("lab1"), there)
    assert request.course == there
    assert request.rubric is not None
    assert request.rubric.read_text() == "mine"
    for kept in ("checks/own.py", "rubrics/diagnosis.yaml"):
        assert (there / kept).read_text() == kept
    assert not (there / "reference").exists()
    assert not (there / "assignments/lab1/starter.py").exists()


def test_without_a_rubric_of_its_own_a_request_takes_that_of_the_course(tmp_path):
    request = unpack_course({"rubrics/lab1.yaml": b""}, Request("lab1"), tmp_path)
    assert request.rubric is None
