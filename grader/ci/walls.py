"""What keeps whoever is graded from softening the gate: everything but their files comes from
outside their repository, and their program cannot reach what the job reads.
"""

import os
from dataclasses import replace
from pathlib import Path

from grader.data.places import data_folder
from grader.errors import CallerError, DataError
from grader.pipeline import Request
from grader.pipeline.setup import Setup, require_walls

WALLS = ("a gate", "a submission can write its own grade")


def guarded(request: Request, folder: Path, out: Path) -> Request:
    """Return the request with nothing left to look for in ``folder``. Raises CallerError.

    The data is what is named, or the user's own: never that of the current folder, which is theirs.
    """
    data = request.data
    if data is None and not request.practice:
        data = data_folder()
    course = request.course or _path(os.environ.get("GRADER_COURSE"))
    named = {"--data": data, "--course": course, "--rubric": request.rubric, "--out": out}
    for option, path in named.items():
        if path is not None and is_inside(path, folder):
            raise CallerError(
                f"{option} is {path}, inside the repository that is graded, where a student can "
                "change it: name a place outside of it"
            )
    return replace(request, data=data)


def is_inside(path: Path, folder: Path) -> bool:
    """Whether ``path`` leads into ``folder``, by a link too."""
    return path.resolve().is_relative_to(folder.resolve())


def _path(name: str | None) -> Path | None:
    return Path(name) if name else None


def require_closed(setup: Setup, request: Request, asked: Request) -> None:
    """See to it that the program cannot reach its grade, before it runs. Raises CallerError.

    Data that nobody ``asked`` for by name has to be the published one: a cache can be written by
    other jobs of a repository.
    """
    require_walls(setup.chosen, request.isolation, WALLS)
    if asked.data is None and not asked.practice and setup.data.profile != "official":
        raise DataError(
            f"the data in {request.data} is not the published one: import it again, or say with "
            "--data that it is meant"
        )
