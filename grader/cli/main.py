"""The ``grader`` command: its sub-commands, and how errors become one sentence and a code."""

import contextlib
import io
import math
import signal
import sys
import threading
import time
from types import FrameType
from typing import Any

import typer

from grader import __version__
from grader.cli import (
    autograder,
    batch,
    calibrate,
    check,
    ci,
    data,
    demo,
    doctor,
    export,
    look,
    regrade,
    report,
    review,
    rubric,
)
from grader.cli.codes import CALLER, INTERRUPTED, OURS
from grader.cli.failures import unforeseen
from grader.errors import CallerError, GraderError
from grader.inert import plain

STOPPING = ("SIGINT", "SIGTERM", "SIGHUP")
CLEANING_S = 10
"""How long further requests to stop are ignored; then they are taken for impatience."""
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
app.command("batch")(batch.batch)
app.command("review")(review.review)
app.command("regrade")(regrade.regrade)
app.command("report")(report.report)
app.command("export")(export.export)
app.command("ci")(ci.ci)
app.command("look")(look.look)
app.command("calibrate")(calibrate.calibrate)
app.command("demo")(demo.demo)
app.command("doctor")(doctor.doctor)
app.command("autograded", hidden=True)(autograder.autograded)
app.add_typer(autograder.app, name="autograder")
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


def _show_what_can_be_shown() -> None:
    """A sign that the terminal's encoding lacks becomes a question mark, never a failure."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _clean_when_stopped() -> None:
    """Turn every request to stop into one KeyboardInterrupt, so that temporary folders go.

    What the caller has ignored, as ``nohup`` does, stays ignored.
    """
    asked_s = -math.inf

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal asked_s
        if time.monotonic() - asked_s > CLEANING_S:
            asked_s = time.monotonic()
            raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        return  # Python lets only the main thread handle signals
    for name in STOPPING:
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, stop)


def _say(sentence: str) -> None:
    """Tell the user; where the terminal is gone nobody listens."""
    with contextlib.suppress(OSError):
        typer.echo(plain(sentence), err=True)


def main() -> None:
    """Run the command line; every ending is one of the documented exit codes."""
    _show_what_can_be_shown()
    try:
        _clean_when_stopped()
        code = app(standalone_mode=False)
        if code == INTERRUPTED:
            _say("Interrupted.")
    except USAGE as error:
        error.message = plain(error.message)  # it repeats arguments, such as names of files
        error.show()
        code = CALLER
    except SystemExit:  # typer's way out when nobody reads its output any more
        code = OURS
    except (typer.Abort, KeyboardInterrupt):
        _say("Interrupted.")
        code = INTERRUPTED
    except CallerError as error:
        _say(f"error: {error}")
        code = CALLER
    except GraderError as error:
        _say(f"fault: {error}. This is the grader's own failure.")
        code = OURS
    except BrokenPipeError:
        code = OURS
    except Exception as error:  # noqa: BLE001 - the last resort: nobody should see a traceback
        _say(f"fault: {unforeseen(error)}")
        code = OURS
    sys.exit(code if isinstance(code, int) else 0)
