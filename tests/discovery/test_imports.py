"""What a program imports, and what it cannot do without."""

import json
from pathlib import Path

import pytest
from builders import ASSIGNMENT

from grader.discovery import find_submission, look_at_source
from grader.model.assignment import Assignment
from grader.model.source import SourceLook

LAB = Assignment.model_validate(ASSIGNMENT)


def script(folder: Path, text: str, name: str = "lab.py") -> SourceLook:
    (folder / name).write_text(text)
    return look_at_source(find_submission(folder / name), LAB)


def cells(folder: Path, *texts: str, **metadata: object) -> SourceLook:
    code = [{"cell_type": "code", "source": text} for text in texts]
    (folder / "lab.ipynb").write_text(json.dumps({"cells": code, "metadata": metadata}))
    return look_at_source(find_submission(folder / "lab.ipynb"), LAB)


FALLBACK = "try:\n    import google.colab\n    IN = True\nexcept {}:\n    IN = False\n"


@pytest.mark.parametrize(
    "text",
    [
        "def main():\n    from tqdm import tqdm\nmain()",
        "if __name__ == '__main__':\n    import tqdm",
        "class A:\n    def f(self):\n        with x:\n            import tqdm",
        "try:\n    import tqdm\nexcept ValueError:\n    pass",
        "try:\n    import tqdm\nfinally:\n    pass",
        "try:\n    import tqdm.notebook\nexcept ImportError:\n    import tqdm",
        "try:\n    pass\nexcept ImportError:\n    pass\nelse:\n    import tqdm",
        "try:\n    import tqdm\nexcept ImportError:\n    pass\nimport tqdm",
        "match x:\n    case 1:\n        import tqdm",
        "if x:\n    pass\nelif y:\n    import tqdm",
    ],
)
def test_an_import_that_nothing_answers_for_gets_a_stand_in(tmp_path: Path, text: str) -> None:
    assert script(tmp_path, text).stand_ins == ("tqdm",)


@pytest.mark.parametrize(
    "text",
    [
        *(FALLBACK.format(kind) for kind in ("ImportError", "(OSError, ModuleNotFoundError)", "")),
        FALLBACK.format("Exception") + "if IN:\n    from google.colab import drive\n",
        FALLBACK.format("ImportError") + "def f():\n    from google.colab import drive\n",
        "try:\n    def f():\n        import tqdm\nexcept ImportError:\n    pass",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import tqdm\n",
    ],
)
def test_a_program_with_an_answer_of_its_own_keeps_it(tmp_path: Path, text: str) -> None:
    found = script(tmp_path, text)
    assert (found.stand_ins, found.missing_modules) == ((), ())


def test_a_condition_is_meant_for_other_machines(tmp_path: Path) -> None:
    text = "if ON_KAGGLE:\n    import kaggle_secrets\ndef f():\n    import cv2\n"
    assert [one.name for one in script(tmp_path, text).missing_modules] == ["cv2"]


def test_a_chain_deeper_than_the_stack_is_read(tmp_path: Path) -> None:
    text = "if x:\n    pass\n" + "elif x:\n    pass\n" * 900 + "else:\n    import tqdm\n"
    assert script(tmp_path, text).stand_ins == ("tqdm",)


def test_a_module_that_a_cell_writes_is_there_and_is_read(tmp_path: Path) -> None:
    found = cells(
        tmp_path,
        "%%writefile helpers/utils.py\nimport seaborn\n\ndef f():\n    return FIXME",
        "from utils import f\nfrom helpers.utils import f",
    )
    assert found.missing_modules == ()
    assert found.stand_ins == ("seaborn",)
    assert [(place.cell, place.line) for place in found.placeholders] == [(1, 5)]


@pytest.mark.parametrize(
    "text", ["import keras  # see https://pytorch.org", "import keras\n'torch'"]
)
def test_only_an_import_makes_it_a_torch_program(tmp_path: Path, text: str) -> None:
    assert script(tmp_path, text).framework == "Keras"


def test_the_name_of_a_kernel_makes_no_torch_program(tmp_path: Path) -> None:
    found = cells(tmp_path, "import tensorflow", kernelspec={"name": "pytorch"})
    assert found.framework == "TensorFlow"


@pytest.mark.parametrize(
    "text",
    [
        "import keras\nimport torch",
        "import keras\nfrom torchvision import datasets",
        "import keras\ndef f():\n    import torch",
        "from d2l import torch as d2l\nimport keras",
    ],
)
@pytest.mark.parametrize("name", ["lab.py", "LAB.PY"])
def test_a_program_that_also_imports_torch_is_run(tmp_path: Path, text: str, name: str) -> None:
    assert script(tmp_path, text, name).hopeless is None


def test_a_cell_that_cannot_be_read_may_import_torch(tmp_path: Path) -> None:
    assert cells(tmp_path, "import torch\nfor", "import keras").framework is None


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        ('!cat """ x\nx = FIXME', 1),
        ("!unzip -o data.zip -d 01_data\nx = FIXME", 1),
        ("!echo don't\nx = FIXME", 1),
        ("if x:\n    !echo 0x FIXME \\\n  '''\n    y = FIXME", 1),
        ("files = !ls FIXME", 0),
        ("%%bash\necho FIXME", 0),
        ("%%markdown\nFIXME: say why", 0),
        ("%%time\nx = FIXME", 1),
    ],
)
def test_a_shells_line_neither_is_code_nor_hides_any(tmp_path: Path, cell: str, count: int) -> None:
    found = cells(tmp_path, cell).placeholders
    assert len(found) == count
    assert all(place.text.endswith("= FIXME") for place in found)


READS = "for s in ('train', 'test'):\n    read({})\n"


@pytest.mark.parametrize(
    ("text", "kaggle"),
    [
        (READS.format("f'sign_mnist_{s}.csv'"), True),
        (READS.format("'data/sign_mnist_' + s + '.csv'"), True),
        (READS.format("'sign_mnist_{}.csv'.format(s)"), True),
        (READS.format("'sign_mnist_%s.csv' % s"), True),
        (READS.format("f'sign_mnist_{s}.csv'") + "x = 'sign_mnist_valid.csv'", False),
        (READS.format("f'sign_mnist_{s}.csv'").replace("test", "valid"), False),
        (READS.format("f'sign_mnist_{s}.csv'") + "s = {'valid': 1}", False),
        (READS.format("f'sign_mnist_train.csv'"), False),
        ('"""Kaggle calls it sign_mnist_test.csv."""\nread(sys.argv[1])', False),
        ("def f():\n    'not sign_mnist_test.csv'\n    return 1", False),
        ('"""Not sign_mnist_valid.csv."""\nread("sign_mnist_test.csv")', True),
    ],
)
def test_who_reads_kaggles_file_is_known_however_its_name_is_made(
    tmp_path: Path, text: str, kaggle: bool
) -> None:
    assert script(tmp_path, text).reads_kaggle is kaggle


def test_the_end_of_a_module_may_be_written_by_another_cell(tmp_path: Path) -> None:
    written = ("%%writefile m.py\nclass A:\n    x = 1", "%%writefile -a m.py\n    y = 2")
    assert cells(tmp_path, *written, "import m").parse_error is None


def test_data_written_as_code_is_not_read(tmp_path: Path) -> None:
    found = cells(tmp_path, "import torch", f"x = [{'1, ' * 400_000}]")
    assert found.parse_error is not None
    assert "more than a megabyte" in found.parse_error.text
