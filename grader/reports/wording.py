"""The words that code, not a template, puts on the page: verdicts, units, comparisons."""

import re
from typing import Literal, NamedTuple

from grader.model.diagnosis import Confidence, Effect
from grader.model.grade import CriterionResult, Grade
from grader.model.review import Action, Decision
from grader.model.run import Outcome
from grader.model.source import Place
from grader.model.verdict import Verdict

SENTENCE = re.compile(r"(?<=[.:])\s+(?=[A-Z])")
StatusName = Literal["passed", "not-yet", "review"]


class Fact(NamedTuple):
    """A name, what is said of it, and what may be added."""

    name: str
    value: str
    note: str = ""


VERDICTS = {
    Verdict.MET: "met",
    Verdict.PARTIAL: "partly met",
    Verdict.UNMET: "not met yet",
    Verdict.BLOCKED: "could not be checked yet",
    Verdict.FAULT: "not judged: a person decides",
}

STATUSES: dict[StatusName, str] = {
    "passed": "Passed",
    "not-yet": "Not yet passed",
    "review": "Needs review",
}


EFFECTS = {
    Effect.STOPS: "stops the program, or keeps it from learning",
    Effect.RUINS: "spoils what the network learns",
    Effect.LOWERS: "makes the result worse",
    Effect.MISLEADS: "leaves the network as it is, but makes your program say what is not so",
    Effect.HARMLESS: "did no harm this time",
}
CONFIDENCES = {
    Confidence.CERTAIN: "certain",
    Confidence.LIKELY: "likely",
    Confidence.POSSIBLE: "possible: see for yourself",
}


class Step(NamedTuple):
    """The one thing to do next.

    With a criterion, ``title`` is the criterion's. ``heading`` stands above it. ``anchor`` is where
    the page says more, ``place`` where it is in the student's code.
    """

    title: str
    text: str
    criterion: str | None = None
    heading: str = "What to do next"
    anchor: str = ""
    place: str = ""

    @property
    def lead(self) -> str:
        """The first sentence of the text."""
        return SENTENCE.split(self.text, maxsplit=1)[0]

    @property
    def rest(self) -> str:
        """What follows the first sentence."""
        return "".join(SENTENCE.split(self.text, maxsplit=1)[1:])


FIX = {
    Confidence.CERTAIN: "Fix this first",
    Confidence.LIKELY: "Fix this first",
    Confidence.POSSIBLE: "Look at this first",
}
"""What stands above the mistake that is mended first."""


NEXT_FAULT = Step(
    "Nothing to do on your side",
    "Something went wrong in the grader, not in your work. "
    "A person will look at it; it does not cost you points.",
)
REVIEWED = "Nothing for you to do now: a person will look at it and give the points."
NEXT_UNJUDGED = Step(
    "Nothing to do right now",
    "Something of your work could not be judged by a program. A person will look at it and give "
    "the points; until then nothing is lost.",
)
LOOK = (
    "None of this costs points by itself, and most of it has a harmless reason: a person looks at "
    "it and decides."
)
NEXT_REVIEW = Step(
    "Nothing to do right now",
    "A person will look at this result before it counts. The reasons are listed on this page.",
)
NEXT_HIDDEN = Step(
    "Look over your work once more",
    "Every criterion you can see here is met. "
    "What is missing is among the hidden criteria, which are not shown in detail.",
)
NEXT_DONE = Step("Nothing: it is all there", "You have every point. Well done.")
NO_HELP = "Compare what was expected with what was found, change that, and check again."

OUTCOMES = {
    Outcome.OK: "ran to its end",
    Outcome.ERROR: "stopped with an error",
    Outcome.SIGNAL: "was ended by a signal from the operating system",
    Outcome.TIMEOUT: "was stopped at the time limit",
    Outcome.MEMORY: "was stopped at the memory limit",
    Outcome.OUTPUT: "was stopped because it wrote too much output",
    Outcome.FAULT: "could not be run: our fault, not yours",
    Outcome.NOT_RUN: "was not run: reading it already shows that it cannot be",
}

LEVELS = {
    0: "not isolated: it ran as an ordinary program, which is fine for checking your own work",
    1: "weakly isolated",
    2: "isolated by the kernel's access rules",
    3: "isolated in a sandbox of its own",
}

