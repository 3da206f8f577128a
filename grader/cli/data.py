"""``grader data``: import, fetch and show the data sets of the labs."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

app = typer.Typer(help="Import, fetch and show the data sets.", no_args_is_help=True)


@app.command("import")
def import_(
    source: Annotated[Path, typer.Argument(help="idx files, CSVs, a folder or Kaggle's zip.")],
    to: Annotated[Path | None, typer.Option("--to", metavar="DIR", help="Target folder.")] = None,
) -> None:
    """Take in data you have, verify it, and store it in the layout the labs expect."""
    from grader.data.importer import import_path
    from grader.data.places import data_folder

    target = to or data_folder()
    for name in import_path(source, target):
        Console().print(f"{target / name}", soft_wrap=True, highlight=False)


@app.command()
def fetch() -> None:
    """Download MNIST, and say how to get the ASL data."""
    from grader.data.fetch import ASL_ADVICE, fetch_mnist
    from grader.data.places import data_folder

    console = Console()
    for name in fetch_mnist(data_folder()):
        console.print(f"{data_folder() / name}", soft_wrap=True, highlight=False)
    console.print(ASL_ADVICE, highlight=False)


@app.command()
def status() -> None:
    """Show which data sets are there and whether they are the published ones."""
    from grader.data.status import status as data_status

    console = Console()
    for one in data_status():
        sign = "✓" if one.usable else "–"
        line = f"{sign} {one.name}: {one.state} ({one.folder})"
        console.print(line, soft_wrap=True, highlight=False)
    console.print("✓ practice data: always there, with --practice", highlight=False)


@app.command()
def practice(
    to: Annotated[Path, typer.Argument(help="Folder to write MNIST/ and asl_data/ to.")],
) -> None:
    """Write the practice data to a folder, to try a lab without the real data."""
    from grader.data.practice import write_practice
    from grader.errors import DataError

    if to.exists() and any(to.iterdir()):
        raise DataError(f"{to} is not empty: name a new folder for the practice data")
    write_practice(to)
    Console().print(f"{to}", soft_wrap=True, highlight=False)
