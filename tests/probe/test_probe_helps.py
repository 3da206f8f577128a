"""The helps by themselves; that they help real programs is shown by the submissions."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest

from grader.probe.helps.data_files import READERS, Finder
from grader.probe.helps.notes import LONGEST, MOST, Notes
from grader.probe.helps.shells import Shell

FILES = ["asl_data/sign_mnist_train.csv", "asl_data/sign_mnist_valid.csv"]
MNIST = ["MNIST/raw/train-images-idx3-ubyte"]


@pytest.fixture
def finder(tmp_path: Path, said: Notes) -> Finder:
    (tmp_path / "asl_data").mkdir()
    for name in FILES:
        (tmp_path / name).write_text(name)
    return Finder(tmp_path, FILES + MNIST, said.add)


@pytest.mark.parametrize(
    ("asked", "file"),
    [
        ("/content/drive/MyDrive/sign_mnist_train.csv", FILES[0]),
        ("..\\data\\asl_data\\sign_mnist_valid.csv", FILES[1]),
        ("data/asl_data/Sign_MNIST_Train.csv", FILES[0]),
        ("sign_mnist_tain.csv", FILES[0]),
        ("sign_mnist_vaild.csv", FILES[1]),
        ("sign_mist_valid.csv", FILES[1]),
        ("sign_mnist_validation.csv", FILES[1]),
        ("downloads/sign_mnist_train (1).csv", FILES[0]),
        ("Copy of sign_mnist_train.csv", FILES[0]),
        ("sign_mnist_valid - Copy.csv", FILES[1]),
        (Path("/root/x/MNIST/raw/train-images-idx3-ubyte"), MNIST[0]),
    ],
)
def test_a_known_file_is_found_by_its_name(
    finder: Finder, tmp_path: Path, asked: str | Path, file: str
) -> None:
    assert finder.find(asked, misspelt=True) == str(tmp_path / file)


@pytest.mark.parametrize(
    "asked",
    [
        *("train.csv", "notes.txt", "", 3, "data/FashionMNIST/raw/train-images-idx3-ubyte"),
        *("asl.csv", "sign_mnist_train2.csv", "sign_mnist_train_clean.csv"),
        *("train-images-idx3-ubyte.gz", "sign_mnist_train.zip"),
        *("validation.csv", "sign_mnist_validation_clean.csv", "sign_mnist_train (clean).csv"),
        *("train (1).csv", "copy of.csv", "(1).csv"),
    ],
)
def test_other_files_are_not_found(finder: Finder, asked: object) -> None:
    assert finder.find(asked, misspelt=True) is None


def test_only_a_read_that_fails_is_helped(finder: Finder, tmp_path: Path, said: Notes) -> None:
    opened = finder.opening(open)
    own = tmp_path / "sign_mnist_train.csv"
    with pytest.raises(FileNotFoundError):
        opened(tmp_path / "no" / "sign_mnist_train.csv", "w")
    own.write_text("my own")
    with opened(own) as file:
        assert file.read() == "my own"
    assert said.sorted() == []
    with opened("elsewhere/sign_mnist_train.csv") as file:
        assert file.read() == FILES[0]
    assert said.sorted() == ["data_found:elsewhere/sign_mnist_train.csv"]


@pytest.mark.parametrize("name", READERS)
def test_numpy_reads_a_file_that_is_asked_for_elsewhere(
    finder: Finder, tmp_path: Path, said: Notes, name: str
) -> None:
    (tmp_path / FILES[0]).write_bytes(b"11")
    read = finder.reading(getattr(np, name))
    assert read("elsewhere/sign_mnist_train.csv", np.uint8).tolist() in (11, [49, 49])
    assert said.sorted() == ["data_found:elsewhere/sign_mnist_train.csv"]
    with pytest.raises(FileNotFoundError):
        read("elsewhere/own.csv")


def test_a_file_that_would_be_found_is_there(finder: Finder) -> None:
    exists = finder.existing(os.path.exists)
    assert exists("/elsewhere/sign_mnist_train.csv")
    assert exists("..\\elsewhere\\sign_mnist_train.csv")
    assert exists("mnist/MNIST/raw/train-images-idx3-ubyte")
    assert not exists("/elsewhere/sign_mnist_tain.csv")
    assert not exists("/elsewhere")
    assert not exists("cache/sign_mnist_train.csv")  # it may be about to write that itself


def test_notes_are_bounded() -> None:
    said = Notes()
    for number in range(1000):
        said.add(f"{number}" + "x" * 1000)
    assert len(said.sorted()) == MOST
    assert max(map(len, said.sorted())) == LONGEST


def test_a_timed_cell_is_run_and_other_magics_are_not(said: Notes) -> None:
    shell = Shell(said.add)
    main = sys.modules["__main__"].__dict__
    shell.run_cell_magic("time", "", "timed = 1")
    shell.run_line_magic("matplotlib", "inline")
    shell.system("rm -rf /")
    assert main.pop("timed") == 1
    assert said.sorted() == ["magic_ignored"]
    shell.run_line_magic("timeit", "-n1 -r 3 timed = 2")
    shell.magic("time timed = timed + 1")
    assert main.pop("timed") == 3


def test_a_scripts_shell_runs_the_line_of_time_and_no_other(said: Notes) -> None:
    shell = Shell(said.add)
    shell.run_line_magic("wandb", "me/project")
    shell.run_line_magic(magic_name="matplotlib", line="inline")
    assert said.sorted() == ["magic_ignored"]
