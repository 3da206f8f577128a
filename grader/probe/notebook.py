"""Runs a notebook through nbclient, client and kernel both inside sandbox A."""

import contextlib
import json
import re
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from . import early
from .crash import at_home
from .outbox import Outbox
from .settings import Settings
from .waiting import WaitingKernel, specification

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
FRAME = re.compile(r"Cell In\[(\d+)\], line (\d+)")
CAP = 200_000  # characters kept of one text output: a report needs a page, not a log
KEPT_EVERY_S = 5.0
"""How old what is kept of a cell that prints may be."""
SKIPPED = "not-run-by-the-grader"
MAY_RAISE = "raises-exception"
"""Jupyter's tag for a cell that may fail without ending the notebook."""


class _Specs(KernelSpecManager):
    """Knows one kernel: this interpreter with the probe, whatever the notebook's metadata asks."""

    argv: list[str]
    metadata: dict[str, Any]

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return KernelSpec(
            argv=self.argv, display_name="Python 3", language="python", metadata=self.metadata
        )


class _Client(NotebookClient):
    """Prints what cells print, as they do: a run's log reads alike for scripts and notebooks.

    So it is there even where the run is stopped, and counts as output while it goes on.
    """

    on_output: Callable[[], None]

    def process_message(self, msg: dict[str, Any], cell: Any, cell_index: int) -> Any:
        kept = super().process_message(msg, cell, cell_index)
        if msg["msg_type"] == "stream":
            stream = sys.stderr if msg["content"]["name"] == "stderr" else sys.stdout
            stream.write(msg["content"]["text"])
            stream.flush()
            self.on_output()
        return kept


def _client(
    notebook: Any, settings: Settings, folder: Path, waiting: WaitingKernel | None
) -> _Client:
    kernel = Path(__file__).with_name("kernel.py")
    specs = _Specs()
    specs.argv = [
        *(sys.executable, "-P", "-s", "-B", "-u", str(kernel), str(settings.root)),
        *("-f", "{connection_file}"),
    ]
    specs.metadata = specification(waiting) if waiting else {}
    manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=specs, **_transport())
    return _Client(
        notebook,
        km=manager,
        timeout=settings.cell_s or None,
        resources={"metadata": {"path": str(folder)}},
        shutdown_kernel="immediate",
        skip_cells_with_tag=SKIPPED,
    )


def _transport() -> dict[str, str]:
    """How client and kernel talk: over loopback, or over files where there is no network at all.

    Paths of sockets may have about a hundred characters, so they are kept short.
    """
    try:
        socket.socket(socket.AF_INET).close()
    except OSError:
        return {
            "transport": "ipc",
            "connection_file": str(Path(tempfile.gettempdir(), "kernel.json")),
            "ip": str(Path(tempfile.gettempdir(), "kernel")),
        }
    return {}


def _readable(path: Path) -> Any:
    """Read a notebook of any format, with whatever editors leave out put back."""
    document = json.loads(path.read_text(encoding="utf-8-sig"))
    if document.get("nbformat", 4) >= 4:
        document.setdefault("metadata", {})
        for cell in document["cells"]:
            cell.setdefault("metadata", {})
            cell.setdefault("source", "")
            if cell["cell_type"] == "code":
                cell.setdefault("outputs", [])
                cell.setdefault("execution_count", None)
    return nbformat.reads(json.dumps(document), as_version=4)


def _runs(cell: Any) -> bool:
    return bool(cell.source.strip()) and SKIPPED not in cell.metadata.get("tags", [])


def _counts(cell: Any, reply: Any) -> bool:
    """Whether a cell that was executed ran, or ended the notebook: not if it failed and may."""
    failed = reply["content"]["status"] != "ok"
    return not (failed and MAY_RAISE in cell.metadata.get("tags", []))


def _capped(notebook: Any) -> Any:
    """Shorten text outputs in place: head and tail kept, the middle counted."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            text = output.get("text")
            if isinstance(text, str) and len(text) > CAP:
                half, left = CAP // 2, len(text) - CAP
                output["text"] = f"{text[:half]}\n… {left} characters left out …\n{text[-half:]}"
    return notebook


def _crash(
    notebook: Any, index: int | None, error: Exception, cell_s: float, ended: int | None
) -> dict[str, Any]:
    """Describe what ended the notebook; ``ended`` is how its kernel did."""
    found: dict[str, Any] = {"type": type(error).__name__, "message": str(error)[:2000]}
    found |= {"traceback": str(error)[:20_000], "line": None, "file": None, "cell": index}
    if isinstance(error, CellExecutionError):
        found |= {"type": error.ename, "message": error.evalue[:2000]}
        found["traceback"] = _own_frames(error.traceback)[:20_000]
        found |= _place(notebook, error.traceback)
    elif isinstance(error, DeadKernelError):
        found |= _death(ended or 0)
    elif isinstance(error, CellTimeoutError):
        found["message"] = f"the cell ran longer than the {cell_s:g} seconds one cell may take"
    return found


def _ended(process: Any) -> int | None:
    return None if process is None else process.poll()


def _death(ended: int) -> dict[str, str]:
    """What became of the kernel, by what its parent was told."""
    during = "while this cell was running"
    if ended >= 0:
        return {"message": f"the notebook's kernel ended with exit code {ended} {during}"}
    with contextlib.suppress(ValueError):
        name = signal.Signals(-ended).name
        return {"message": f"the notebook's kernel was ended by {name} {during}", "signal": name}
    return {"message": f"the notebook's kernel was ended by signal {-ended} {during}"}


def _own_frames(traceback: str) -> str:
    """A traceback without the frames of the probe."""
    frames = traceback.split("\n\n")
    return "\n\n".join(frame for frame in frames if "grader_probe/" not in frame.split("\n")[0])


def _place(notebook: Any, traceback: str) -> dict[str, int]:
    """The innermost line of the student's in a traceback: ``{cell, line}``, empty if none is."""
    frames = FRAME.findall(COLOUR.sub("", traceback))
    if not frames:
        return {}
    executed, line = map(int, frames[-1])
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    ran = [number for number, cell in enumerate(code, 1) if _runs(cell)]
    return {"cell": ran[executed - 1], "line": line} if executed <= len(ran) else {}


