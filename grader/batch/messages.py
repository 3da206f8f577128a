"""How a class's processes talk: one line of JSON, and after it the files that it announces."""

import json
from typing import IO, Any

from grader.batch.work import Event, Graded, Heard, Lost, Refused, RunAgain
from grader.errors import Fault
from grader.intake.wire import ProgressLine

READY = b"ready\n"
"""The first line of whoever can grade now."""
MOST_BYTES = 1 << 30
"""More than any result holds: what announces more is not ours."""


def send(stream: IO[bytes], event: Event) -> None:
    """Write ``event``. Raises OSError where nobody reads."""
    files = event.files if isinstance(event, Graded) else {}
    header = {
        "kind": type(event).__name__,
        **_facts(event),
        "files": {name: len(content) for name, content in files.items()},
    }
    stream.write(json.dumps(header).encode() + b"\n")
    for content in files.values():
        stream.write(content)
    stream.flush()


def receive(stream: IO[bytes]) -> Event | None:
    """Read the next event; ``None`` at the end. Raises Fault where it breaks off or is none."""
    line = stream.readline()
    if not line:
        return None
    if not line.endswith(b"\n"):
        raise Fault("a message broke off")
    try:
        header = json.loads(line)
        sizes: dict[str, int] = header["files"]
        if sum(sizes.values()) > MOST_BYTES:
            raise Fault("a message announces more than it can hold")
        files = {name: _whole(stream, size) for name, size in sizes.items()}
        return _event(header, files)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Fault(f"something else was said where a message belongs: {line[:80]!r}") from None


def _whole(stream: IO[bytes], size: int) -> bytes:
    content = stream.read(size)
    if len(content) != size:
        raise Fault("a message broke off")
    return content


def _facts(event: Event) -> dict[str, Any]:
    facts: dict[str, Any] = {"student": event.student}
    match event:
        case Heard(line=line):
            facts["line"] = line.model_dump(mode="json", exclude_defaults=True)
        case RunAgain(attempt=attempt):
            facts["attempt"] = attempt
        case Graded(crowded=crowded):
            facts["crowded"] = crowded
        case Refused(reason=reason) | Lost(reason=reason):
            facts["reason"] = reason
    return facts


def _event(header: dict[str, Any], files: dict[str, bytes]) -> Event:
    student = header["student"]
    match header["kind"]:
        case "Heard":
            return Heard(student, ProgressLine.model_validate(header["line"]))
        case "RunAgain":
            return RunAgain(student, header["attempt"])
        case "Graded":
            return Graded(student, files, header["crowded"])
        case "Refused":
            return Refused(student, header["reason"])
        case _:
            return Lost(student, header["reason"])
