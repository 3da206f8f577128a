"""``grader data``: import, fetch and show the data sets of the labs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    from grader.data.status import DataStatus

app = typer.Typer(help="Import, fetch and show the data sets.", no_args_is_help=True)


@app.command("import")
def import_(
    source: Annotated[Path, typer.Argument(help="idx files, CSVs, a folder or Kaggle's zip.")],
    to: Annotated[Path | None, typer.Option("--to", metavar="DIR", help="Target folder.")] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Let other files take the place of published ones.")
    ] = False,
) -> None:
    """Take in data you have, verify it, and store it in the layout the labs expect."""
    from grader.data.importer import import_path
    from grader.data.places import data_folder

    target = to or data_folder()
    console = _console()
    written = import_path(source, target, replace=replace)
    for name in written:
        console.print(f"{target / name}")
    for line in _imported(written, target, searched=source.is_dir()):
        console.print(line)


def _imported(written: list[str], target: Path, *, searched: bool) -> list[str]:
    """One line per data set of an import, by all its files in ``target``, and per one missed."""
    from grader.data.checksums import is_official
    from grader.data.readers import FILES
    from grader.data.status import kind

    lines = []
    for name, splits in FILES.items():
        files = [file for split in splits.values() for file in split]
        if not set(files) & set(written):
            lines += [f"not found: {name}"] if searched else []
            continue
        there = tuple(file for file in files if (target / file).is_file())
        official = is_official(target, there)
        lines.append(f"{'✓' if official else '!'} {name}: {kind(official)}")
    return lines


def _console() -> Console:
    """A console for paths: nothing in them is markup, and none is broken in two."""
    return Console(highlight=False, markup=False, soft_wrap=True)


@app.command()
def fetch() -> None:
    """Download MNIST, and say how to get the ASL data."""
    from grader.data.fetch import ASL_ADVICE, fetch_mnist
    from grader.data.places import data_folder

    console = _console()
    for name in fetch_mnist(data_folder()):
        console.print(f"{data_folder() / name}")
    console.print(ASL_ADVICE, soft_wrap=False)


@app.command()
def status() -> None:
    """Show which data sets are there and whether they are the published ones."""
    from grader.data.status import status as data_status

    console = _console()
    for one in data_status():
        console.print(line_of(one))
    console.print("✓ practice data: always there, with --practice")


def line_of(one: "DataStatus") -> str:
    """A data set in one line; ``!`` for files that labs can use but are not the published ones."""
    usable = "✓" if one.official else "!"
    return f"{usable if one.usable else '–'} {one.name}: {one.state} ({one.folder})"


@app.command()
def practice(
    to: Annotated[Path, typer.Argument(help="Folder to write MNIST/ and asl_data/ to.")],
) -> None:
    """Write the practice data to a folder, to try a lab without the real data."""
    from grader.data.practice import write_practice
    from grader.errors import DataError

    try:
        if to.exists() and any(to.iterdir()):
            raise DataError(f"{to} is not empty: name a new folder for the practice data")
        write_practice(to)
    except OSError as error:
        raise DataError(
            f"the practice data cannot be written to {to} ({error.strerror}): name a new folder "
            "where you may write"
        ) from None
    _console().print(f"{to}")
