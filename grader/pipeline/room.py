"""Whether the disk with our temporary files filled up while a submission ran.

What a submission may write is limited and counted. A disk that was full although nobody passed a
limit is ours, and so is whatever could not be written then: its record, its weights, a file of its
own. It is looked at while the program runs, because much is removed at its end.
"""

import contextlib
import shutil
import tempfile
from pathlib import Path

LEAST_BYTES = 2_000_000
"""Less free than this is full: the record of a run alone may be larger."""


class Room:
    """Watches the free space where ``folder`` lies."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.least = self._free()

    def look(self) -> None:
        """Notice how much is free now."""
        self.least = min(self.least, self._free())

    def was_short(self) -> bool:
        """Whether there was no room at some time, or is none now."""
        self.look()
        return self.least < LEAST_BYTES or not self._takes_a_file()

    def _free(self) -> float:
        with contextlib.suppress(OSError):
            return shutil.disk_usage(self.folder).free
        return float("inf")

    def _takes_a_file(self) -> bool:
        """Try it: a quota, or a disk that has no place for another name, shows in no figure."""
        try:
            with tempfile.TemporaryFile(dir=self.folder) as file:
                file.write(b"\0" * LEAST_BYTES)
        except OSError:
            return False
        return True
