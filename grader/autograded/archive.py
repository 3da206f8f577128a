"""Makes the archive: everything that grading needs, in files, and none of what students must not
learn.

Who can read it inside a container is another matter: see ``files/run_autograder``.
"""

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.autograded import pinned
from grader.autograded.settings import NAME, Settings
from grader.course import Course
from grader.data.readers import FILES
from grader.errors import CallerError

PACKAGE = Path(__file__).parent.parent
PROGRAMS = Path(__file__).parent / "files"
EXECUTED = ("setup.sh", "run_autograder")
"""What Gradescope looks for, by these names."""
_NOT_OURS = {"__pycache__", "_course"}
_TIME = (1980, 1, 1, 0, 0, 0)
"""The first that a zip can hold: the same archive is the same bytes."""


@dataclass(frozen=True)
class Content:
    """What an archive is made of. ``rubric`` replaces the course's, ``data`` the practice data."""

    settings: Settings
    course: Course
    rubric: Path | None = None
    data: Path | None = None


def archive(content: Content) -> bytes:
    """Return the zip. Raises CallerError where something that belongs into it is missing."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in sorted(files(content).items()):
            info = zipfile.ZipInfo(name, _TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix: only then is there a mode
            info.external_attr = (0o100755 if name in EXECUTED else 0o100644) << 16
            target.writestr(info, data)
    return written.getvalue()


def files(content: Content) -> Mapping[str, bytes]:
    """Return the files of the archive by name. Raises CallerError."""
    try:
        return {
            **{name: (PROGRAMS / name).read_bytes() for name in EXECUTED},
            NAME: content.settings.dump(),
            "requirements.txt": pinned.requirements(),
            "constraints.txt": pinned.constraints(),
            **{f"grader/{name}": data for name, data in _package()},
            **{f"course/{name}": data for name, data in _course(content)},
            **{f"data/{name}": data for name, data in _data(content)},
        }
    except OSError as error:
        raise CallerError(
            f"{error.filename} cannot be read ({error.strerror}): check the path and its rights"
        ) from None


def _package() -> Iterator[tuple[str, bytes]]:
    for path in PACKAGE.rglob("*"):
        name = path.relative_to(PACKAGE)
        if path.is_file() and _NOT_OURS.isdisjoint(name.parts):
            yield name.as_posix(), path.read_bytes()


def _course(content: Content) -> Iterator[tuple[str, bytes]]:
    """What grading the one lab reads: thresholds may refer to baselines of others."""
    slug, folder = content.settings.assignment, content.course.folder
    patterns = ("assignments/*/assignment.yaml", "rubrics/baselines/*.json", "checks/**/*.py")
    for pattern in patterns:
        for path in folder.glob(pattern):
            yield path.relative_to(folder).as_posix(), path.read_bytes()
    wording = content.course.wording_path()
    if wording.is_file():
        yield wording.relative_to(folder).as_posix(), wording.read_bytes()
    rubric = content.rubric or folder / "rubrics" / f"{slug}.yaml"
    yield f"rubrics/{slug}.yaml", rubric.read_bytes()


def _data(content: Content) -> Iterator[tuple[str, bytes]]:
    if content.data is None:
        return
    dataset = content.course.assignment(content.settings.assignment).dataset.name
    for names in FILES[dataset].values():
        for name in names:
            yield name, (content.data / name).read_bytes()
