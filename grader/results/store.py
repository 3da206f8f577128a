"""Writes and reads the folder of one student's result."""

import json
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from grader.errors import ResultsError
from grader.model.evidence import Evidence
from grader.model.grade import Grade
from grader.model.review import Review
from grader.results.atomic import replace as _replace
from grader.results.reviews import carry_review, read_review

NOTEBOOK_CAP = 64_000_000
PLAIN_NAME = re.compile(r"[\w@+-][\w.@+-]*")


@dataclass(frozen=True)
class Logs:
    """What a run printed, and the executed notebook if there is one."""

    stdout: str
    stderr: str
    notebook: bytes | None


@dataclass(frozen=True)
class StoredResult:
    """One student's folder, read back; ``grade`` is None where it is missing or damaged.

    ``review`` has what people decided, about this evidence and about earlier work.
    """

    folder: Path
    evidence: Evidence
    grade: Grade | None
    review: Review


@dataclass(frozen=True)
class Stored:
    """A whole results folder; ``damaged`` has a sentence for each result that cannot be read."""

    results: tuple[StoredResult, ...]
    damaged: tuple[str, ...]


def executed_notebook(outbox: Path) -> bytes | None:
    """The executed notebook in an outbox, an ordinary file below its cap; else ``None``."""
    path = outbox / "executed.ipynb"
    if path.is_symlink() or not path.is_file() or path.stat().st_size > NOTEBOOK_CAP:
        return None
    return path.read_bytes()


def require_writable(out: Path, student: str, origin: str = "") -> None:
    """Make ``out`` and try a write, before minutes of training. Raises ResultsError.

    Only a result of the same work, handed in at the same place, may be replaced: a folder of the
    student's name that is no result, or of a submission that lies elsewhere, is somebody's work.
    """
    target = out / student
    if target.exists() and not (target / "evidence.json").is_file():
        raise ResultsError(
            f"{target} is there already and is no result: choose another place with --out"
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise ResultsError(
            f"results cannot be written to {out} ({error.strerror}): choose another with --out"
        ) from None
    known = _origin(target)
    if known and known != origin:
        raise ResultsError(
            f"{target} holds the result of another submission: name this one with --student, or "
            "another place with --out"
        )


def _origin(target: Path) -> str:
    """Where the result in ``target`` came from; empty where that is not known."""
    try:
        return _evidence(target).submission.origin
    except ResultsError:
        return ""


def write_result(out: Path, evidence: Evidence, grade: Grade, report: str, logs: Logs) -> Path:
    """Write ``out/<student>/``, replacing it as a whole, and return it. Raises ResultsError.

    Only what people decided is taken along.
    """
    if not PLAIN_NAME.fullmatch(grade.student):
        raise ResultsError(
            f"the student's name {grade.student[:80]!a} cannot name a folder: "
            "choose another with --student"
        )
    target = out / grade.student
    try:
        out.mkdir(parents=True, exist_ok=True)
        _write_folder(target, _documents(evidence, grade, report), logs)
    except OSError as error:
        raise _unwritable(target, error) from None
    return target


def rewrite_result(folder: Path, evidence: Evidence, grade: Grade, report: str) -> None:
    """Replace grade and report in a student's ``folder``, whatever it is called by now.

    The logs of the run stay. Raises ResultsError.
    """
    try:
        for name, text in _documents(evidence, grade, report).items():
            _replace(folder / name, text.encode())
    except OSError as error:
        raise ResultsError(
            f"the result in {folder} cannot be rewritten ({error.strerror}): free some space, or "
            "get the right to write there"
        ) from None


def _documents(evidence: Evidence, grade: Grade, report: str) -> dict[str, str]:
    return {
        "evidence.json": json.dumps(evidence.document(), indent=1),
        "grade.json": json.dumps(grade.document(), indent=1),
        "report.html": report,
    }


def _unwritable(target: Path, error: OSError) -> ResultsError:
    return ResultsError(
        f"the results cannot be written to {target} ({error.strerror}): "
        "choose another place with --out"
    )


def _write_folder(target: Path, files: dict[str, str], logs: Logs) -> None:
    made = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        made.chmod(0o755)
        for name, text in (
            *files.items(),
            ("stdout.txt", logs.stdout),
            ("stderr.txt", logs.stderr),
        ):
            (made / name).write_bytes(text.encode("utf-8", "replace"))
        if logs.notebook is not None:
            (made / "executed.ipynb").write_bytes(logs.notebook)
        if target.exists():
            old = made.with_name(f"{made.name}.old")
            os.replace(target, old)
            _take_the_place(made, target, old)
            shutil.rmtree(old, ignore_errors=True)
        else:
            os.replace(made, target)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _take_the_place(made: Path, target: Path, old: Path) -> None:
    """Put ``made`` where ``old`` was; where that fails, ``old`` is put back.

    The review is copied when nobody can decide any more about what is replaced.
    """
    try:
        carry_review(old, made)
        os.replace(made, target)
    except BaseException:
        if not target.exists():
            os.replace(old, target)
        raise


def read_results(folder: Path) -> Stored:
    """Read every student's folder below ``folder``, or ``folder`` itself.

    A result that cannot be read stops nobody else's. Raises ResultsError where there is none.
    """
    places = [folder] if _is_result(folder) else sorted(folder.glob("[!.]*/"))
    results, damaged = [], []
    for place in filter(_is_result, places):
        try:
            results.append(_read(place))
        except ResultsError as error:
            damaged.append(str(error))
    if not results and not damaged:
        raise ResultsError(
            f"{folder} holds no results: name a folder that 'grader check --out' wrote to"
        )
    return Stored(tuple(results), tuple(damaged))


def _is_result(folder: Path) -> bool:
    """Whether there is anything of a result, were it only half or out of reach."""
    try:
        return any((folder / name).is_file() for name in ("evidence.json", "grade.json"))
    except PermissionError:
        return True


def _read(folder: Path) -> StoredResult:
    evidence = _evidence(folder)
    return StoredResult(folder, evidence, _grade(folder / "grade.json"), read_review(folder))


def _evidence(folder: Path) -> Evidence:
    try:
        return Evidence.model_validate_json((folder / "evidence.json").read_bytes())
    except (OSError, ValidationError, ValueError) as error:
        first = str(error).splitlines()[0]
        raise ResultsError(
            f"the result in {folder} cannot be read ({first}): grade it again"
        ) from None


def _grade(path: Path) -> Grade | None:
    try:
        return Grade.model_validate_json(path.read_bytes())
    except (OSError, ValidationError, ValueError):
        return None  # evidence is enough to make it again
