"""What the helps tell the student afterwards."""

from collections.abc import Callable

MOST = 40
LONGEST = 160

Note = Callable[[str], None]


class Notes:
    """A bounded set of notes; ``add`` is all a help gets to see."""

    def __init__(self) -> None:
        self.said: dict[str, None] = {}

    def add(self, note: str) -> None:
        """Keep ``note`` once; a program that needs a help a thousand times is told once."""
        if len(self.said) < MOST:
            self.said[note[:LONGEST]] = None

    def sorted(self) -> list[str]:
        """All notes, the same in every run of the same program."""
        return sorted(self.said)
