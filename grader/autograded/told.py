"""What a student is told besides the criteria: how it was run, and what to mend if it was not."""

import json
from typing import Any

from grader.errors import SubmissionError
from grader.model.grade import Grade
from grader.scoring.flags import KILLED

NO_PROGRAM = "Nothing was run"
SHORT_OF_MEMORY = (
    "A process of the run was killed, and by none of the grader's limits: most likely it took more "
    "memory than the container has. Choose a container with more under Autograder Specifications, "
    "and run it again"
)
_CHOOSE = "name the one to grade with --main"
_HAND_IN = "hand in only the one to grade, and the files it imports"


def completed(exported: bytes, grade: Grade, took_s: float) -> bytes:
    """Return an exported result with how it came about added to what it says."""
    document = json.loads(exported)
    document["execution_time"] = round(took_s)
    document["output"] = f"{document.get('output', '')}\n\n{_circumstances(grade, took_s)}".strip()
    return _dumped(document)


def _circumstances(grade: Grade, took_s: float) -> str:
    level, holes = grade.isolation, "; ".join(grade.isolation.holes)
    sentences = [
        f"Isolation level {level.level} ({level.backend}). Not contained at it: {holes}.",
        f"The program ran for {grade.run.wall_s:.0f} s; with measuring it took {took_s:.0f} s.",
    ]
    if len(grade.attempts) > 1:
        sentences.append(f"It was run {len(grade.attempts)} times, and the best run counts.")
    return "\n".join(sentences)


def likely_cause(grade: Grade) -> str:
    """Say what probably went wrong where the submission, or what measures it, was killed."""
    said = (*grade.reasons, *(one.reason for one in grade.criteria))
    killed = KILLED in grade.flags or any("SIGKILL" in one for one in said)
    return SHORT_OF_MEMORY if killed else ""


def refused(error: SubmissionError, most: float) -> bytes:
    """Return the result of an upload in which there is no program to run: red, with the remedy."""
    said = str(error).replace(_CHOOSE, _HAND_IN)
    sentence = f"{said[:1].upper()}{said[1:]}.\nHand in one notebook or one script."
    test = {
        "name": NO_PROGRAM,
        "score": 0,
        "max_score": most,
        "status": "failed",
        "output": sentence,
        "visibility": "visible",
    }
    formats = dict.fromkeys(("output_format", "test_output_format", "test_name_format"), "text")
    return _dumped({"score": 0, "output": sentence, **formats, "tests": [test]})


def _dumped(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, indent=1) + "\n").encode()
