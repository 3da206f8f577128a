"""Writes and reads the folder of one student's result."""

import contextlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from grader.errors import ResultsError
from grader.model.evidence import Evidence
from grader.model.grade import Grade
from grader.model.review import Decision, Review, fingerprint
from grader.results.atomic import replace as _replace
from grader.results.earlier import missed, take_along
from grader.results.interrupted import bring_back
from grader.results.reviews import REVIEW, alone_in, carry_review, read_review, write_review

NOTEBOOK_CAP = 64_000_000
PAGES = ("report.html", "notebook.html")
"""What people read: made again from the rest at any time, and removed where there is none now."""
PICTURES = {code: 0x2400 + code for code in range(32) if chr(code) not in "\t\n"} | {0x7F: 0x2421}
PICTURES |= dict.fromkeys(range(0x80, 0xA0), 0xFFFD)
"""Control characters, and the pictures that stand for them."""
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
    """The executed notebook in a folder, an ordinary file below its cap; else ``None``."""
    path = outbox / "executed.ipynb"
    if path.is_symlink() or not path.is_file() or path.stat().st_size > NOTEBOOK_CAP:
        return None
    return path.read_bytes()


def require_writable(out: Path, student: str, origin: str = "", *, named: bool = False) -> None:
    """See to it that a result can be written, before minutes of training. Raises ResultsError.

    A folder of the student's name that is no result is somebody's work. So is the result of a
    submission that lies elsewhere, unless it was ``named`` whose it is.
    """
    target = out / student
    if target.exists() and not (target / "evidence.json").is_file():
        raise ResultsError(
            f"{target} is there already and is no result: choose another place with --out"
        )
    require_place(out)
    known = _origin(target)
    if known and known != origin and not named:
        raise ResultsError(
            f"{target} holds the result of another submission: say with --student whose this one "
            "is, or name another place with --out"
        )


def require_place(out: Path) -> None:
    """Make ``out``, try a write, and bring back what a kill left there. Raises ResultsError."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise ResultsError(
            f"results cannot be written to {out} ({error.strerror}): choose another with --out"
        ) from None
    bring_back(out)


def _origin(target: Path) -> str:
    """Where the result in ``target`` came from; empty where that is not known."""
    try:
        return _evidence(target).submission.origin
    except ResultsError:
        return ""


def write_result(
    out: Path, evidence: Evidence, grade: Grade, pages: Mapping[str, str], logs: Logs
) -> Path:
    """Write ``out/<student>/``, replacing it as a whole, and return it. Raises ResultsError.

    ``pages`` are some of ``PAGES`` by name. What people decided is taken along, and what would be
    missed is kept: see ``earlier``.
    """
    if not PLAIN_NAME.fullmatch(grade.student):
        raise ResultsError(
            f"the student's name {grade.student[:80]!a} cannot name a folder: "
            "choose another with --student"
        )
    return write_files(out, grade.student, evidence, result_files(evidence, grade, pages, logs))


def write_files(
    out: Path, student: str, evidence: Evidence, files: dict[str, bytes], *, durable: bool = False
) -> Path:
    """Write ``out/<student>/`` with ``files`` made before; ``durable`` waits until the disk has it.

    ``evidence`` is what one of them holds. Raises ResultsError.
    """
    target = out / student
    try:
        out.mkdir(parents=True, exist_ok=True)
        _write_folder(target, evidence, files, durable=durable)
    except OSError as error:
        raise _unwritable(target, error) from None
    return target


def result_files(
    evidence: Evidence, grade: Grade, pages: Mapping[str, str], logs: Logs
) -> dict[str, bytes]:
    """Everything that a student's folder holds, by name."""
    texts = _documents(evidence, grade, pages) | {
        "stdout.txt": _inert(logs.stdout),
        "stderr.txt": _inert(logs.stderr),
    }
    files = {name: text.encode("utf-8", "replace") for name, text in texts.items()}
    return files if logs.notebook is None else files | {"executed.ipynb": logs.notebook}


def _inert(log: str) -> str:
    """What a run printed, with signs in place of what a terminal would obey."""
    return log.replace("\r\n", "\n").replace("\r", "\n").translate(PICTURES)


