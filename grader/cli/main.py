"""The ``grader`` command: its sub-commands, and how errors become one sentence and a code."""

import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

import typer

from grader import __version__
from grader.cli import calibrate, check, data, demo, doctor, regrade, report, rubric
from grader.errors import CallerError, GraderError

CALLER, OURS, INTERRUPTED = 2, 3, 130
USAGE: Any = typer.BadParameter.__mro__[1]
"""UsageError, of click or of the copy of click that newer versions of typer bring."""

app = typer.Typer(
    help="Grade PyTorch labs by measuring the network a submission really trained.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("check")(check.check)
app.command("regrade")(regrade.regrade)
app.command("report")(report.report)
app.command("calibrate")(calibrate.calibrate)
app.command("demo")(demo.demo)
app.command("doctor")(doctor.doctor)
app.add_typer(data.app, name="data")
app.add_typer(rubric.app, name="rubric")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"grader {__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Show the version and exit."
    ),
) -> None:
    """Grade PyTorch labs by measuring the network a submission really trained."""


def _log(error: BaseException) -> Path:
    """Keep a traceback where the user can find it and attach it to a report."""
    with tempfile.NamedTemporaryFile(
        "w", prefix="grader-error-", suffix=".log", delete=False, encoding="utf-8"
    ) as stream:
        stream.write(f"grader {__version__}, python {sys.version}\n{' '.join(sys.argv)}\n\n")
        stream.write("".join(traceback.format_exception(error)))
    return Path(stream.name)


def main() -> None:
    """Run the command line; every ending is one of the documented exit codes."""
    try:
        code = app(standalone_mode=False)
        if code == INTERRUPTED:
            typer.echo("Interrupted.", err=True)
    except USAGE as error:
        error.show()
        code = CALLER
    except SystemExit:  # typer's way out when nobody reads its output any more
        code = OURS
    except (typer.Abort, KeyboardInterrupt):
        typer.echo("Interrupted.", err=True)
        code = INTERRUPTED
    except CallerError as error:
        typer.echo(f"error: {error}", err=True)
        code = CALLER
    except GraderError as error:
        typer.echo(f"fault: {error}. This is the grader's own failure.", err=True)
        code = OURS
    except BrokenPipeError:
        code = OURS
    except Exception as error:  # noqa: BLE001 - the last resort: nobody should see a traceback
        typer.echo(
            f"fault: {type(error).__name__}: {error}. This is the grader's own failure; please "
            f"report it with {_log(error)}",
            err=True,
        )
        code = OURS
    sys.exit(code if isinstance(code, int) else 0)
