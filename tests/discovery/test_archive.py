"""Zips and folders as students hand them in; refusals are in ``tests/cli/test_bad_input.py``."""

import zipfile
from pathlib import Path

import pytest

from grader.discovery import open_submission
from grader.errors import SubmissionError
from grader.model.submission import Kind


def packed(folder: Path, **files: str) -> Path:
    path = folder / "Ada Lovelace.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("work/", "")
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def test_a_zip_that_wraps_a_folder_is_unpacked_for_as_long_as_it_is_needed(tmp_path: Path) -> None:
    path = packed(
        tmp_path,
        **{
            "work/lab.ipynb": '{"cells": [{"cell_type": "code", "source": "import utils"}]}',
            "work/utils.py": "x = 1",
            "work/data/train.csv": "1,2",
            "__MACOSX/work/._lab.ipynb": "",
            "work/.ipynb_checkpoints/lab.ipynb": "{}",
        },
    )
    with open_submission(path) as found:
        assert (found.student, found.main, found.kind) == (
            "Ada-Lovelace",
            "lab.ipynb",
            Kind.NOTEBOOK,
        )
        assert found.files == ("lab.ipynb", "utils.py")
        assert (found.folder / "utils.py").read_text() == "x = 1"
        folder = found.folder
    assert not folder.exists()


def test_a_zip_of_windows_is_unpacked_like_any_other(tmp_path: Path) -> None:
    files = {"lab\\": "", "lab\\lab.py": "x = 1", "lab\\pkg\\utils.py": "y = 1", ".": ""}
    with open_submission(packed(tmp_path, **files)) as found:
        assert found.files == ("lab.py", "pkg/utils.py")


def test_a_name_in_utf_8_is_read_although_the_zip_does_not_say_so(tmp_path: Path) -> None:
    name = "bäcker.py"
    path = packed(tmp_path, **{name: "x = 1"})
    content = path.read_bytes()
    for head, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):  # in the file's own header and the list
        place = content.rindex(head) + at
        flags = int.from_bytes(content[place : place + 2], "little") & ~0x800
        content = content[:place] + flags.to_bytes(2, "little") + content[place + 2 :]
    path.write_bytes(content)
    with zipfile.ZipFile(path) as archive:
        assert name not in archive.namelist()
    with open_submission(path) as found:
        assert found.main == name


def test_a_zip_by_another_name_is_still_one(tmp_path: Path) -> None:
    path = packed(tmp_path, **{"lab.py": "x = 1"}).rename(tmp_path / "ada.work")
    with open_submission(path) as found:
        assert found.main == "lab.py"


def test_the_same_zip_in_the_same_place_is_the_same_submission(tmp_path: Path) -> None:
    path = packed(tmp_path, **{"lab.py": "x = 1"})
    with open_submission(path) as first, open_submission(path) as second:
        assert (first.origin, first.sha256) == (second.origin, second.sha256)
        assert first.folder != second.folder


def test_a_chosen_file_is_the_submission_and_everything_travels(tmp_path: Path) -> None:
    path = packed(tmp_path, **{"work/a.ipynb": "{}", "work/src/b.py": "x = 1"})
    with open_submission(path, main="work/src/b.py") as found:
        assert (found.main, found.kind) == ("work/src/b.py", Kind.SCRIPT)
        assert found.files == ("work/a.ipynb", "work/src/b.py")


@pytest.mark.parametrize("entry", ["train.py", "solution.py"])
def test_the_script_that_no_other_imports_is_the_submission(tmp_path: Path, entry: str) -> None:
    (tmp_path / entry).write_text("from model import Net\nimport helpers.data\n")
    (tmp_path / "model.py").write_text("from utils import x\n")
    (tmp_path / "utils.py").write_text("x = 1\n")
    (tmp_path / "helpers").mkdir()
    (tmp_path / "helpers" / "data.py").write_text("")
    with open_submission(tmp_path) as found:
        assert found.main == entry
        assert set(found.files) == {entry, "model.py", "utils.py", "helpers/data.py"}


def test_scripts_that_import_each_other_are_ambiguous(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import b\n")
    (tmp_path / "b.py").write_text("import a\n")
    with pytest.raises(SubmissionError, match=r"\(a.py, b.py\): name the one"):
        with open_submission(tmp_path):
            pass


def test_every_way_of_damaging_a_zip_is_refused_or_harmless(tmp_path: Path) -> None:
    path = packed(tmp_path, **{"work/lab.py": "x = 1\n" * 200, "work/utils.py": "y = 1\n"})
    whole = path.read_bytes()
    for position in range(0, len(whole), 3):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 0xFF]) + whole[position + 1 :])
        try:
            with open_submission(path) as found:
                assert found.folder.is_relative_to(found.folder.parent)
        except SubmissionError:
            pass


def test_a_damaged_file_refuses_a_zip_of_ones_work(tmp_path: Path) -> None:
    path = packed(tmp_path, **{"lab.py": "x = 1", "utils.py": "y = 1"})
    path.write_bytes(path.read_bytes().replace(b"PK\3\4", b"PK\0\0"))
    with pytest.raises(SubmissionError, match=r"'lab\.py' is damaged; pack the code alone"):
        with open_submission(path):
            pass
