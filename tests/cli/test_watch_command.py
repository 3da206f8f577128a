"""What ``grader check --watch`` refuses, in a sentence."""

import zipfile
from pathlib import Path

from data_files import write_mnist
from endings import Command
from fakes import TRAIN, VALID


def test_json_is_for_one_grade(grader: Command, here: Path) -> None:
    code, out, err = grader("check", "lab1", "lab.py", "--watch", "--json")
    assert (code, out) == (2, "")
    assert "leave one of them out" in err


def test_nobody_edits_a_zip(grader: Command, here: Path) -> None:
    with zipfile.ZipFile(here / "lab.zip", "w") as archive:
        archive.writestr("lab.py", "x = 1\n")
    code, out, err = grader("check", "lab1", "lab.zip", "--watch")
    assert (code, out) == (2, "")
    assert "is a zip: unpack it" in err


def test_a_path_to_nothing_is_refused_before_anything_is_watched(
    grader: Command, here: Path
) -> None:
    write_mnist(here / "data", TRAIN, VALID)
    code, _, err = grader("check", "lab1", "nothing.py", "--watch", "--isolation", "0")
    assert code == 2
    assert "there is nothing at nothing.py" in err
