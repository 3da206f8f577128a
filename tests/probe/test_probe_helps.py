"""The helps by themselves; that they help real programs is shown by the submissions."""

import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.probe.helps.data_files import Finder
from grader.probe.helps.notes import LONGEST, MOST, Notes
from grader.probe.helps.shells import Shell
from grader.probe.helps.stand_ins import Bar, Inert, _Finder

FILES = ["asl_data/sign_mnist_train.csv", "asl_data/sign_mnist_valid.csv"]
MNIST = ["MNIST/raw/train-images-idx3-ubyte"]


@pytest.fixture
def said() -> Notes:
    return Notes()


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


@pytest.fixture
def stand_ins(said: Notes) -> Iterator[None]:
    finder = _Finder({"no_such_plots", "no_such.part", "tqdm"}, said.add)
    sys.meta_path.insert(0, finder)
    yield
    sys.meta_path.remove(finder)
    for name in [name for name in sys.modules if name.startswith(("no_such", "tqdm"))]:
        del sys.modules[name]


@pytest.mark.usefixtures("stand_ins")
def test_a_missing_library_is_imported_called_and_silent(said: Notes) -> None:
    plots = importlib.import_module("no_such_plots")
    inner = importlib.import_module("no_such_plots.colours")
    drive = importlib.import_module("no_such.part").drive
    with plots.figure(3) as figure:
        figure.axes[0].title = inner.red(x=1)
    drive.mount("/content")
    assert os.path.join(drive, "x") == "stand-in/x"
    assert list(plots.lines()) == []
    assert str(plots.anything) == ""
    assert said.sorted() == ["stand_in:no_such.part", "stand_in:no_such_plots"]
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("no_such_other")


@pytest.mark.usefixtures("stand_ins")
def test_a_progress_bar_goes_through_its_items() -> None:
    bars = importlib.import_module("tqdm")
    auto = importlib.import_module("tqdm.auto")
    assert list(bars.tqdm([1, 2], desc="x")) == [1, 2]
    assert list(bars.notebook.tqdm([1, 2])) == [1, 2]
    assert list(auto.trange(3)) == [0, 1, 2]
    with auto.tqdm(range(4)) as bar:
        bar.set_postfix(loss=1)
        assert len(bar) == 4
    assert isinstance(bar, Bar)
    assert isinstance(bar.update(1), Inert)


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
