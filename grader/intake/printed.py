"""Accuracies a submission printed. A courtesy to compare with, never a source of points."""

import re
from collections.abc import Iterator

from grader.model.claims import Printed

LABEL = re.compile(r"(?<![a-z])(train\w*|valid\w*|val|test\w*)(?![a-z])", re.IGNORECASE)
ACCURACY = re.compile(
    r"(?<![a-z])acc(?:uracy)?(?![a-z])[^0-9\n%]{0,20}?"
    r"([01]?\.\d+|\d{1,3}(?:\.\d+)?)(?!\d|\.\d|\s*/)",  # 97/100 images is a count
    re.IGNORECASE,
)
MAX_TEXT = 4_000_000


def _readings(text: str) -> Iterator[tuple[str, float]]:
    """Yield (train or valid, accuracy as a fraction) in the order printed.

    The label must stand before it on the same line: a wrong guess would accuse someone.
    """
    for line in text[-MAX_TEXT:].splitlines():
        labels = [(found.start(), found.group(1).lower()) for found in LABEL.finditer(line[:2000])]
        for found in ACCURACY.finditer(line[:2000]):
            before = [name for start, name in labels if start < found.start()]
            last = before[-1] if before else ""
            value = float(found.group(1))
            value = value / 100 if value > 1 else value  # "0.97 %" is a slip for 97 %
            if last and value <= 1:
                yield ("train" if last.startswith("train") else "valid"), value


def read_printed(text: str) -> Printed:
    """Return the last training and the last validation accuracy in ``text``."""
    found = dict(_readings(text))
    return Printed(train_accuracy=found.get("train"), valid_accuracy=found.get("valid"))