def update_result(
    known: StoredResult,
    evidence: Evidence,
    grade: Grade,
    pages: Mapping[str, str],
    decision: Decision | None = None,
) -> None:
    """Put grade and pages in the place of the ``known`` ones, whatever the folder is called.

    They were made from what was known, and from a new ``decision`` where there is one. Where
    anything else lies there by now, nothing is written. The logs of the run stay. Raises
    ResultsError.
    """
    folder = known.folder
    try:
        with alone_in(folder):
            _require_known(known)
            if decision is not None:
                write_review(folder, known.review.adding(decision))
            for name, text in _documents(evidence, grade, pages).items():
                _update(folder / name, text.encode())
            for name in set(PAGES) - set(pages):  # of what is no longer so
                (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise ResultsError(
            f"the result in {folder} cannot be rewritten ({error.strerror}): free some space, or "
            "get the right to write there"
        ) from None


def _update(path: Path, content: bytes) -> None:
    """Put ``content`` in the place of ``path``, unless it is there already.

    The disk has to have what a power cut must not leave empty. A page can be made again.
    """
    with contextlib.suppress(OSError):
        if path.read_bytes() == content:
            return
    _replace(path, content, durable=path.name not in PAGES)


def _require_known(known: StoredResult) -> None:
    """Who judged a result has seen all of it. Raises ResultsError where it is another by now."""
    now = read_result(known.folder)
    for what, same in (
        ("somebody else decided about {}", now.review == known.review),
        ("the work in {} was graded again", _same_runs(now.evidence, known.evidence)),
        ("the grade in {} was made again", now.grade == known.grade),
    ):
        if not same:
            raise ResultsError(f"{what.format(known.folder)} meanwhile: look at it again first")


def _same_runs(one: Evidence, other: Evidence) -> bool:
    """Whether it is the same evidence; which of its runs comes first may differ."""
    return fingerprint(one) == fingerprint(other)


def _documents(evidence: Evidence, grade: Grade, pages: Mapping[str, str]) -> dict[str, str]:
    return {
        "evidence.json": json.dumps(evidence.document(), indent=1),
        "grade.json": json.dumps(grade.document(), indent=1),
        **pages,
    }


def _unwritable(target: Path, error: OSError) -> ResultsError:
    return ResultsError(
        f"the results cannot be written to {target} ({error.strerror}): "
        "choose another place with --out"
    )


def _write_folder(
    target: Path, evidence: Evidence, files: dict[str, bytes], *, durable: bool
) -> None:
    made = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        made.chmod(0o755)
        for name, content in files.items():
            (made / name).write_bytes(content)
        if target.exists():
            with alone_in(target):
                take_along(target, made, kept=missed(target, evidence))
                _take_the_place(made, target, durable=durable)
        else:
            if durable:
                _flush_all(made)
            os.replace(made, target)
        if durable:
            _flush(target.parent)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _flush(path: Path) -> None:
    """Wait until the disk has a file, or a folder's names; where it cannot say so, go on."""
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _flush_all(folder: Path) -> None:
    """Wait until the disk has everything in a folder."""
    for where, _, files in os.walk(folder):
        for name in files:
            _flush(Path(where, name))
        _flush(Path(where))


def _take_the_place(made: Path, target: Path, *, durable: bool) -> None:
    """Put ``made`` in the place of ``target``; where that fails, the old one is put back.

    The review is copied when nobody can decide any more about what is replaced.
    """
    old = made.with_name(f"{made.name}.old")
    if durable:
        _flush_all(made)  # what takes its time comes first: between the renames there is no result
    os.replace(target, old)
    try:
        carry_review(old, made)
        if durable:
            _flush(made / REVIEW)
            _flush(made)
        os.replace(made, target)
    except BaseException:
        if not target.exists():
            os.replace(old, target)
        raise
    if durable:  # or the disk could know of the end of the old one alone
        _flush(target.parent)
    shutil.rmtree(old, ignore_errors=True)


def read_results(folder: Path) -> Stored:
    """Read every student's folder below ``folder``, or ``folder`` itself.

    A result that cannot be read stops nobody else's, and one whose replacement was interrupted is
    brought back first. Raises ResultsError where there is none.
    """
    one = folder.resolve()  # it may be named '.'
    bring_back(one.parent, one.name)
    bring_back(folder)
    places = [folder] if _is_result(folder) else sorted(folder.glob("[!.]*/"))
    results, damaged = [], []
    for place in filter(_is_result, places):
        try:
            results.append(read_result(place))
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


def read_result(folder: Path) -> StoredResult:
    """Read one student's ``folder``. Raises ResultsError where evidence or review cannot be."""
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
