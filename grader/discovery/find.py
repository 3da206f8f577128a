"""Finds the submission at a path: a script, a notebook, a folder or a zip."""

import contextlib
import errno
import hashlib
import os
import re
import tempfile
import zipfile
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from grader.discovery.archive import Refusal, unpack
from grader.discovery.limits import (
    MAX_BYTES,
    MAX_FILES,
    MAX_LEVELS,
    Limits,
    is_passed_by,
    is_skipped,
)
from grader.discovery.main_file import main_file
from grader.errors import NoRoom, SubmissionError
from grader.model.submission import Kind, Submission

KINDS = {".py": Kind.SCRIPT, ".ipynb": Kind.NOTEBOOK}
FULL = {errno.ENOSPC, errno.EDQUOT, errno.ENOENT}
"""Without room for temporary files Python says that there is no folder for them."""
RESULT = {"evidence.json", "grade.json"}


@contextlib.contextmanager
def open_submission(
    path: Path, student: str | None = None, main: str | None = None
) -> Iterator[Submission]:
    """Yield the submission at ``path``, a zip unpacked meanwhile. Raises SubmissionError."""
    if not is_archive(path):
        yield find_submission(path, student, main)
        return
    with unpacked(path) as folder:
        found = find_submission(folder, student, main, shown=str(path))
        yield found.model_copy(update={"origin": origin_of(path)})


@contextlib.contextmanager
def unpacked(
    path: Path, limits: Limits | None = None, left_out: Refusal | None = None
) -> Iterator[Path]:
    """Yield a folder that holds meanwhile what the zip at ``path`` does, as ``unpack`` has it.

    Raises SubmissionError.
    """
    with contextlib.ExitStack() as kept:
        try:
            name = kept.enter_context(tempfile.TemporaryDirectory(prefix="lab-grader-zip-"))
            folder = Path(name) / identifier(path.stem)
            folder.mkdir()
            unpack(path, folder, limits, left_out)
        except OSError as error:
            raise (_no_room if error.errno in FULL else _unreadable)(path, error) from None
        yield folder


def find_submission(
    path: Path, student: str | None = None, main: str | None = None, shown: str | None = None
) -> Submission:
    """Return the submission at ``path``. Raises SubmissionError with the remedy.

    A file travels alone; a folder travels with everything in it (helper modules, checkpoints),
    except links, caches, results and the data, which the grader provides. ``student`` names the
    folder of the results, so it must be a plain name; ``main`` the file of a folder to run,
    ``shown`` what its caller calls it.
    """
    if student is not None and student != identifier(student):
        raise SubmissionError(
            f"the student's name {student[:80]!a} cannot name a folder: use up to 80 letters, "
            "digits and . _ @ + -, without a dot or hyphen at either end"
        )
    try:
        return _found(path, student, main, shown or str(path))
    except OSError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: OSError) -> SubmissionError:
    return SubmissionError(
        f"{str(path)[:300]} cannot be read ({error.strerror}): check the path and its rights"
    )


def _no_room(path: Path, error: OSError) -> SubmissionError:
    return NoRoom(
        f"{str(path)[:300]} cannot be unpacked ({str(error.strerror)[:100]}): make room on the "
        "disk, or name a folder with room in the environment variable TMPDIR"
    )


def _found(path: Path, student: str | None, main: str | None, shown: str) -> Submission:
    if not path.exists():
        raise SubmissionError(f"there is nothing at {path}: check the path of the submission")
    if path.is_dir():
        found = main_file(path, main, shown)
        folder = found.parent if main is None else path
        files = _with(found.relative_to(folder).as_posix(), _travelling(folder))
    elif main is not None:
        raise SubmissionError(f"--main chooses a file of a folder or a zip, and {path} is a file")
    else:
        found, folder, files = path, path.parent, (path.name,)
    _require_code(found)
    return Submission(
        student=student or identifier(path.stem if path.is_file() else path.resolve().name),
        kind=KINDS[found.suffix.lower()],
        folder=folder.resolve(),
        main=found.relative_to(folder).as_posix(),
        files=files,
        sha256=_digest(folder, files),
        origin=origin_of(path),
    )


