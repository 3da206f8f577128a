"""The first events of training, one letter each; see the host's ``Signs`` for the letters."""

from collections import deque

MOST = 200
BEFORE = 16
"""So many events before training are remembered: what they belong to shows later."""


class Order:
    """Training begins with the forward call that the first backward call or step follows.

    What a program does before that, an evaluation say, is left out. Where neither is ever heard,
    the order is that of its first events.
    """

    def __init__(self) -> None:
        self.early: list[str] = []
        self.before: deque[str] = deque(maxlen=BEFORE)
        self.letters: list[str] = []

    def add(self, letter: str) -> None:
        """Take in one event. Asked on every step, so it must be cheap."""
        if self.letters:
            if len(self.letters) < MOST and not (letter == "Z" == self.letters[-1]):
                self.letters.append(letter)
        elif letter in "BS":
            self.letters = [*_training("".join(self.before)), letter]
        else:
            self.before.append(letter)
            if len(self.early) < MOST:
                self.early.append(letter)

    @property
    def full(self) -> bool:
        """Whether nothing more is taken in."""
        return len(self.letters) >= MOST

    def __str__(self) -> str:
        return "".join(self.letters or self.early)


def _training(before: str) -> str:
    """The end of ``before`` that belongs to the first batch: zeroing, one forward call, the loss.

    A model of several parts is called several times in a row; that counts as part of it.
    """
    start = max(before.rfind("F"), before.rfind("f"))
    if start < 0:
        return before
    while start and before[start - 1] == before[start]:
        start -= 1
    zeroed = start > 0 and before[start - 1] == "Z"
    return ("Z" if zeroed else "") + before[start:]
