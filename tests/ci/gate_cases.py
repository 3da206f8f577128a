"""Repositories and grades for the gate: hand-built, with the names that hostile people choose."""

from pathlib import Path
from typing import Any

from builders import criterion, diagnosis, evidence, expectation, rubric

from grader.checks import CHECKS
from grader.ci.places import Places
from grader.model.diagnosis import Diagnosis
from grader.model.evidence import SubmissionRecord
from grader.model.grade import Grade
from grader.model.rubric import Visibility
from grader.model.source import Place
from grader.model.submission import Kind, Submission
from grader.scoring import score

HOSTILE = (
    "a\r\n::error file=x::owned",
    "100%25 %0A::add-mask::x",
    "file=a,line=1::b:c,d",
    "a | b |\n|---|\n# Passed",
    "<script>alert(1)</script> & <img src=x onerror=y>",
    "`code` **bold** _x_ [link](https://evil.example) ~~x~~ \\",
    "\x1b[31mred\x1b[0m \x1b]8;;http://evil\x07click\x1b]8;;\x07 \u202eabc",
    "<!-- </td></table> --> &#60;b&#62; @everyone #1 $x$ ![](x)",
)
"""Texts that a student can have in a file's name, an error's message or a layer's name."""


def submission(folder: Path, **files: str) -> Submission:
    """A repository with those files, by name with ``_`` for the dot; the first one is graded."""
    names = {name.replace("__", "."): text for name, text in files.items()}
    for name, text in names.items():
        (folder / name).write_text(text)
    main = next(iter(names))
    return Submission(
        student="ada",
        kind=Kind.NOTEBOOK if main.endswith(".ipynb") else Kind.SCRIPT,
        folder=folder.resolve(),
        main=main,
        files=tuple(names),
        sha256="1" * 64,
    )


def places(folder: Path, **files: str) -> Places:
    """Where things stand in such a repository, which is the root."""
    return Places(submission(folder, **files or {"lab__py": "x = 1\n"}), folder)


def grade(**changes: Any) -> Grade:
    """A grade with one criterion that is met and one that is hidden."""
    found = evidence(
        submission=SubmissionRecord(
            student="ada", kind=Kind.SCRIPT, main="lab.py", files=("lab.py",), sha256="1" * 64
        )
    )
    criteria = (
        criterion("completes", points=40),
        criterion("secret", points=20, visibility="hidden"),
    )
    made = score(found, rubric(*criteria), expectation(), CHECKS)
    return made.model_copy(update=changes)


def all_visible(grade: Grade) -> Grade:
    """The grade with nothing hidden in it."""
    seen = [one.model_copy(update={"visibility": Visibility.VISIBLE}) for one in grade.criteria]
    return grade.model_copy(update={"criteria": tuple(seen)})


def mistake(text: str, where: Place | None = None, **changes: Any) -> Diagnosis:
    """A mistake that is explained with that text."""
    return diagnosis(explanation=text, fix="Remove it.", where=where, **changes)


def unmet(grade: Grade, reason: str, where: Place | None = None, **changes: Any) -> Grade:
    """The grade with its first criterion unmet for that reason, and below the pass mark."""
    first, *others = grade.criteria
    said = {"reason": reason, "help": reason, "where": where, "verdict": "unmet", "earned": 0.0}
    known = first.model_dump() | said | changes
    criteria = (type(first).model_validate(known), *others)
    return grade.model_copy(update={"criteria": criteria, "passed": False, "score": 20.0})
