"""``grader look``: what reading a file shows, at its lines, without running anything."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from endings import Command, mistake

ROOT = Path(__file__).parents[2]


def test_placeholders_and_missing_modules_are_named_at_their_lines(
    grader: Command, here: Path
) -> None:
    (here / "lab.py").write_text("import cv2\nimport utils\n\nn = FIXME\n")
    (here / "utils.py").write_text("")
    code, out, err = grader("look", "lab.py")
    assert (code, err) == (1, "")
    assert out.splitlines() == [
        "lab.py:4: a placeholder is left: n = FIXME",
        "lab.py:1: cv2 is neither here nor installed",
    ]


def test_what_is_no_python_is_named(grader: Command, here: Path) -> None:
    (here / "lab.py").write_text("x = 1\nfor y in x\n    pass\n")
    code, out, _ = grader("look", "lab.py", "--assignment", "lab1")
    assert code == 1
    assert out == "lab.py:2: cannot be read: expected ':'\n"


def test_a_cell_is_named_and_its_line_is_that_of_the_file(grader: Command, here: Path) -> None:
    cells = [{"cell_type": "code", "source": ["x = 1\n", "y = TODO"]}]
    text = json.dumps({"cells": cells}, indent=1)
    (here / "lab.ipynb").write_text(text)
    code, out, _ = grader("look", "lab.ipynb")
    line = text.splitlines().index('    "y = TODO"') + 1
    assert (code, out) == (
        1,
        f"lab.ipynb:{line}: cell 1, line 2: a placeholder is left: y = TODO\n",
    )


def test_finished_work_is_silent(grader: Command) -> None:
    assert grader("look", ROOT / "reference/lab1_mnist_mlp.py", "lab.py") == (0, "", "")


def test_nothing_of_a_file_steers_the_terminal(grader: Command, here: Path) -> None:
    (here / "lab.py").write_text("x = FIXME  # \x1b[31m ::error::owned ::add-mask::x\n")
    out = grader("look", "lab.py")[1]
    assert "\x1b" not in out
    assert "::add-mask::" not in out


def test_the_lab_is_the_one_that_grader_toml_names(
    grader: Command, here: Path, course: Path
) -> None:
    other = course / "assignments/lab8"
    other.mkdir()
    document = yaml.safe_load((course / "assignments/lab9/assignment.yaml").read_text())
    other.joinpath("assignment.yaml").write_text(
        yaml.safe_dump(document | {"slug": "lab8", "placeholders": ["GAP"]})
    )
    (here / "lab.py").write_text("x = GAP\ny = FIXME\n")
    assert grader("look", "lab.py", "--course", course)[1].count("\n") == 2
    (here / "grader.toml").write_text('[files]\nlab8 = "lab.py"\n')
    out = grader("look", "lab.py", "--course", course)[1]
    assert out == "lab.py:1: a placeholder is left: x = GAP\n"


@pytest.mark.parametrize("name", ["nowhere.py", "notes.txt", "."])
def test_what_is_no_program_is_the_callers_mistake(grader: Command, here: Path, name: str) -> None:
    (here / "notes.txt").write_text("")
    assert "no script and no notebook" in mistake(grader("look", name))


def test_what_the_other_files_hold_is_said_all_the_same(grader: Command, here: Path) -> None:
    (here / "notes.txt").write_text("")
    for name in ("a.py", "b.py"):
        (here / name).write_text("x = FIXME\n")
    code, out, err = grader("look", "a.py", "notes.txt", "b.py")
    assert code == 2
    assert [line.split(":")[0] for line in out.splitlines()] == ["a.py", "b.py"]
    assert err == "error: no script and no notebook: notes.txt; name files that are\n"


def test_it_loads_nothing_heavy(here: Path) -> None:
    program = (
        "import sys\n"
        "from grader.cli.main import app\n"
        "app(['look', sys.argv[1]], standalone_mode=False)\n"
        "heavy = {'torch', 'numpy', 'pandas', 'matplotlib', 'jinja2', 'grader.sandbox'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)\n"
    )
    command = [sys.executable, "-c", program, str(here / "lab.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_hook_of_pre_commit_is_this_command() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert hook["entry"] == "grader look"
    taken = re.compile(hook["files"])
    assert all(taken.search(name) for name in ("lab1.py", "work/lab1.ipynb"))
    assert not any(taken.search(name) for name in ("types.pyi", "run", "lab.py.txt"))
