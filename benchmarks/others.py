"""Grades what nbgrader and Otter-Grader grade, and shows what each of them does with bad work.

    python -m benchmarks.others lab1 --notebooks 20 --timeout 400       # hours; nothing else runs
    python -m benchmarks.others lab1 --notebooks 2 --timeout 60 --practice --environment /tmp/others

The other two are installed from PyPI into an environment of their own, which sees the packages of
ours and so need not fetch torch; with ``--environment`` it is kept and found again. Every notebook
is a right solution that leaves its accuracy in a variable, with one cell of nbgrader's behind it
that asserts on it; Otter has the same test. All see ``data`` in their working directory (for the
others by a start-up file of IPython), one thread each, and as many run at once as there are cores:
``grader batch`` by itself, ``nbgrader autograde --student`` and ``otter run`` by ``xargs -P``. They
alternate, and the next round goes in the opposite order. nbgrader's limit for a cell is raised to
``--timeout``: as installed it is 30 s, less than one training. Otter's ``run`` has no limit. What
neither ends is killed after ``--guard`` seconds.
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
import venv
from pathlib import Path

import nbformat

from benchmarks.classroom import (
    BAD,
    LIKE_THE_GRADER,
    ONE_THREAD,
    bad_source,
    cores,
    data_folder,
    right_work,
    row_of,
    table,
    tiny_source,
)
from benchmarks.fence import Fence
from benchmarks.graders import Grader, NbGrader, Otter, Ours, Told, test_cell
from benchmarks.repeats import as_notebook

PACKAGES = ("nbgrader", "otter-grader")
LINK = "import os\nif not os.path.lexists('data'):\n    os.symlink({data!r}, 'data')\n"
FINAL = re.compile(r'^print\(f"final valid accuracy: \{(.*):\.6f\}"\)$', re.MULTILINE)
KEPT = r'valid_accuracy = \1\nprint(f"final valid accuracy: {valid_accuracy:.6f}")'


def other_environment(folder: Path) -> Path:
    """Make the environment of the others unless it is there; return its folder of programs."""
    programs = folder / "bin"
    if not (programs / "otter").exists():
        venv.create(folder, with_pip=True)
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        seen = folder / "lib" / version / "site-packages" / "project.pth"
        seen.write_text(sysconfig.get_path("purelib") + "\n")
        command = [programs / "python", "-m", "pip", "install", "--quiet", *PACKAGES]
        subprocess.run(command, check=True)
    return programs


def surroundings(folder: Path, programs: Path, data: Path) -> dict[str, str]:
    """The environment variables of the others: a home of their own, and ``data`` where they run."""
    startup = folder / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00-data.py").write_text(LINK.format(data=str(data)))
    own = {"HOME": str(folder), "IPYTHONDIR": str(folder / "ipython")}
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, **ONE_THREAD, **LIKE_THE_GRADER, **own, "PATH": path}


def good_notebooks(slug: str, count: int, folder: Path) -> dict[str, nbformat.NotebookNode]:
    """Right solutions that leave what they computed in ``valid_accuracy``, in turn.

    Those that print it elsewhere than at the end of the program are left out.
    """
    known = []
    for path in right_work(slug):
        made = folder / f"{path.stem}-{path.suffix[1:]}.ipynb"
        if path.suffix == ".py":
            as_notebook(path, made)
        notebook = nbformat.read(made if path.suffix == ".py" else path, as_version=4)
        if sum(_keeps_its_result(cell) for cell in notebook.cells):
            known.append(notebook)
    return {f"s{number:03d}": known[number % len(known)] for number in range(count)}


def tiny_notebooks(count: int, folder: Path) -> dict[str, nbformat.NotebookNode]:
    """Notebooks that train next to nothing."""
    found = {}
    for number in range(count):
        script = folder / f"tiny-{number}.py"
        script.write_text(tiny_source(number))
        made = as_notebook(script, script.with_suffix(".ipynb"))
        found[f"s{number:03d}"] = nbformat.read(made, as_version=4)
    return found


def _keeps_its_result(cell: nbformat.NotebookNode) -> int:
    cell.source, changed = FINAL.subn(KEPT, cell.source)
    return changed


def bad_notebooks(slug: str, folder: Path) -> dict[str, nbformat.NotebookNode]:
    """One notebook of each kind of bad work."""
    found = {}
    for kind in BAD:
        script = folder / f"{kind}.py"
        script.write_text(bad_source(slug, kind))
        made = as_notebook(script, script.with_suffix(".ipynb"))
        found[kind] = nbformat.read(made, as_version=4)
    return found


def write_notebooks(
    notebooks: dict[str, nbformat.NotebookNode], test: nbformat.NotebookNode, folder: Path
) -> None:
    """Write the files that all of them get."""
    folder.mkdir()
    for name, notebook in notebooks.items():
        whole = nbformat.v4.new_notebook(cells=[*notebook.cells, test], metadata=notebook.metadata)
        nbformat.write(nbformat.v4.upgrade(whole), folder / f"{name}.ipynb")


def grade_class(grader: Grader, names: list[str]) -> tuple[float, dict[str, Told]]:
    """Grade a class; return seconds, and what was said of each."""
    began_s = time.monotonic()
    with Fence() as fence:
        process = fence.start(
            grader.class_command(names, len(cores())),
            env=grader.environment,
            cwd=grader.place,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        process.wait()
    wall_s = time.monotonic() - began_s
    return wall_s, {name: grader.told(name) for name in names}


def compare(graders: list[Grader], names: list[str], rounds: int) -> None:
    """Grade the good class with each, alternating; print all walls, and the ratios."""
    print(table(("round", "grader", "notebooks", "at once", "wall s", "full marks")), flush=True)
    walls: dict[str, list[float]] = {grader.name: [] for grader in graders}
    for number in range(rounds):
        for grader in graders if number % 2 == 0 else reversed(graders):
            grader.reset()
            wall_s, told = grade_class(grader, names)
            full = sum(one.full for one in told.values())
            row = (number + 1, grader.name, len(names), len(cores()), wall_s)
            print(row_of((*row, f"{full} of {len(names)}")), flush=True)
            walls[grader.name].append(wall_s)
    ours = graders[0].name
    for grader in graders[1:]:
        ratios = [a / b for a, b in zip(walls[ours], walls[grader.name], strict=True)]
        middle = statistics.median(ratios)
        print(f"\n{ours} takes {middle:.3f} times as long as {grader.name}", end="")
    print("\n")


def show_bad(graders: list[Grader], kinds: list[str], guard_s: float) -> None:
    """Give each kind of bad work to each grader, alone, and print what came of it."""
    print(table(("grader", "work", "ended", "after s", "code", "score", "it says")), flush=True)
    for grader in graders:
        grader.reset()
        for kind in kinds:
            print(row_of((grader.name, kind, *_one_bad(grader, kind, guard_s))), flush=True)


def _one_bad(grader: Grader, kind: str, guard_s: float) -> tuple[object, ...]:
    began_s = time.monotonic()
    with Fence() as fence:
        process = fence.start(
            grader.one_command(kind),
            env=grader.environment,
            cwd=grader.place,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            code: int | str = process.wait(guard_s)
            ended = "by itself"
        except subprocess.TimeoutExpired:
            process.kill()
            code, ended = "-", f"not within {guard_s:g} s: killed by us"
        wall_s = time.monotonic() - began_s
        fence.gone_s(2.0)
        left = len(fence.members())
    ended += f"; {left} processes lived on" if left and code != "-" else ""
    told = grader.told(kind)
    return ended, wall_s, code, told.score, told.said


def graders_for(
    given: argparse.Namespace, folder: Path, programs: Path, notebooks: Path
) -> list[Grader]:
    """Ours and the two others; nbgrader with our limit, and as it is installed for bad work."""
    data = data_folder(given.assignment, given.practice)
    around = surroundings(folder, programs, data)
    made: list[Grader] = [
        Ours(folder / "ours", notebooks, given.assignment, given.practice, given.timeout),
        NbGrader(folder / "nbgrader", notebooks, around, given.timeout),
        Otter(folder / "otter", notebooks, around),
        NbGrader(folder / "nbgrader-default", notebooks, around, None),
    ]
    return made


def main() -> int:
    """Do both, print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assignment")
    parser.add_argument("--notebooks", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--timeout", type=float, default=400.0, help="limit of a run, seconds")
    parser.add_argument("--guard", type=float, help="when we kill; default 2 x the limit + 60 s")
    parser.add_argument("--practice", action="store_true")
    parser.add_argument("--environment", type=Path, help="where the others are, or go")
    parser.add_argument("--tiny", action="store_true", help="hardly any training, for trying out")
    parser.add_argument("--only", choices=("good", "bad"))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        programs = other_environment((given.environment or folder / "environment").absolute())
        made = folder / "made"
        made.mkdir()
        if given.tiny:
            good = tiny_notebooks(given.notebooks, made)
        else:
            good = good_notebooks(given.assignment, given.notebooks, made)
        bad = bad_notebooks(given.assignment, made)
        test = test_cell(folder / "test", surroundings(folder / "test-home", programs, made))
        write_notebooks(good | bad | {"right": good["s000"]}, test, folder / "notebooks")
        graders = graders_for(given, folder, programs, folder / "notebooks")
        pip = [programs / "python", "-m", "pip", "list", "--format", "freeze"]
        listed = subprocess.run(pip, capture_output=True, text=True, check=True).stdout
        versions = [line for line in listed.splitlines() if line.split("==")[0] in PACKAGES]
        profile = "practice" if given.practice else "official"
        print(f"{given.assignment}, {profile} data, limit {given.timeout:g} s, {versions}\n")
        if given.only != "bad":
            compare(graders[:3], list(good), given.rounds)
        if given.only != "good":
            show_bad(graders, ["right", *bad], given.guard or 2 * given.timeout + 60)
        shutil.rmtree(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
