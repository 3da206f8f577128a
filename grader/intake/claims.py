"""Reads what the process that ran student code says of itself."""

from pathlib import Path

from grader.errors import OutboxRefused
from grader.intake.files import read_model
from grader.intake.notes import notes_of, notes_on_ending
from grader.intake.printed import read_printed
from grader.intake.stopped import read_stopped
from grader.intake.wire import Ending
from grader.model.claims import Claims, Trace

MB = 1_000_000


def read_claims(outbox: Path, stdout: str) -> tuple[Claims, tuple[str, ...]]:
    """Return the claims in ``outbox`` and a note for every file that had to be refused."""
    notes: list[str] = []

    def attempt(name: str, model: type) -> object:
        try:
            return read_model(outbox, name, model, 4 * MB)
        except OutboxRefused as error:
            notes.append(f"A file of the run was not usable: {error}.")
            return None

    trace = attempt("trace.json", Trace)
    ending = attempt("ending.json", Ending)
    claims = Claims(
        ended=isinstance(ending, Ending),
        fault=ending.reason if isinstance(ending, Ending) and ending.status == "fault" else None,
        trace=trace if isinstance(trace, Trace) else None,
        printed=read_printed(stdout),
        crash=ending.crash if isinstance(ending, Ending) else None,
        stopped=None if isinstance(ending, Ending) else read_stopped(outbox),
        cells_run=ending.cells_run if isinstance(ending, Ending) else None,
        cells_total=ending.cells_total if isinstance(ending, Ending) else None,
    )
    helped = notes_of(claims.trace) if claims.trace else ()
    return claims, (*helped, *notes_on_ending(claims), *notes)
