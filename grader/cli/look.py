"""``grader look``: what reading a file shows, without running it; for editors and pre-commit."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli import options
from grader.cli.codes import BELOW
from grader.inert import plain

if TYPE_CHECKING:
    from grader.ci.places import Places
    from grader.course import Course
    from grader.model.assignment import Assignment
    from grader.model.source import Place, SourceLook
    from grader.model.submission import Submission


def look(
    files: Annotated[list[Path], typer.Argument(help="Scripts and notebooks.")],
    assignment: Annotated[
        str | None,
        typer.Option(
            "--assignment", metavar="NAME", help="Which lab; default what grader.toml says, or any."
        ),
    ] = None,
    course: options.Course = None,
) -> None:
    """Say where placeholders are left, what is no Python, and which modules are missing."""
    from grader.ci.places import Places
    from grader.course import find_course
    from grader.discovery import look_at_source
    from grader.errors import SubmissionError

    found: dict[str, None] = {}
    opened = find_course(course)
    labs = _labs(opened, assignment)
    strange = [path for path in files if not _is_code(path)]
    for path in files:
        if path in strange:
            continue
        submission = _alone(path)
        places = Places(submission, submission.folder)
        for lab in _fitting(path, labs):
            source = look_at_source(submission, lab)
            found |= dict.fromkeys(_said(source, places, path.parent))
    for sentence in found:
        typer.echo(plain(sentence))
    if strange:  # after what the others hold: a hook is given many files at once
        names = ", ".join(map(str, strange))
        raise SubmissionError(f"no script and no notebook: {names}; name files that are")
    if found:
        raise typer.Exit(BELOW)


def _labs(course: "Course", named: str | None) -> "dict[str, Assignment]":
    slugs = course.slugs() if named is None else [named]
    return {slug: course.assignment(slug) for slug in slugs}


def _fitting(path: Path, labs: "dict[str, Assignment]") -> "list[Assignment]":
    """The lab that ``grader.toml`` in the current folder names the file for; else all."""
    from grader.ci.named import named_file

    if len(labs) > 1:
        for slug, lab in labs.items():
            name = named_file(Path(), slug, labs)
            if name is not None and Path(name).resolve() == path.resolve():
                return [lab]
    return list(labs.values())


def _is_code(path: Path) -> bool:
    from grader.discovery.find import KINDS

    return path.suffix.lower() in KINDS and path.is_file()


def _alone(path: Path) -> "Submission":
    """A file with the modules beside it, of which nothing but the names is read at first."""
    from grader.discovery.find import KINDS
    from grader.model.submission import Submission

    folder = path.parent
    beside = [one for pattern in ("*.py", "*/*.py") for one in folder.glob(pattern)]
    names = {one.relative_to(folder).as_posix() for one in (path, *beside)}
    return Submission(
        student="-",
        kind=KINDS[path.suffix.lower()],
        folder=folder.resolve(),
        main=path.name,
        files=tuple(sorted(names)),
        sha256="",
    )


def _said(source: "SourceLook", places: "Places", folder: Path) -> Iterator[str]:
    """One line per finding, each with its place as editors read it."""

    def at(place: "Place", sentence: str) -> str:
        name, line = places.at(place)
        cell = f"{place.words}: " if place.cell is not None else ""
        return f"{folder / name}:{line or 1}: {cell}{sentence}"

    if source.parse_error is not None:
        yield at(source.parse_error, f"cannot be read: {source.parse_error.text}")
    for place in source.placeholders:
        yield at(place, f"a placeholder is left: {place.text}")
    for one in source.missing_modules:
        yield at(one.place, f"{one.name} is neither here nor installed")
