"""How soon ``grader check --watch`` answers a save: seconds from a save to its structural answer.

    python -m benchmarks.watch lab1 lab2 lab3 --saves 3                # practice data
    python -m benchmarks.watch lab1 lab2 lab3 --saves 3 --official

A right notebook is saved again and again, broken in another way each time, and once whole. The
first answer pays for the import of torch and is shown apart. The whole check that follows a whole
notebook is stopped by the next save, as a student's would be.
"""

import argparse
import contextlib
import itertools
import json
import os
import statistics
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from grader.model.grade import Grade
from grader.pipeline import Request, Setup
from grader.pipeline.path import Listener
from grader.pipeline.setup import Standard
from grader.watch import Answer, Asked, watch

ROOT = Path(__file__).parent.parent
FIRST = {"lab1": "28 * 28, 512", "lab2": "28 * 28, 512", "lab3": "75 * 3 * 3, 512"}
"""The sizes of the first linear layer, as the right notebooks write them."""
BETWEEN_S = 1.0
"""How long after an answer the next save comes."""


def no_python(code: str, lab: str) -> str:
    """A bracket is not closed."""
    return code.replace(f"nn.Linear({FIRST[lab]})", f"nn.Linear({FIRST[lab]}")


def unfinished(code: str, lab: str) -> str:
    """A placeholder is left."""
    return code.replace(FIRST[lab], f"FIXME, {FIRST[lab].rpartition(' ')[2]}")


def wrong_size(code: str, lab: str) -> str:
    """The first linear layer takes other inputs than it gets."""
    return code.replace(FIRST[lab], "500, 512")


def whole(code: str, lab: str) -> str:
    """Nothing is wrong."""
    return code


VARIANTS: tuple[Callable[[str, str], str], ...] = (no_python, unfinished, wrong_size, whole)


def saved_as(lab: str, variant: Callable[[str, str], str], number: int) -> str:
    """The notebook of a lab in a variant; its ``number`` makes every save another."""
    path = ROOT / f"tests/submissions/right/{lab}/sequential.ipynb"
    document = json.loads(path.read_text())
    for cell in document["cells"]:
        if cell["cell_type"] == "code":
            cell["source"] = variant("".join(cell["source"]), lab)
    document["cells"][-1]["source"] = f"# save {number}\n" + "".join(
        document["cells"][-1]["source"]
    )
    return json.dumps(document)


class Over(BaseException):
    """Everything was saved and answered."""


class Measuring:
    """Saves the next variant some time after each answer; see ``grader.watch.Watcher``."""

    def __init__(self, place: Path, texts: Iterator[tuple[str, str]]) -> None:
        self.place, self.texts = place, texts
        self.name, text = next(texts)
        place.write_text(text)
        self.took: dict[str, list[float]] = {}

    def prepared(self, setup: Setup) -> None:
        """Nothing is to be said."""

    def answered(self, answer: Answer, after_s: float) -> None:
        """Keep how long it took, and have the next variant saved."""
        self.took.setdefault(self.name, []).append(after_s)
        print(
            f"  {self.name}: {after_s:.2f} s, {'; '.join(answer.problems) or 'sound'}", flush=True
        )
        following = next(self.texts, None)
        if following is None:
            raise Over
        self.name, text = following
        threading.Timer(BETWEEN_S, self._save, [text]).start()

    def _save(self, text: str) -> None:
        new = self.place.with_name(".new")
        new.write_text(text)
        os.replace(new, self.place)

    def follow(self, setup: Setup, judged_by: Standard) -> AbstractContextManager[Listener | None]:
        """Nobody follows."""
        return contextlib.nullcontext()

    def graded(self, grade: Grade, folder: Path, after_s: float) -> None:
        """It was quicker than the next save."""

    def stopped(self) -> None:
        """As it should be."""

    def refused(self, sentence: str) -> None:
        """It should not be."""
        raise SystemExit(sentence)

    def waits(self) -> None:
        """Nothing is to be said."""


def texts(lab: str, saves: int) -> Iterator[tuple[str, str]]:
    """The first save, then every variant so many times, with its name."""
    number = itertools.count()
    yield "first (cold)", saved_as(lab, wrong_size, next(number))
    for _ in range(saves):
        for variant in VARIANTS:
            yield variant.__name__.replace("_", " "), saved_as(lab, variant, next(number))


def measured(lab: str, saves: int, *, practice: bool) -> Mapping[str, list[float]]:
    """Seconds from each save to its answer, by what was saved."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name, f"my_{lab}.ipynb")
        watcher = Measuring(place, texts(lab, saves))
        with contextlib.suppress(Over):
            watch(Asked(Request(lab, practice=practice), place, Path(name, "results")), watcher)
        return watcher.took


def main() -> None:
    """Measure, and print a table for the README."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labs", nargs="+", choices=FIRST)
    parser.add_argument("--saves", type=int, default=3)
    parser.add_argument("--official", action="store_true")
    asked = parser.parse_args()
    data = "official" if asked.official else "practice"
    rows = []
    for lab in asked.labs:
        print(lab, flush=True)
        took = measured(lab, asked.saves, practice=not asked.official)
        for name, seconds in took.items():
            middle, most = statistics.median(seconds), max(seconds)
            load = os.getloadavg()[0]
            rows.append(f"| {lab} | {data} | {name} | {middle:.1f} | {most:.1f} | {load:.0f} |")
    print("\n| lab | data | saved | median s | largest s | load |")
    print("| --- | --- | --- | --- | --- | --- |")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
