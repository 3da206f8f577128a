"""What the first look says before anything runs, and that it is quick and light."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from builders import ASSIGNMENT

from grader.discovery import find_submission, look_at_source
from grader.model.assignment import Assignment
from grader.model.source import SourceLook

LAB = Assignment.model_validate(ASSIGNMENT)


def look(path: Path, *, solution_cells: bool = False) -> SourceLook:
    return look_at_source(find_submission(path), LAB, solution_cells)


def script(folder: Path, text: str | bytes) -> SourceLook:
    path = folder / "lab.py"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return look(path)


def cells(folder: Path, *texts: str, solution_cells: bool = False) -> SourceLook:
    path = folder / "lab.ipynb"
    code = [{"cell_type": "code", "source": text, "outputs": [], "metadata": {}} for text in texts]
    path.write_text(json.dumps({"cells": code, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}))
    return look(path, solution_cells=solution_cells)


EXERCISE, SOLUTION, OWN = "model = FIXME", "# SOLUTION\nmodel = 1", "train = 2"


def test_solution_cells_are_left_out_and_the_exercise_stays_open(tmp_path: Path) -> None:
    found = cells(tmp_path, OWN, EXERCISE, SOLUTION)
    assert found.skipped_cells == (3,)
    assert [place.cell for place in found.placeholders] == [2]


def test_accepted_solution_cells_stand_for_the_unfinished_cell_before_them(tmp_path: Path) -> None:
    found = cells(tmp_path, EXERCISE, SOLUTION, OWN, solution_cells=True)
    assert found.skipped_cells == (1,)
    assert found.placeholders == ()
    finished = cells(tmp_path, "model = 3", SOLUTION, solution_cells=True)
    assert finished.skipped_cells == ()


@pytest.mark.parametrize("first", ["# SOLUTION", "\n  # SOLUTION  "])
def test_the_first_line_tells_a_solution_cell(tmp_path: Path, first: str) -> None:
    assert cells(tmp_path, f"{first}\nx = FIXME").placeholders == ()


@pytest.mark.parametrize(
    "own", ["x = 1\n# SOLUTION", "# Solution to exercise 2: mine", "#SOLUTION"]
)
def test_another_mention_of_a_solution_is_the_students_own(tmp_path: Path, own: str) -> None:
    assert cells(tmp_path, own).skipped_cells == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "holds no code"),
        ("def f(:\n", "Python cannot read it"),
        ("%matplotlib inline\n", "Python cannot read it"),
        (b"\x7fELF\x00\x01", "not a file that can be opened"),
        ("name = 'Zo\xeb'".encode("latin-1"), "not a file that can be opened"),
        ("from tensorflow import keras\n", "it is a TensorFlow program"),
        ("import keras.layers\nimport numpy\n", "it is a Keras program"),
    ],
)
def test_what_cannot_run_at_all_is_known_before(
    tmp_path: Path, text: str | bytes, reason: str
) -> None:
    assert reason in (script(tmp_path, text).hopeless or "")


@pytest.mark.parametrize(
    "text",
    [
        "import torch\nfrom sklearn.metrics import accuracy_score\n",
        "import torch\ntry:\n    import tensorflow\nexcept ImportError:\n    pass\n",
        "from train import main\nmain()\n",
        "from sklearn.metrics import f1_score\n",
        "import tensorflow as tf\ntry:\n    import torch\nexcept ImportError:\n    pass\n",
        "# -*- coding: latin-1 -*-\nname = 'Zo\xeb'\n".encode("latin-1"),
        b"\xef\xbb\xbfx = 1\r\n",
    ],
)
def test_what_may_run_is_run(tmp_path: Path, text: str | bytes) -> None:
    assert script(tmp_path, text).hopeless is None


def test_a_broken_cell_does_not_keep_the_others_from_running(tmp_path: Path) -> None:
    found = cells(tmp_path, "import torch", "for in x:")
    assert found.hopeless is None
    assert found.parse_error is not None
    assert found.parse_error.cell == 2


def test_modules_that_are_not_there_are_named_with_their_place(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("")
    text = (
        "import os, torch, numpy as np\nfrom mine import x\nimport seaborn\n"
        "from utils import Net\nimport cv2.dnn\n"
        "try:\n    import apex\nexcept ImportError:\n    apex = None\n"
    )
    (tmp_path / "lab.py").write_text(text)
    found = look_at_source(find_submission(tmp_path, main="lab.py"), LAB)
    assert [(one.name, one.place.line) for one in found.missing_modules] == [
        ("utils", 4),
        ("cv2", 5),
    ]


def test_a_helper_that_speaks_of_torch_makes_it_a_torch_program(tmp_path: Path) -> None:
    (tmp_path / "engine.py").write_text("import torch\n")
    (tmp_path / "lab.py").write_text("from keras.utils import to_categorical\nimport engine\n")
    assert look(tmp_path).hopeless is None


def test_stand_ins_are_offered_only_to_programs_that_cannot_do_without(tmp_path: Path) -> None:
    (tmp_path / "tabulate.py").write_text("")
    (tmp_path / "lab.py").write_text(
        "import seaborn as sns\nfrom tqdm.auto import tqdm\nfrom google import colab\n"
        "from torch.utils.tensorboard import SummaryWriter\nimport tabulate\n"
        "try:\n    import wandb\nexcept ImportError:\n    wandb = None\n"
    )
    found = look_at_source(find_submission(tmp_path, main="lab.py"), LAB)
    assert set(found.stand_ins) == {
        *("seaborn", "tqdm", "google.colab", "torch.utils.tensorboard"),
    }


@pytest.mark.parametrize(
    ("text", "kaggle"),
    [
        ("pd.read_csv('../input/sign_mnist_test.csv')\n", True),
        ("# on Kaggle: sign_mnist_test.csv\npd.read_csv('sign_mnist_valid.csv')\n", False),
        ("names = ['sign_mnist_test.csv', 'sign_mnist_valid.csv']\n", False),
    ],
)
def test_who_names_kaggles_file_instead_of_the_courses_reads_kaggles(
    tmp_path: Path, text: str, kaggle: bool
) -> None:
    assert script(tmp_path, text).reads_kaggle is kaggle


def test_thousands_of_magics_do_not_keep_the_look_busy(tmp_path: Path) -> None:
    assert cells(tmp_path, "!ls\n" * 20_000).parse_error is None
    assert cells(tmp_path, "if x:\n" + "    !ls\n" * 20_000).parse_error is not None


def test_a_remainder_over_several_lines_is_no_magic(tmp_path: Path) -> None:
    text = "%matplotlib inline\nx = (3\n     % 2)\ny = '%d' % 3\n"
    assert cells(tmp_path, text).parse_error is None


def test_what_helps_ask_for_is_noticed(tmp_path: Path) -> None:
    assert script(tmp_path, "x = model.cuda()\n").mentions == ("cuda",)
    assert script(tmp_path, "x = 1\n").mentions == ()


def test_a_look_loads_neither_torch_nor_what_it_looks_for(tmp_path: Path) -> None:
    (tmp_path / "lab.py").write_text("import torch, numpy, matplotlib\nx = FIXME\n")
    program = (
        "import sys\nfrom pathlib import Path\n"
        "from grader.discovery import find_submission, look_at_source\n"
        "from grader.model.assignment import Assignment\n"
        f"lab = Assignment.model_validate({ASSIGNMENT!r})\n"
        "found = look_at_source(find_submission(Path(sys.argv[1])), lab)\n"
        "assert len(found.placeholders) == 1\n"
        "assert found.missing_modules == ()\n"
        "sys.exit(', '.join({'torch', 'numpy', 'matplotlib'} & set(sys.modules)) or 0)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "lab.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["undefined", "idna", "punycode", "hex", "rot13"])
def test_a_script_in_an_encoding_that_it_is_not_in_cannot_be_opened(
    tmp_path: Path, name: str
) -> None:
    found = script(tmp_path, f"# coding: {name}\nx = '{'a' * 100}.\\x80'\n".encode() + b"\x80")
    assert found.hopeless == "it is not a file that can be opened"


@pytest.mark.parametrize(("name", "half"), [("unicode_escape", "\\ud800"), ("utf-7", "+2AA-")])
def test_half_a_character_of_an_encoding_is_shown_as_a_question_mark(
    tmp_path: Path, name: str, half: str
) -> None:
    found = script(tmp_path, f"# coding: {name}\nx = (FIXME, '{half}')\n")
    assert found.placeholders[0].text == "x = (FIXME, '?')"
    assert found.model_dump_json()
