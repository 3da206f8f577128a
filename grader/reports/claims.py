"""What the program said of itself beside what was measured."""

from typing import NamedTuple

from grader.model.evidence import Evidence
from grader.model.grade import Grade
from grader.reports import wording
from grader.reports.text import percent
from grader.reports.wording import Fact


class ClaimRow(NamedTuple):
    """What the program said beside what was measured."""

    name: str
    said: str
    measured: str
    comparison: str


def claims(grade: Grade) -> list[ClaimRow]:
    """The accuracies the program printed beside the measured ones."""
    said, measured = grade.claims, grade.measurements
    pairs = (
        ("Training accuracy", said.train_accuracy, measured.train_accuracy),
        ("Validation accuracy", said.valid_accuracy, measured.valid_accuracy),
    )
    return [
        ClaimRow(title, percent(claim), percent(ours), wording.comparison(claim, ours))
        for title, claim, ours in pairs
    ]


def heard(grade: Grade, evidence: Evidence | None) -> list[Fact]:
    """What was heard of the training, and how the measuring was done, each in a sentence."""
    said, measured = grade.claims, grade.measurements
    rate = said.learning_rate
    settings = (
        ("Epochs", said.epochs),
        ("Optimizer", said.optimizer),
        ("Learning rate", None if rate is None else f"{rate:g}"),
        ("Batch size", said.batch_size or None),
    )
    facts = [
        Fact(name, str(value), "as your program ran")
        for name, value in settings
        if value is not None
    ]
    if evidence and evidence.measurements:
        facts.append(Fact("Trained on", wording.TRAINED_ON[evidence.measurements.trained_on]))
    if measured.preprocessing:
        facts.append(Fact("Preprocessing", measured.preprocessing.description))
    if measured.agreement:
        found = measured.agreement
        words = wording.agreement(found.rows, found.disagreements, found.agrees)
        facts.append(Fact("Same model", words))
    return facts
