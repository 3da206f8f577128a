"""What ended a run before its end, in the student's terms: what it was, and what to change."""

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
    if crash is not None:
        return _stopped(evidence, crash)
    if run.outcome is Outcome.OK:
        return None
    if run.outcome is Outcome.ERROR and run.exit_code is None:
        return Ending(run.detail, _clause(run.detail), "Save less: the last weights are enough.")
    what = LIMITS.get(run.outcome, ENDED_ITSELF)
    what = what.format(signal=run.signal or "a signal", exit_code=run.exit_code)
    place = evidence.claims.stopped
    found = " ".join(part for part in (what, run.detail, _then(evidence)) if part)
    return Ending(found, _clause(what), _advice(evidence), place)


def _then(evidence: Evidence) -> str:
    """Say where it was then, and what it had finished."""
    place = evidence.claims.stopped
    epochs = (evidence.claims.trace or Trace()).epochs
    parts = [f"in {place.words}"] if place and place.words and place.cell else []
    parts += [f"at {place.words}"] if place and place.words and not place.cell else []
    parts += [f"after epoch {epochs}"] if epochs else []
    return f"It was {', '.join(parts)}." if parts else ""


def _clause(sentence: str) -> str:
    """A sentence as a part of another."""
    return f"{sentence[:1].lower()}{sentence[1:]}".rstrip(".")


def _advice(evidence: Evidence) -> str:
    if evidence.run.outcome is Outcome.TIMEOUT:
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
        or f"Correct the error{at}. The traceback shows how Python got there: read it from its "
        "last line upwards.",
        place,
    )


def _known_cause(evidence: Evidence, crash: Crash) -> str | None:
    """The next step where the error's cause is one that we know."""
    source = evidence.source
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
