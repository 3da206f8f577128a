"""Finds the submission at a path: a script, a notebook, or a folder that holds exactly one."""

import hashlib
import os
import re
from pathlib import Path

from grader.errors import SubmissionError
from grader.model.submission import Kind, Submission

KINDS = {".py": Kind.SCRIPT, ".ipynb": Kind.NOTEBOOK}
MAX_FILES = 500
MAX_BYTES = 200_000_000
SKIPPED = {
    *("__pycache__", ".git", ".ipynb_checkpoints", ".venv", "venv", "env", "node_modules"),
    *("data", "results", "demo-reports"),
}
RESULT = {"evidence.json", "grade.json"}


def find_submission(path: Path, student: str | None = None) -> Submission:
    """Return the submission at ``path``. Raises SubmissionError with the remedy.

    A file travels alone; a folder travels with everything in it (helper modules, checkpoints),
    except links, caches, results and ``data``, which the grader provides. ``student`` names the
    folder of the results, so it must be a plain name.
    """
    if student is not None and student != _identifier(student):
        raise SubmissionError(
            f"the student's name {student[:80]!a} cannot name a folder: use up to 80 letters, "
            "digits and . _ @ + -, without a dot or hyphen at either end"
        )
    try:
        return _found(path, student)
    except OSError as error:
        raise SubmissionError(
            f"{str(path)[:300]} cannot be read ({error.strerror}): check the path and its rights"
        ) from None


def _found(path: Path, student: str | None) -> Submission:
    if not path.exists():
        raise SubmissionError(f"there is nothing at {path}: check the path of the submission")
    folder, main = _file(path) if path.is_file() else _folder(path)
    files = (main,) if path.is_file() else _travelling(folder)
    return Submission(
        student=student or _identifier(path.stem if path.is_file() else path.resolve().name),
        kind=KINDS[Path(main).suffix.lower()],
        folder=folder.resolve(),
        main=main,
        files=files,
        sha256=_digest(folder, files),
        origin=hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:16],
    )


def _file(path: Path) -> tuple[Path, str]:
    if path.suffix.lower() not in KINDS:
        raise SubmissionError(f"{path} is neither a .py script nor an .ipynb notebook")
    if path.stat().st_size > MAX_BYTES:
        raise SubmissionError(
            f"{path} is larger than {MAX_BYTES // 10**6} MB: hand in code, not data"
        )
    return path.parent, path.name


def _folder(path: Path) -> tuple[Path, str]:
    """The one notebook in a folder, else its one script, is the submission."""
    if not path.is_dir():
        raise SubmissionError(f"{path} is neither a file nor a folder")
    for suffix in (".ipynb", ".py"):
        found = sorted(p.name for p in path.iterdir() if _gradable(p, suffix))
        if len(found) == 1:
            return path, found[0]
        if found:
            raise SubmissionError(
                f"{path} holds several candidates ({', '.join(found[:6])}): name the one to grade"
            )
    raise SubmissionError(f"{path} holds no .py script and no .ipynb notebook")


def _gradable(path: Path, suffix: str) -> bool:
    """No link, and no hidden file: archives made on a Mac bring a ``._name`` for every name."""
    if path.name.startswith(".") or path.suffix.lower() != suffix:
        return False
    return path.is_file() and not path.is_symlink()


def _travelling(folder: Path) -> tuple[str, ...]:
    files: list[str] = []
    size = 0
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_symlink() or not path.is_file() or SKIPPED & set(relative.parts[:-1]):
            continue
        if all((path.parent / name).is_file() for name in RESULT):
            continue  # what an earlier check wrote is no part of the work
        if not _is_text(relative.as_posix()):
            raise SubmissionError(
                f"{folder} holds a file whose name is no valid text ({path.name!a}): rename it"
            )
        size += path.stat().st_size
        files.append(relative.as_posix())
        if len(files) > MAX_FILES or size > MAX_BYTES:
            raise SubmissionError(
                f"{folder} holds more than {MAX_FILES} files or {MAX_BYTES // 10**6} MB: "
                "hand in the code only"
            )
    return tuple(files)


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _digest(folder: Path, files: tuple[str, ...]) -> str:
    digest = hashlib.sha256()
    for name in files:
        content = (folder / name).read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _identifier(name: str) -> str:
    """A name that is safe as a folder and readable in a report."""
    readable = re.sub(r"[^\w.@+-]+", "-", name).strip("-.")[:80]
    short = readable.encode()[:200].decode("utf-8", "ignore")  # file systems count bytes
    return short.strip("-.") or "submission"
