"""How many pictures each practice data set has."""

from dataclasses import dataclass
from enum import StrEnum


class PracticeSize(StrEnum):
    """``full`` teaches the three lessons; ``tiny`` is for tests, learnt in seconds."""

    FULL = "full"
    TINY = "tiny"


@dataclass(frozen=True)
class Counts:
    """Digits in all; hands per signer and letter."""

    train_digits: int
    valid_digits: int
    train_takes: int
    valid_takes: int


COUNTS = {
    PracticeSize.FULL: Counts(train_digits=6000, valid_digits=1000, train_takes=17, valid_takes=5),
    PracticeSize.TINY: Counts(train_digits=600, valid_digits=200, train_takes=4, valid_takes=1),
}
