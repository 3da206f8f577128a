"""Which file of a folder is the submission."""

import json
import zipfile
from pathlib import Path

import pytest
from builders import ASSIGNMENT

from grader.discovery import find_submission, look_at_source, open_submission
from grader.errors import SubmissionError
from grader.intake.notes import notes_on
from grader.model.assignment import Assignment


def notebook(*cells: str) -> str:
    return json.dumps({"cells": [{"cell_type": "code", "source": text} for text in cells]})


def folder(place: Path, **texts: str) -> Path:
    """A folder of files; a name's ``__`` is a slash, its last ``_`` the dot before the suffix."""
    for key, text in texts.items():
        path = place / ".".join(key.replace("__", "/").rsplit("_", 1))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return place


def ambiguous(place: Path) -> str:
    with pytest.raises(SubmissionError, match="name the one to grade with --main") as caught:
        find_submission(place)
    return str(caught.value).partition("(")[2].partition(")")[0]


REAL, EMPTY = notebook("import torch", "x = 1"), notebook("", "\n")


@pytest.mark.parametrize(
    ("texts", "home", "main"),
    [
        ({"lab__lab1_ipynb": REAL, "readme_txt": ""}, "lab", "lab1.ipynb"),
        ({"src__train_py": "x = 1", "README_md": ""}, "src", "train.py"),
        ({"data__lab_ipynb": REAL}, "data", "lab.ipynb"),
        ({"lab__lab_py": "x = 1", "data__prepare_py": "y = 1"}, "lab", "lab.py"),
        ({"lab_py": "x = 1", "a__b_ipynb": REAL}, ".", "lab.py"),
        ({"a__lab_py": "x = 1", "b__deeper__lab_py": "x = 2"}, "a", "lab.py"),
    ],
)
def test_the_shallowest_folder_with_code_counts(
    tmp_path: Path, texts: dict[str, str], home: str, main: str
) -> None:
    found = find_submission(folder(tmp_path, **texts))
    assert (found.folder, found.main) == ((tmp_path / home).resolve(), main)


def test_a_zip_with_a_file_beside_its_folder_is_graded(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "ada.zip", "w") as archive:
        for name, text in (("data/lab.ipynb", REAL), ("data/train.csv", "1"), ("readme.txt", "")):
            archive.writestr(name, text)
    with open_submission(tmp_path / "ada.zip") as found:
        assert (found.main, found.files) == ("lab.ipynb", ("lab.ipynb",))


def test_code_in_several_folders_of_one_depth_is_ambiguous(tmp_path: Path) -> None:
    assert ambiguous(folder(tmp_path, a__lab_py="x", b__lab_py="x")) == "a/lab.py, b/lab.py"


@pytest.mark.parametrize("stray", [EMPTY, notebook(), ""])
def test_a_notebook_without_code_is_no_candidate_beside_another(tmp_path: Path, stray: str) -> None:
    assert (
        find_submission(folder(tmp_path, lab1_py="x = 1", Untitled_ipynb=stray)).main == "lab1.py"
    )
    folder(tmp_path, lab1_ipynb=REAL)
    assert find_submission(tmp_path).main == "lab1.ipynb"


def test_an_empty_script_is_no_candidate_beside_another(tmp_path: Path) -> None:
    found = find_submission(folder(tmp_path, train_py="x = 1", **{"__init___py": ""}))
    assert found.main == "train.py"


def test_a_notebook_without_code_is_graded_where_nothing_else_is(tmp_path: Path) -> None:
    assert find_submission(folder(tmp_path, lab_ipynb=EMPTY)).main == "lab.ipynb"


def test_a_notebook_and_a_script_that_nothing_uses_are_ambiguous(tmp_path: Path) -> None:
    place = folder(
        tmp_path, lab_ipynb=notebook("import utils"), utils_py="", train_py="import torch"
    )
    assert ambiguous(place) == "lab.ipynb, train.py"


def test_a_notebook_that_cannot_be_read_is_a_candidate(tmp_path: Path) -> None:
    assert ambiguous(folder(tmp_path, lab_ipynb="{", train_py="x = 1")) == "lab.ipynb, train.py"


@pytest.mark.parametrize(
    "cell",
    [
        "from utils import x",
        "%run utils.py",
        "!python src/utils.py",
        "%%writefile utils.py\nx = 1",
        "def f():\n    import utils",
    ],
)
def test_a_script_that_a_notebook_uses_belongs_to_it(tmp_path: Path, cell: str) -> None:
    assert find_submission(folder(tmp_path, lab_ipynb=notebook(cell), utils_py="x = 1")).main == (
        "lab.ipynb"
    )


def test_a_name_within_another_is_not_its_use(tmp_path: Path) -> None:
    place = folder(tmp_path, lab_ipynb=notebook("%run pre-train.py"), train_py="x = 1")
    assert ambiguous(place) == "lab.ipynb, train.py"


def test_of_a_notebook_and_its_export_the_notebook_is_graded_and_that_is_said(
    tmp_path: Path,
) -> None:
    export = "#!/usr/bin/env python\nimport torch\nfrom utils import x\n"
    found = find_submission(folder(tmp_path, lab_ipynb=REAL, lab_py=export, utils_py="x = 1"))
    assert found.main == "lab.ipynb"
    (note,) = notes_on(look_at_source(found, Assignment.model_validate(ASSIGNMENT)))
    assert "lab.py beside it bears its name" in note


def test_nothing_is_said_of_a_script_alone_or_a_helper_of_the_notebooks_name(
    tmp_path: Path,
) -> None:
    lab = Assignment.model_validate(ASSIGNMENT)
    alone = find_submission(folder(tmp_path / "a", lab_py="x = 1"))
    helped = find_submission(folder(tmp_path / "b", lab_ipynb=notebook("import lab"), lab_py="x"))
    assert notes_on(look_at_source(alone, lab)) == notes_on(look_at_source(helped, lab)) == ()
