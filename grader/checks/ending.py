"""What ended a run before its end, in the student's terms: what it was, and what to change."""

import re
from dataclasses import dataclass

from grader.model.claims import Crash, Trace
from grader.model.evidence import Evidence
from grader.model.run import Outcome
from grader.model.source import Place


@dataclass(frozen=True)
class Ending:
    """Why a run did not come to its end; ``cause`` follows the word "because"."""

    found: str
    cause: str
    next_step: str
    where: Place | None = None


LIMITS = {
    Outcome.TIMEOUT: "It was still running when its time was up.",
    Outcome.MEMORY: "It used more memory than it may.",
    Outcome.OUTPUT: "It printed more than it may.",
    Outcome.SIGNAL: "It was ended by {signal}.",
}
ENDED_ITSELF = "It ended with exit code {exit_code}."

ADVICE = {
    Outcome.MEMORY: (
        "Use less memory: look for data that is kept without need, such as losses without .item() "
        "and lists that grow, or for batches that are too large."
    ),
    Outcome.OUTPUT: "Print once per epoch, not once per batch.",
    Outcome.SIGNAL: (
        "Look at what the program did last: too much memory, or a crash inside a library."
    ),
}
DEAD = "DeadKernelError"
CELL_TIME = "CellTimeoutError"
"""What nbclient raises where a notebook's kernel ends, and where a cell takes too long."""
KILLED = (
    "Nothing to do yet if the machine ran out of memory: a person will look at that. See whether "
    "the program needs much memory, or ends processes itself."
)
FULL = re.compile(r"No space left on device|File too large|Errno (27|28)\b")
"""What Python says where a run may write no more."""
MANY = re.compile(r"Resource temporarily unavailable|can't start new thread|Errno 11\b")
"""What Python says where a run may have no more processes."""
UNREACHED = re.compile(
    r"name resolution|Name or service not known|Network is unreachable|urlopen error|"
    r"Max retries exceeded"
)
"""What Python says where there is no network."""
NO_NETWORK = (
    "There is no network while a submission is graded, and the labs need none: the data lies in "
    "./data. Remove what downloads."
)
FILES = re.compile(r"more than (the )?[\d,]+ (temporary )?files|nested folders")
FEWER_FILES = "Make fewer files and folders: none are needed for the grade."
SMALLER_FILES = "Save less: the last weights are enough."
STAY = "Remove whatever ends the program early, such as exit() or quit(), and run it to its end."
TIME_FOR_AN_EPOCH = (
    "Look for a loop that never ends or for input(), and make an epoch faster: larger batches, a "
    "smaller network, no work repeated for every batch."
)
TIME_FOR_ALL = (
    "Epochs finished in that time: {epochs}. Look for a loop that never ends or for input(), train "
    "for fewer epochs, or make each of them faster."
)
READABLE = (
    "Correct what is named above, and hand in a PyTorch program that runs from its first line."
)
KNOWN_PACKAGES = frozenset(
    (
        *("albumentations", "cv2", "einops", "fastai", "gdown", "h5py", "ignite", "imageio"),
        *("kaggle", "kagglehub", "keras", "kornia", "lightning", "pytorch_lightning", "requests"),
        *("scipy", "skimage", "sklearn", "tensorflow", "timm", "torchaudio", "torchmetrics"),
        *("torchtext", "transformers", "xgboost"),
    )
)
"""Packages that nobody calls a file of their own after."""
INSTALLED = frozenset(("torch", "torchvision", "numpy", "pandas", "matplotlib", "PIL"))
NOT_HERE = (
    "The package {name} is not installed here, and the lab needs none but torch, torchvision, "
    "numpy, pandas, matplotlib and Pillow: do without it."
)


