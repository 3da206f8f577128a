"""Reads the progress of a run while it goes on."""

from pathlib import Path

from pydantic import ValidationError

from grader.errors import OutboxRefused
from grader.intake.files import parse_json, read_capped
from grader.intake.wire import ProgressLine

CAP = 8_000_000


class ProgressReader:
    """Gives each whole line of ``progress.jsonl`` once; what is malformed is skipped.

    ``trained`` says whether an epoch has been heard of.
    """

    def __init__(self, outbox: Path) -> None:
        self.outbox = outbox
        self.read = 0
        self.trained = False

    def new_lines(self) -> list[ProgressLine]:
        """Return what was written since the last call."""
        try:
            content = read_capped(self.outbox, "progress.jsonl", CAP) or b""
        except OutboxRefused:
            return []
        *whole, _ = content[self.read :].split(b"\n")
        self.read += sum(len(line) + 1 for line in whole)
        found = []
        for line in whole:
            try:
                found.append(ProgressLine.model_validate(parse_json(line, "progress.jsonl")))
            except (ValidationError, OutboxRefused):
                continue
        self.trained = self.trained or any(line.epoch for line in found)
        return found
