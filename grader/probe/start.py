"""The first of our code to run inside sandbox A: ``python start.py ROOT``."""

import atexit
import contextlib
import importlib
import os
import shutil
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

BEGINS = "\x1egrader: the program begins\n"
"""The first that is printed, and then the program is: what is printed can be taken back by nobody.
``grader.intake.began`` has it, too."""
TEMPLATE: Any = sys.modules.pop("grader_template", None)
"""What this process is a copy of, if of anything: ``grader/sandbox/warm/template.py``."""


def _copy(source: Path, target: Path) -> None:
    """Copy the submission's files into the working directory, where they may write."""
    for item in source.iterdir():
        if item.is_dir():
            shutil.copytree(item, target / item.name, dirs_exist_ok=True)
        else:
            shutil.copyfile(item, target / item.name)


def _say_it_begins() -> None:
    sys.stdout.write(BEGINS)
    sys.stdout.flush()


def _waiting_kernel() -> Any:
    """Where this process is a copy of one that imported torch, so is the kernel; else ``None``."""
    if TEMPLATE is None:
        return None
    return importlib.import_module("grader_probe.waiting").WaitingKernel(TEMPLATE.run_as_main)


def _prepared(root: Path, outbox: Any) -> Callable[[], dict[str, Any]]:
    """Get everything ready; return what runs the submission and describes its ending."""
    settings: Any = importlib.import_module("grader_probe.settings").Settings.read(root)
    outbox.write_json("trace.json", {"epochs": 0})
    main = root / "work" / settings.main
    _copy(root / "submission", root / "work")
    if settings.kind == "notebook":
        waiting = _waiting_kernel()
        notebook = importlib.import_module("grader_probe.notebook")
        return lambda: notebook.run_notebook(main, settings, outbox, waiting, _say_it_begins)
    recorder = importlib.import_module("grader_probe.install").install(root)
    script = importlib.import_module("grader_probe.script")
    sys.path.remove(str(root))
    sys.path.insert(0, str(main.parent))

    def run() -> dict[str, Any]:
        _say_it_begins()
        ending: dict[str, Any] = script.run_script(main)
        recorder.finish()
        return ending

    return run


def main() -> int:
    """Run the submission; exit 0 when it ran to its end, 1 when it raised."""
    root = Path(sys.argv[-1])
    sys.path.insert(0, str(root))
    outbox = importlib.import_module("grader_probe.outbox").Outbox(root / "outbox")
    try:
        run = _prepared(root, outbox)
    except Exception as error:  # nothing of the student's has run yet: this is ours
        outbox.write_json(
            "ending.json", {"status": "fault", "reason": f"{type(error).__name__}: {error}"[:300]}
        )
        return 1
    ending = run()
    outbox.write_json("ending.json", ending)
    return 0 if ending["status"] == "ok" else 1


def _end(code: int) -> NoReturn:
    """End as Python does, but for taking apart what the program held: that can take seconds."""
    try:
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        os._exit(code)


if __name__ == "__main__":
    _end(main())