class _Followed:
    """What is known of a notebook while it runs, and kept of it."""

    def __init__(self, notebook: Any, outbox: Outbox, begins: Callable[[], None]) -> None:
        self.notebook, self.outbox, self.begins = notebook, outbox, begins
        self.code = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
        self.ran = 0
        self.running: int | None = None
        self.kernel: Any = None
        self.began = False
        self._kept_s = time.monotonic()

    def follow(self, client: _Client) -> None:
        """Be told of what happens."""
        self.client = client
        client.on_notebook_start = self._kernel_started
        client.on_cell_start = self._cell_started
        client.on_cell_executed = self._cell_executed
        client.on_output = self._printed

    def keep(self) -> None:
        """Write the notebook as it is now."""
        written = nbformat.writes(_capped(self.notebook))
        self.outbox.write_bytes("executed.ipynb", written.encode())
        self._kept_s = time.monotonic()

    def number(self, index: int) -> int:
        """The number of a code cell, counted from 1; 0 of another."""
        return self.code.index(index) + 1 if index in self.code else 0

    def _kernel_started(self, notebook: Any) -> None:
        self.begins()
        self.began = True
        # Its process is forgotten once it has ended.
        self.kernel = getattr(getattr(self.client.km, "provisioner", None), "process", None)

    def _cell_started(self, cell: Any, cell_index: int) -> None:
        self.running = cell_index
        line = {"cell": self.number(cell_index), "cells": len(self.code)}
        self.outbox.append_line("progress.jsonl", line)

    def _cell_executed(self, cell: Any, cell_index: int, execute_reply: Any) -> None:
        self.ran += _counts(cell, execute_reply)
        self.keep()

    def _printed(self) -> None:
        if time.monotonic() - self._kept_s > KEPT_EVERY_S:  # a cell may be stopped at any time
            self.keep()


def run_notebook(
    path: Path,
    settings: Settings,
    outbox: Outbox,
    waiting: WaitingKernel | None = None,
    begins: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Execute the notebook at ``path`` and return ``{status, crash, cells_run, cells_total}``.

    A kernel is started for it, unless one waits. ``begins`` is called before anything of it runs.
    Cells that failed because they may are not among those that ran.
    """
    try:
        notebook = _readable(path)
    except Exception as error:  # not JSON, or JSON that is no notebook: the student's file
        begins()
        message = "the file is not a notebook that Jupyter can open"
        found = {"type": type(error).__name__, "message": message, "traceback": str(error)[:2000]}
        return {"status": "error", "crash": found}
    followed = _Followed(notebook, outbox, begins)
    for number, index in enumerate(followed.code, 1):
        notebook.cells[index].outputs = []  # an earlier run's are not what this one prints
        if number in settings.skipped_cells:
            notebook.cells[index].metadata["tags"] = [SKIPPED]
    wanted = [i for i in followed.code if _runs(notebook.cells[i])]
    if settings.stop_after == early.STEP:
        known = {"status": "ok", "crash": None, "cells_total": len(wanted)}
        early.attend(outbox, lambda: {**known, "cells_run": followed.ran})
    client = _client(notebook, settings, path.parent, waiting)
    followed.follow(client)
    crash: dict[str, Any] | None = None
    try:
        client.execute()
    except Exception as error:  # whatever ended the notebook is described, not raised
        if not followed.began:  # nothing of the student's has run yet: this is ours
            return {"status": "fault", "reason": f"the kernel did not start: {error}"[:300]}
        at = None if followed.running is None else followed.number(followed.running)
        crash = _crash(notebook, at, error, settings.cell_s, _ended(followed.kernel))
        crash = at_home(crash, str(settings.root / "work"))
    followed.keep()
    status = "ok" if crash is None else "error"
    return {
        "status": status,
        "crash": crash,
        "cells_run": followed.ran,
        "cells_total": len(wanted),
    }