def ending_of(evidence: Evidence) -> Ending | None:
    """Say what ended a run of the student's program; ``None`` where it came to its end."""
    run, crash = evidence.run, evidence.claims.crash
    if run.outcome is Outcome.NOT_RUN:
        return Ending(run.detail, _clause(run.detail), READABLE, evidence.source.parse_error)
    if crash is not None and crash.type == CELL_TIME:
        return _limit(evidence, LIMITS[Outcome.TIMEOUT], _sentence(crash.message), crash.place)
    # What a limit of ours ended may still say that it lost a process.
    if crash is not None and not (crash.killed and run.outcome in LIMITS):
        return _stopped(evidence, crash)
    if run.outcome is Outcome.OK:
        return None
    place = crash.place if crash is not None else evidence.claims.stopped
    if run.outcome is Outcome.ERROR and run.exit_code is None:
        return _limit(evidence, run.detail, "", place)
    what = LIMITS.get(run.outcome, ENDED_ITSELF)
    what = what.format(signal=run.signal or "a signal", exit_code=run.exit_code)
    return _limit(evidence, what, run.detail, place)


def _limit(evidence: Evidence, what: str, detail: str, place: Place | None) -> Ending:
    """The ending of a run that was stopped at ``place``."""
    reached = evidence.claims.reached(place)
    found = " ".join(part for part in (what, detail, reached) if part)
    return Ending(found, _clause(what), _advice(evidence, what), place)


def _clause(sentence: str) -> str:
    """A sentence as a part of another."""
    return f"{sentence[:1].lower()}{sentence[1:]}".rstrip(".")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:300]}."


def _advice(evidence: Evidence, what: str) -> str:
    """What to change, by the limit."""
    if evidence.run.outcome is Outcome.ERROR and evidence.run.exit_code is None:
        return FEWER_FILES if FILES.search(what) else SMALLER_FILES
    if what == LIMITS[Outcome.TIMEOUT]:
        epochs = (evidence.claims.trace or Trace()).epochs
        return TIME_FOR_ALL.format(epochs=epochs) if epochs else TIME_FOR_AN_EPOCH
    return ADVICE.get(evidence.run.outcome, STAY)


def _stopped(evidence: Evidence, crash: Crash) -> Ending:
    place = crash.place
    at = f" in {place.words}" if place.words else ""
    return Ending(
        f"It stopped{at} with {crash.type}: {crash.message.strip()[:300]}",
        f"it stopped{at} with {crash.type}",
        _known_cause(evidence, crash)
        or f"Correct the error{at}, or in what made the values that are used there.",
        place,
    )


def _allowed(evidence: Evidence, crash: Crash) -> str | None:
    """Name the limit that the kernel kept, so that Python could only say that something failed."""
    limits = evidence.limits
    if limits is None:
        return None
    if FULL.search(crash.message):
        return f"A run may write {limits.disk_mb:,} MB, and this one wanted more. {SMALLER_FILES}"
    if MANY.search(crash.message):
        return (
            f"A run may have {limits.processes} processes and threads, and this one wanted more. "
            "The labs need none but a few loader workers."
        )
    return None


def _known_cause(evidence: Evidence, crash: Crash) -> str | None:
    """The next step where the error's cause is one that we know."""
    source = evidence.source
    if crash.killed:
        return KILLED
    if crash.type == DEAD:
        return ADVICE[Outcome.SIGNAL]
    allowed = _allowed(evidence, crash)
    if allowed is not None:
        return allowed
    if UNREACHED.search(crash.message):
        return NO_NETWORK
    if crash.type == "ModuleNotFoundError":
        module = crash.message.partition("'")[2].partition("'")[0]
        name = module.partition(".")[0]
        if name in INSTALLED:
            return f"{name} has no module {module}: check how the handout writes that import."
        if name in KNOWN_PACKAGES:
            return NOT_HERE.format(name=name)
        return (
            f"If {name}.py is a file of your own, hand it in too: in one folder or zip with your "
            "program. If it is a package, do without it: it is not installed here."
        )
    if crash.type == "NameError" and source.skipped_cells and not source.placeholders:
        cells = ", ".join(map(str, source.skipped_cells[:12]))
        return (
            "What is missing may be defined in a cell that was not run, because it begins with the "
            f"handout's mark for solutions (cells {cells}). Where it is your own work, delete that "
            "first line."
        )
    if source.reads_kaggle and "out of bounds" in crash.message:
        return (
            "Your program names Kaggle's sign_mnist_test.csv, and its labels go up to 24: use 25 "
            "outputs, or the handout's sign_mnist_valid.csv with 24."
        )
    return None
