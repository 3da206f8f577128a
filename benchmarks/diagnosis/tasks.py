"""What is run: mutants, and right solutions of every kind with several seeds."""

import importlib.util
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.diagnosis.catalogue import LABS
from benchmarks.diagnosis.patches import mutants, shortened, source, styles
from benchmarks.diagnosis.small import EPOCHS, ROOT

MUTANT_SEED = 1000
RIGHT_SEED = 2000
TESTS = ROOT / "tests" / "submissions"


@dataclass(frozen=True)
class Task:
    """One run: ``write`` puts the submission into a folder and says where it is."""

    style: str
    lab: str
    mistake: str
    seed: int
    write: Callable[[Path], Path]

    @property
    def name(self) -> str:
        """The same in one word, without the seed."""
        return f"{self.style}-{self.lab}-{self.mistake or 'right'}"


def planted(wanted_style: str | None = None) -> Iterator[Task]:
    """Yield a task for each mutant of each style, and for the right solutions they differ from."""
    for style in styles():
        if wanted_style not in (None, style):
            continue
        for one in mutants(style):
            # A mutant may train for another number of epochs: then there is nothing to shorten.
            text = shortened(one.text, one.lab, EPOCHS[one.lab]) or one.text
            yield Task(style, one.lab, one.mistake, MUTANT_SEED, _script(f"{one.lab}.py", text))


def right(runs: int) -> list[Task]:
    """Right solutions in turn, ``runs`` of them; each turn has a seed of its own."""
    found = list(_right_ones())
    return [
        Task(style, lab, "", RIGHT_SEED + number // len(found), write)
        for number in range(runs)
        for style, lab, write in (found[number % len(found)],)
    ]


def _right_ones() -> Iterator[tuple[str, str, Callable[[Path], Path]]]:
    for lab in LABS:
        for style in styles():
            text = shortened(source(style, lab), lab, EPOCHS[lab])
            if text is not None:
                yield style, lab, _script(f"{lab}.py", text)
        for path in sorted((TESTS / "right" / lab).iterdir()):
            if path.suffix not in (".py", ".ipynb"):
                continue
            text = shortened(path.read_text(encoding="utf-8"), lab, EPOCHS[lab])
            if text is not None:
                yield f"right/{path.name}", lab, _script(path.name, text)
        for case in _cases(lab):
            yield f"case/{case.name}", lab, _case(case, lab)


def _cases(lab: str) -> Iterator[Any]:
    """The right submissions that the tests hand in, where their epochs can be shortened."""
    module = sys.modules.get("bench_cases")
    if module is None:
        place = ROOT / "tests" / "end_to_end" / "cases.py"
        spec = importlib.util.spec_from_file_location("bench_cases", place)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["bench_cases"] = module
        spec.loader.exec_module(module)
    for case in module.cases(lab):
        if case.is_right and case.name.startswith("right_") and not case.limits:
            yield case


def _script(name: str, text: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / name).write_text(text, encoding="utf-8")
        return folder / name

    return write


def _case(case: Any, lab: str) -> Callable[[Path], Path]:
    """Write a case, its epochs shortened where that is one number in one of its files."""

    def write(folder: Path) -> Path:
        place: Path = case.write(folder)
        for path in sorted(folder.iterdir()):
            try:
                short = shortened(path.read_text(encoding="utf-8"), lab, EPOCHS[lab])
            except UnicodeDecodeError:
                continue
            if short is not None:
                path.write_text(short, encoding="utf-8")
        return place

    return write
