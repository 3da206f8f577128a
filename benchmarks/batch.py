"""What grading a class costs: wall of ``grader batch`` over that of the same programs run bare.

    python -m benchmarks.batch lab1 --submissions 24 --timeout 400     # hours; nothing else runs
    python -m benchmarks.batch lab2 --submissions 12 --timeout 600
    python -m benchmarks.batch lab1 --submissions 8 --practice --timeout 20

The class is right work of ``tests/submissions/right``, scripts and notebooks in turn; three of it
crash and one loops until its limit. The bare-run limit of the machine is the sum of the wall times
of the same programs run bare (one thread each, as many at once as cores, each on a core of its own;
what does not end by itself is killed at its limit and counts as that) divided by the cores. A round
measures the class as it is, the bare runs, and the class without its bad work; the next one in the
opposite order. No run is repeated with another seed (``--reruns 0``): those are runs of their own.
Aim: the class reaches 95 % of the limit. Where the last run has nothing beside it, a core is idle
through no fault of anybody's; ``alone at the end`` says how long.
"""

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.classroom import (
    BAD,
    Bare,
    batch_command,
    cores,
    data_folder,
    row_of,
    run_all_bare,
    table,
    timed,
    write_class,
)

TITLES = (
    "round",
    "class",
    "runs",
    "bare, sum s",
    "limit s",
    "class s",
    "class / limit",
    "of the limit",
    "alone at the end s",
    "what came of it",
)


@dataclass(frozen=True)
class Class:
    """A class graded once: seconds, seconds with a single run at the end, and what came of it."""

    wall_s: float
    alone_s: float
    came: str


@dataclass(frozen=True)
class Given:
    """What is measured: ``kinds`` says of each submission what it is."""

    slug: str
    practice: bool
    timeout_s: float
    folder: Path
    kinds: dict[str, str]

    def good(self) -> set[str]:
        """Who handed in right work."""
        return {name for name, kind in self.kinds.items() if kind not in BAD}


def grade_class(given: Given, only: set[str]) -> Class:
    """Grade a part of the class from nothing."""
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        part, out = Path(name, "class"), Path(name, "results")
        part.mkdir()
        for path in (given.folder / "class").iterdir():
            if path.stem in only:
                shutil.copy(path, part)
        limits = ("--timeout", str(given.timeout_s), "--reruns", "0")
        command = batch_command(given.slug, part, out, given.practice, *limits)
        wall_s, _ = timed(command)
        times = sorted((folder / "grade.json").stat().st_mtime for folder in out.glob("s*"))
        alone_s = times[-1] - times[-2] if len(times) > 1 else wall_s
        return Class(wall_s, alone_s, outcomes(out, given.kinds))


def outcomes(out: Path, kinds: dict[str, str]) -> str:
    """How the runs ended, and how many of the good ones have full marks."""
    ended: Counter[str] = Counter()
    full = good = 0
    for folder in out.glob("s*"):
        grade = json.loads((folder / "grade.json").read_text())
        ended[grade["run"]["outcome"]] += 1
        if kinds[folder.name] not in BAD:
            good += 1
            full += grade["score"] == grade["max_score"]
    said = ", ".join(f"{count} {name}" for name, count in sorted(ended.items()))
    return f"{said}; {full} of {good} good ones with full marks"


def bare_runs(given: Given) -> dict[str, Bare]:
    """Run the whole class bare. Exits where right work fails; at its limit it counts as that, as in
    the class.
    """
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        folder = Path(name, "bare")
        shutil.copytree(given.folder / "class", folder)
        (folder / "data").symlink_to(data_folder(given.slug, given.practice))
        paths = sorted(path for path in folder.iterdir() if path.suffix in (".py", ".ipynb"))
        done = run_all_bare(paths, given.timeout_s)
    ended = {name: done[name] for name in sorted(given.good()) if done[name].code != 0}
    for name, one in ended.items():
        print(f"bare, {name} ({given.kinds[name]}) ended with {one.code}: {one.said}", flush=True)
    if any(one.code is not None for one in ended.values()):
        sys.exit("right work failed when run bare: mend the benchmark")
    print(f"bare, {len(done)} runs: {sum(one.wall_s for one in done.values()):.1f} s", flush=True)
    return done


def one_round(given: Given, number: int) -> list[tuple[str, float]]:
    """Measure everything once, print a row for each class, and return their ratios."""
    found: dict[str, Class] = {}
    bare: dict[str, Bare] = {}
    parts = {"with bad work": set(given.kinds), "good work only": given.good()}

    def grade(label: str) -> None:
        found[label] = grade_class(given, parts[label])
        print(f"class, {label}: {found[label].wall_s:.1f} s, {found[label].came}", flush=True)

    def run_bare() -> None:
        bare.update(bare_runs(given))

    steps = [partial(grade, "with bad work"), run_bare, partial(grade, "good work only")]
    for step in steps if number % 2 else reversed(steps):
        step()
    print(table(TITLES), flush=True)
    ratios = []
    for label, names in parts.items():
        sum_s = sum(bare[name].wall_s for name in names)
        limit_s, known = sum_s / len(cores()), found[label]
        ratio = known.wall_s / limit_s
        cells = (number, label, len(names), sum_s, limit_s, known.wall_s, f"{ratio:.3f}")
        share = f"{100 / ratio:.1f} %"
        print(row_of((*cells, share, known.alone_s, known.came)), flush=True)
        ratios.append((label, ratio))
    return ratios


def main() -> int:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assignment")
    parser.add_argument("--submissions", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--timeout", type=float, default=400.0, help="limit of a run, seconds")
    parser.add_argument("--practice", action="store_true")
    parser.add_argument("--seed", type=int, default=0, help="who hands in what")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        kinds = write_class(
            Path(name, "class"), asked.assignment, asked.submissions, seed=asked.seed
        )
        given = Given(asked.assignment, asked.practice, asked.timeout, Path(name), kinds)
        profile = "practice" if asked.practice else "official"
        print(
            f"{asked.assignment}, {profile} data, {len(kinds)} submissions (seed {asked.seed}: "
            f"{', '.join(f'{who} {kind}' for who, kind in sorted(kinds.items()))}), "
            f"{len(cores())} cores, limit of a run {asked.timeout:g} s\n"
        )
        ratios = [one for number in range(asked.rounds) for one in one_round(given, number + 1)]
    for label in dict.fromkeys(label for label, _ in ratios):
        middle = statistics.median(ratio for known, ratio in ratios if known == label)
        print(f"\n{label}: median ratio {middle:.3f}, {100 / middle:.1f} % of the limit")
    return 0


if __name__ == "__main__":
    sys.exit(main())