LAYER_STATUSES = {
    "same": "same",
    "different": "different",
    "missing": "missing",
    "extra": "extra",
}

SETTINGS = {
    "in": "inputs",
    "out": "outputs",
    "kernel": "kernel",
    "stride": "stride",
    "padding": "padding",
    "features": "features",
    "p": "p",
    "bias": "bias",
    "output": "output size",
}

TRAINED_ON = {
    "train": "In training it was given the training images, as it should be.",
    "valid": "In training it was given the validation images: accuracy on them says nothing then.",
    "mixed": "In training it was given a mixture of training and validation images.",
    "unknown": "We could not tell which images it was given in training.",
}

NO_EVIDENCE = "The details of this run were not kept, so this part cannot be shown."
NOTHING_MEASURED = "Your model could not be measured, so there is nothing to show here."


def statistic(name: str | None, epochs: int) -> str:
    """Say how the validation accuracy that counts was found over the last ``epochs``."""
    kind = (name or "").partition("_last")[0]
    if kind not in ("median", "best") or epochs == 0:
        return "final model"
    return f"{kind} of the last {epochs} epochs" if epochs > 1 else "last epoch"


def comparison(said: float | None, measured: float | None) -> str:
    """Compare an accuracy the program printed with the one we measured, in words."""
    if said is None:
        return "Your program printed none that we could read."
    if measured is None:
        return "We could not measure it."
    points = 100 * (measured - said)
    if abs(points) < 1:
        return "They agree."
    if abs(points) < 3:
        return "Close enough."
    if points > 0:
        return f"We measured {points:.0f} percentage points more than your program says."
    return f"We measured {-points:.0f} percentage points less than your program says."


def agreement(rows: int, disagreements: int, agrees: bool) -> str:
    """Say whether the copy of the model that we measured answers like the running one."""
    if agrees:
        return (
            f"The copy of your model that we measured gave the same answers as your running model "
            f"on {rows} images."
        )
    return (
        f"On {disagreements} of {rows} images your running model answered differently from the "
        "copy that we measured. Somebody will look at that."
    )


def place(where: Place | None) -> str:
    """Name a place in the student's code: ``cell 7, line 3``."""
    return where.words if where else ""


DECISIONS = {
    Action.ACCEPT: "Reviewed by",
    Action.REOPEN: "Opened again by",
    Action.NOTE: "Remark by",
}
EARLIER_WORK = "What was decided about earlier work does not count for this one."


def decision(one: Decision) -> str:
    """Say who decided what on which day, and why."""
    said = f"{DECISIONS[one.action]} {one.by} on {one.date}"
    return f"{said}: {one.note}" if one.note else f"{said}."


def changed_points(one: CriterionResult) -> str:
    """Say what a person made of a criterion's points; empty where nobody changed them."""
    if one.before_review is None:
        return ""
    return f"A person gave {one.earned:g} points here; the check gave {one.before_review:g}."


def profile(name: str) -> str:
    """Name the data a grade was measured on."""
    if name == "practice":
        return "practice data: small, generated images, not those your grade is measured on"
    return "official data" if name == "official" else name


def sentence(text: str) -> str:
    """Begin a reason with a capital and end it with a full stop."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def standing(grade: Grade, status: StatusName) -> str:
    """Say in one sentence what the score means."""
    passed, open_criteria = grade.passed, grade.open_criteria
    if grade.score is None:
        return "There is no score yet: something went wrong that is not your doing."
    if status == "review" and grade.undecided_points:
        return (
            f"Provisional: {grade.undecided_points:g} of {grade.max_score:g} points are not "
            f"decided yet, and a person will give them. Of the others you have {grade.score:g}."
        )
    if status == "review":
        tendency = "reach" if passed else "not reach"
        return f"Provisional: a person will look at it. For now it would {tendency} the pass mark."
    if status == "passed" and open_criteria:
        more = "one criterion is" if open_criteria == 1 else f"{open_criteria} criteria are"
        return f"Your work reaches the pass mark, but {more} not met yet."
    if status == "passed":
        return "Your work reaches the pass mark."
    return "Your work does not reach the pass mark yet. You can change it and check again."
