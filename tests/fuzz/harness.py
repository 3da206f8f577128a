"""Gives a reader many damaged inputs, and keeps those that it has no answer for.

Theory of operation. A target has valid seeds. Six of ten inputs are a seed with exactly one thing
changed, a few are seeds as they are, the others have several changes. Which branches the readers
take is measured in one of five blocks of inputs, for it is dear: inputs that reach new ones join
those from which inputs with several changes are made. Everything follows from the seed and the
number of an input, so a run can be repeated. An answer is a result or one of the errors that the
target declares; anything else is a finding: another exception or warning, too much time, too much
memory.
"""

import random
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from guards import Hang, limit_time, peak_mb
from inputs import Case, Odd, Place, clear, to_text
from mutate import mutate
from reached import Branches, Reached

ONE, NONE = 0.6, 0.03
"""The shares of inputs that are a seed with one change, and a seed as it is."""
KEPT = 400
LARGEST = 1_000_000
"""Bytes of an input that is changed no more: each change may make it grow."""
LOOK_EVERY = 4
SEED_BLOCK = 25
"""How many inputs in a row come of the same seed, which spares writing its other files again."""
BLOCK, MEASURED = 100, 5
"""Branches are measured in the first of so many blocks of so many inputs."""
MOST_OF_A_KIND = 3
ROOM_MB = 300
"""How much more memory than before one small input may take."""


@dataclass(frozen=True)
class Target:
    """A reader at its public door.

    ``read`` is given a folder with an input and a scratch folder, and says whether it took the
    input; it raises one of ``refusals`` where it did not. ``odd`` is what may lie in the place of a
    file; whoever names a pipe of their own wants it to be waited for.
    """

    name: str
    seeds: Callable[[], Sequence[Case]]
    read: Callable[[Case, Path, Path], bool]
    refusals: tuple[type[Exception], ...]
    modules: tuple[str, ...]
    odd: tuple[Odd, ...] = (Odd.FOLDER, Odd.LINK)


@dataclass
class Report:
    """What came of a run."""

    target: str
    inputs: int = 0
    one_change: int = 0
    unchanged: int = 0
    accepted: int = 0
    refused: int = 0
    kept: int = 0
    seconds: float = 0.0
    slowest_s: float = 0.0
    grown_mb: float = 0.0
    peak_mb: float = 0.0
    hung: bool = False
    findings: dict[str, int] = field(default_factory=dict)
    branches: list[Branches] = field(default_factory=list)


class Maker:
    """Makes input number ``i`` of a run."""

    def __init__(self, target: Target, seed: int) -> None:
        self.target = target
        self.seed = seed
        self.seeds = list(target.seeds())
        self.kept: list[Case] = []

    def make(self, number: int) -> tuple[Case, int]:
        """Return an input and how many changes it has; those that are kept count as several."""
        rng = random.Random(f"{self.seed}:{number}")
        of_block = random.Random(f"{self.seed}:{number // SEED_BLOCK}")
        case, share = of_block.choice(self.seeds), rng.random()
        if share < NONE:
            return case, 0
        if share < NONE + ONE:
            return mutate(case, rng, self.target.odd), 1
        if self.kept and rng.random() < 0.6:
            case = rng.choice(self.kept)
        for _ in range(changes := rng.choice((2, 2, 3, 4, 6))):
            if sum(map(len, case.files.values())) < LARGEST:
                case = mutate(case, rng, self.target.odd)
        return case, changes

    def keep(self, cases: Sequence[Case]) -> None:
        """Make later inputs from these, too."""
        small = [one for one in cases if sum(map(len, one.files.values())) < 100_000]
        self.kept = [*self.kept, *small][-KEPT:]


def fuzz(
    target: Target,
    inputs: int,
    seed: int = 0,
    findings: Path | None = None,
    limit_s: float = 5.0,
    measured: bool = True,
) -> Report:
    """Give ``target`` that many inputs; write what it had no answer for to ``findings``."""
    report, maker = Report(target.name, peak_mb=peak_mb()), Maker(target, seed)
    reached = Reached(target.modules) if measured else None
    start = time.monotonic()
    with tempfile.TemporaryDirectory(dir=memory_folder()) as name:
        places = Place(Path(name) / "input"), Path(name) / "scratch"

        def give(number: int) -> Case:
            case, changes = maker.make(number)
            report.one_change += changes == 1
            report.unchanged += changes == 0
            found = _one(target, case, places, limit_s, report)
            report.hung |= isinstance(found, Hang)
            if found is not None:
                _note(report, findings, number, case, found)
            return case

        for block in range(0, inputs, BLOCK):
            numbers = range(block, min(inputs, block + BLOCK))
            if reached is None or report.hung or block // BLOCK % MEASURED:
                for number in numbers:
                    give(number)
                continue
            with reached:
                for few in range(numbers.start, numbers.stop, LOOK_EVERY):
                    cases = [give(one) for one in numbers if few <= one < few + LOOK_EVERY]
                    if report.hung:  # a lock of coverage.py's may be held for ever
                        continue
                    if reached.grown():
                        maker.keep(cases)
                        report.kept += len(cases)
    report.seconds = time.monotonic() - start
    report.branches = reached.branches() if reached is not None and not report.hung else []
    return report


def memory_folder() -> Path | None:
    """A folder that lies in memory, where there is one."""
    shared = Path("/dev/shm")
    return shared if shared.is_dir() else None


def _one(
    target: Target, case: Case, places: tuple[Place, Path], limit_s: float, report: Report
) -> BaseException | None:
    """Read one input; return what should not have come of it."""
    place, scratch = places
    place.put(case)
    clear(scratch)
    report.inputs += 1
    before = peak_mb()  # what making the input took is not the reader's
    start = time.process_time()
    try:
        with warnings.catch_warnings(), limit_time(limit_s):
            warnings.simplefilter("error")
            report.accepted += (taken := target.read(case, place.folder, scratch))
            report.refused += not taken
    except target.refusals:
        report.refused += 1
    except (Exception, Hang) as error:  # noqa: BLE001 - that is what is looked for
        return error
    report.slowest_s = max(report.slowest_s, time.process_time() - start)
    report.peak_mb = peak_mb()
    grown = report.peak_mb - before
    report.grown_mb = max(report.grown_mb, grown)
    return MemoryError(f"grew by {grown:.0f} MB") if grown > ROOM_MB else None


def kind_of(error: BaseException) -> str:
    """What tells findings apart: the error and the last place of ours that it passed."""
    frames = [
        one for one in traceback.extract_tb(error.__traceback__) if "/grader/" in one.filename
    ]
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    return f"{type(error).__name__} at {where}"


def _note(
    report: Report, findings: Path | None, number: int, case: Case, error: BaseException
) -> None:
    kind = kind_of(error)
    report.findings[kind] = report.findings.get(kind, 0) + 1
    if findings is None or report.findings[kind] > MOST_OF_A_KIND:
        return
    findings.mkdir(parents=True, exist_ok=True)
    stem = findings / f"{report.target}-{number}"
    stem.with_suffix(".json").write_text(to_text(case))
    told = "".join(traceback.format_exception(error))
    stem.with_suffix(".txt").write_text(f"{kind}\n\n{told}", errors="backslashreplace")
