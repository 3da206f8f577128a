"""The look goes on into the handed-in modules that a program leads to."""

from pathlib import Path

import pytest
from builders import ASSIGNMENT

from grader.discovery import find_submission, look_at_source
from grader.model.assignment import Assignment
from grader.model.source import SourceLook

LAB = Assignment.model_validate(ASSIGNMENT)


def look(folder: Path, main: str = "lab.py", **texts: str | bytes) -> SourceLook:
    """Look at files given by name; ``__`` stands for a slash, the suffix is .py."""
    for key, text in texts.items():
        path = folder / f"{key.replace('__', '/', 1)}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return look_at_source(find_submission(folder, main=main), LAB)


def test_what_a_helper_needs_is_noticed(tmp_path: Path) -> None:
    engine = (
        "import seaborn\nimport cv2\ndef train(x):\n    return x.cuda()\n"
        "FILE = 'sign_mnist_test.csv'\n"
    )
    found = look(tmp_path, lab="from engine import train\n", engine=engine)
    assert found.mentions == ("cuda",)
    assert found.stand_ins == ("seaborn",)
    assert found.reads_kaggle
    assert [(one.name, one.place.words) for one in found.missing_modules] == [
        ("cv2", "line 2 of engine.py")
    ]


def test_a_placeholder_in_a_helper_counts_and_its_file_is_named(tmp_path: Path) -> None:
    found = look(tmp_path, lab="import net\nx = FIXME\n", net="import torch\n\nmodel = FIXME\n")
    assert [place.words for place in found.placeholders] == ["line 2 of lab.py", "line 3 of net.py"]


@pytest.mark.parametrize(
    "text",
    [
        "import pkg.net",
        "from pkg import net",
        "from pkg.net import Net",
        "def main():\n    import pkg.net",
        "try:\n    from pkg.net import Net\nexcept ImportError:\n    pass",
        "import entry",
        "import sys\nsys.path.append('pkg')\nimport net",
    ],
)
def test_a_helper_is_found_however_it_is_imported(tmp_path: Path, text: str) -> None:
    found = look(tmp_path, lab=text, entry="from pkg import net", pkg__net="model = FIXME")
    assert [place.file for place in found.placeholders] == ["pkg/net.py"]


def test_relative_imports_lead_on_within_a_package(tmp_path: Path) -> None:
    found = look(
        tmp_path,
        lab="import pkg.main",
        pkg__main="from . import net\nfrom .loss import loss",
        pkg__net="a = FIXME",
        pkg__loss="from ..top import c\nb = FIXME",
        net="from_the_top = FIXME",
        top="c = FIXME",
    )
    assert {place.file for place in found.placeholders} == {"pkg/net.py", "pkg/loss.py", "top.py"}


def test_a_package_itself_is_looked_at(tmp_path: Path) -> None:
    found = look(tmp_path, lab="from pkg.net import x", pkg____init__="a = FIXME", pkg__net="")
    assert [place.file for place in found.placeholders] == ["pkg/__init__.py"]


def test_what_nothing_imports_is_not_looked_at(tmp_path: Path) -> None:
    found = look(tmp_path, lab="import json\nimport a", a="import b", b="import a", c="x = FIXME")
    assert found.placeholders == ()
    (tmp_path / "old").mkdir()
    assert look(tmp_path, old__json="x = FIXME").placeholders == ()


def test_a_helper_that_is_not_python_is_named_and_the_program_still_run(tmp_path: Path) -> None:
    found = look(tmp_path, lab="import net\n", net="x = 1\ny = = 2\n")
    assert found.parse_error is not None
    assert found.parse_error.words == "line 2 of net.py"
    assert found.hopeless is None
    binary = look(tmp_path, lab="import net\n", net=b"\x00\x01")
    assert binary.parse_error is not None
    assert binary.parse_error.words == "net.py"


def test_a_package_called_data_is_handed_in(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "train.csv").write_text("1,2")
    found = look(
        tmp_path,
        lab="from data.loader import get\nfrom env.x import y\nfrom results.z import w\n",
        data__loader="get = FIXME",
        env__x="",
        results__z="",
    )
    assert found.missing_modules == ()
    assert [place.file for place in found.placeholders] == ["data/loader.py"]
    assert set(find_submission(tmp_path, main="lab.py").files) == {
        *("lab.py", "data/loader.py", "env/x.py", "results/z.py"),
    }


def test_an_environment_called_env_stays_behind(tmp_path: Path) -> None:
    for name in ("lib/python3.11/os", "Lib/site-packages/x", "bin/activate_this", "Scripts/y"):
        path = tmp_path / "env" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    (tmp_path / "lab.py").write_text("x = 1")
    assert find_submission(tmp_path).files == ("lab.py",)


@pytest.mark.parametrize("file", ["run-1/config.yaml", "run-1/files/code/lab.py", "x.log"])
def test_what_runs_of_a_library_left_is_not_that_library(tmp_path: Path, file: str) -> None:
    path = tmp_path / "wandb" / file
    path.parent.mkdir(parents=True)
    path.write_text("")
    assert look(tmp_path, lab="import wandb\n").stand_ins == ("wandb",)


def test_a_package_of_ones_own_is_that_library(tmp_path: Path) -> None:
    assert look(tmp_path, lab="import wandb\n", wandb____init__="").stand_ins == ()
    assert look(tmp_path, lab="import tqdm\n", **{"my src/tqdm": ""}).stand_ins == ()


def test_of_several_files_with_a_name_none_is_taken_for_the_module(tmp_path: Path) -> None:
    lab = "import sys\nsys.path.append('src')\nfrom utils import f\n"
    found = look(tmp_path, lab=lab, src__utils="f = 1\n", starter__utils="f = FIXME\n")
    assert found.placeholders == ()
