"""The first of our code to run inside sandbox A: ``python start.py ROOT``."""

import importlib
import shutil
import sys
from pathlib import Path
from typing import Any


def _copy(source: Path, target: Path) -> None:
    """Copy the submission's files into the working directory, where they may write."""
    for item in source.iterdir():
        if item.is_dir():
            shutil.copytree(item, target / item.name, dirs_exist_ok=True)
        else:
            shutil.copyfile(item, target / item.name)


def main() -> int:
    """Run the submission; exit 0 when it ran to its end, 1 when it raised."""
    root = Path(sys.argv[-1])
    work = root / "work"
    sys.path.insert(0, str(root))
    settings: Any = importlib.import_module("grader_probe.settings").Settings.read(root)
    outbox = importlib.import_module("grader_probe.outbox").Outbox(root / "outbox")
    _copy(root / "submission", work)
    if settings.kind == "notebook":
        notebook = importlib.import_module("grader_probe.notebook")
        ending = notebook.run_notebook(work / settings.main, settings, outbox)
        notebook.echo_outputs(root / "outbox")
    else:
        recorder = importlib.import_module("grader_probe.install").install(root)
        script = importlib.import_module("grader_probe.script")
        sys.path.remove(str(root))
        sys.path.insert(0, str((work / settings.main).parent))
        ending = script.run_script(work / settings.main)
        recorder.finish()
    outbox.write_json("ending.json", ending)
    return 0 if ending["status"] == "ok" else 1


if __name__ == "__main__":
    sys.exit(main())