def _with(main: str, files: tuple[str, ...]) -> tuple[str, ...]:
    """The files that travel, the ``main`` one among them. Raises SubmissionError where it may not.

    At the top it always does, whatever its name.
    """
    if main in files:
        return files
    if "/" in main:
        raise SubmissionError(
            f"{main[:300]} lies in a folder that is left out, such as an environment, a cache or "
            "earlier results: move it out of there"
        )
    return tuple(sorted((main, *files), key=lambda name: name.split("/")))


def is_archive(path: Path) -> bool:
    """Whether a submission at ``path`` is opened as a zip."""
    return path.is_file() and (path.suffix.lower() == ".zip" or _begins_like_a_zip(path))


def _begins_like_a_zip(path: Path) -> bool:
    """Whether a file of another name is a zip; a notebook or script never is."""
    try:
        return path.suffix.lower() not in KINDS and zipfile.is_zipfile(path)
    except zipfile.BadZipFile:  # the end of one, as of an archive in several parts
        return True


def origin_of(path: Path) -> str:
    """Tell one place on disk from another without naming it."""
    return hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:16]


def _require_code(path: Path) -> None:
    if not path.is_file():
        raise SubmissionError(f"{path} is neither a file nor a folder")
    if not _is_text(path.name):
        raise SubmissionError(f"the file's name is no valid text ({path.name!a}): rename it")
    if path.suffix.lower() not in KINDS:
        raise SubmissionError(f"{path} is neither a .py script, an .ipynb notebook nor a zip")
    if path.stat().st_size > MAX_BYTES:
        raise SubmissionError(
            f"{path} is larger than {MAX_BYTES // 10**6} MB: hand in code, not data"
        )


def _travelling(folder: Path) -> tuple[str, ...]:
    files: list[tuple[str, ...]] = []
    size = 0
    for parts, entry in _work(folder):
        if not _is_text("/".join(parts)):
            raise SubmissionError(
                f"{folder} holds a file whose name is no valid text ({entry.name!a}): rename it"
            )
        size += entry.stat(follow_symlinks=False).st_size
        files.append(parts)
        if len(files) > MAX_FILES or size > MAX_BYTES:
            raise SubmissionError(
                f"{folder} holds more than {MAX_FILES} files or {MAX_BYTES // 10**6} MB: "
                "hand in the code only"
            )
    return tuple("/".join(parts) for parts in sorted(files))


def _work(folder: Path) -> Iterator[tuple[tuple[str, ...], os.DirEntry[str]]]:
    """Yield what is part of the work, with its path parts, level by level.

    What is no part of it is not entered: a folder may be somebody's home, or hold a data set.
    """
    waiting: deque[tuple[str, ...]] = deque([()])
    while waiting:
        parts = waiting.popleft()
        try:
            with os.scandir(folder.joinpath(*parts)) as found:
                entries = list(found)
        except PermissionError:
            continue
        files = [one for one in entries if one.is_file(follow_symlinks=False)]
        if {one.name for one in files} >= RESULT:  # what an earlier check wrote is no work
            files = [] if parts else [one for one in files if one.name not in RESULT]
        named = [((*parts, one.name), one) for one in files]
        yield from (pair for pair in named if not is_skipped(pair[0]))
        for one in entries:
            below = (*parts, one.name)
            if one.is_dir(follow_symlinks=False) and not is_passed_by(below):
                if len(below) > MAX_LEVELS:
                    raise _too_deep(folder)
                waiting.append(below)


def _too_deep(folder: Path) -> SubmissionError:
    return SubmissionError(
        f"{folder} holds folders that are nested too deeply, more than {MAX_LEVELS} within each "
        "other: leave only the code, in fewer of them"
    )


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


def identifier(name: str) -> str:
    """Make ``name`` one that is safe as a folder and readable in a report.

    What is one already stays as it is, so a name is an identifier where this does not change it.
    """
    readable = re.sub(r"[^\w.@+-]+", "-", name).strip("-.")[:80]
    short = readable.encode()[:200].decode("utf-8", "ignore")  # file systems count bytes
    return short.strip("-.") or "submission"
