"""The house stays as it is meant to be."""

import ast
import graphlib
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "grader").rglob("*.py"))


def test_no_file_is_over_350_lines() -> None:
    long = {str(path): n for path in SOURCES if (n := len(path.read_text().splitlines())) > 350}
    assert len(SOURCES) > 100
    assert long == {}


def test_help_loads_no_heavy_package() -> None:
    program = (
        "import sys, typer.testing\n"
        "from grader.cli.main import app\n"
        "assert typer.testing.CliRunner().invoke(app, ['--help']).exit_code == 0\n"
        "heavy = {'torch', 'matplotlib', 'nbclient', 'numpy', 'pandas', 'pydantic'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)\n"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_wheel_carries_the_course_but_no_solutions() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert set(included) == {"assignments", "rubrics"}


def test_no_two_tests_have_one_name() -> None:
    """Where they are, pytest collects the one and refuses the other."""
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert len(names) > 100
    assert sorted(name for name in set(names) if names.count(name) > 1) == []


def _imported(path: Path) -> set[str]:
    """The modules of ours that a file imports at its top, by name."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    found = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*above, *filter(None, [node.module])])
            found |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def test_no_module_imports_itself_in_a_circle() -> None:
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in SOURCES}
    needs = {name: _imported(path) & set(names) - {name} for name, path in names.items()}
    order = graphlib.TopologicalSorter(needs)
    assert len(list(order.static_order())) == len(names)


def test_travelling_code_imports_only_itself() -> None:
    for room in ("probe", "evaluator"):
        for path in (ROOT / "grader" / room).rglob("*.py"):
            assert "from grader" not in path.read_text(), path
            assert "import grader" not in path.read_text(), path
