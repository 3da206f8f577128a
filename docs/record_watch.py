"""Records the transcript in ``watch.md``: a real ``grader check --watch`` at a real terminal.

    python docs/record_watch.py

A notebook of lab 1 is saved with a wrong size in its first linear layer, and when that is answered,
mended; when there is a grade, Ctrl-C is pressed. What the terminal shows is written into the page
as it came, but for the lines of progress that a terminal wipes out itself.
"""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = Path(__file__).with_name("watch.md")
NOTEBOOK = ROOT / "tests/submissions/right/lab1/sequential.ipynb"
RIGHT, WRONG = "nn.Linear(28 * 28, 512)", "nn.Linear(512, 512)"
COMMAND = ("grader", "check", "lab1", "my_lab1.ipynb", "--watch", "--practice")
BEGIN, END = "<!-- transcript: docs/record_watch.py -->\n", "<!-- end of transcript -->\n"
CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]")
PATIENCE_S = 600


class Terminal:
    """A command at a terminal of 80 columns, and all it has shown."""

    def __init__(self, folder: Path) -> None:
        self._master, slave = pty.openpty()
        environment = {**os.environ, "COLUMNS": "80", "LINES": "40", "TERM": "dumb"}
        environment["PYTHONPATH"] = str(ROOT)
        command = [sys.executable, "-P", "-m", *COMMAND]
        self._process = subprocess.Popen(
            command, cwd=folder, stdin=slave, stdout=slave, stderr=slave, env=environment
        )
        os.close(slave)
        self.shown = ""

    def until(self, words: str, times: int = 1) -> None:
        """Read until it has shown these words so often. Raises TimeoutError."""
        deadline = time.monotonic() + PATIENCE_S
        while self.shown.count(words) < times:
            if time.monotonic() > deadline:
                raise TimeoutError(f"it never said {words!r}:\n{self.shown}")
            self._read()

    def stop(self) -> int:
        """Press Ctrl-C and return how the command ended."""
        self._process.send_signal(signal.SIGINT)
        while self._read():
            pass
        return self._process.wait()

    def _read(self) -> bool:
        try:
            read = os.read(self._master, 4096)
        except OSError:  # what it was connected to is gone
            return False
        self.shown += read.decode(errors="replace")
        return bool(read)


def save(place: Path, right: bool) -> None:
    """Save the notebook as an editor does: whole, in the place of the old one."""
    document = json.loads(NOTEBOOK.read_text())
    for cell in document["cells"]:
        source = "".join(cell["source"])
        cell["source"] = source if right else source.replace(RIGHT, WRONG)
    new = place.with_name(".new")
    new.write_text(json.dumps(document))
    os.replace(new, place)


def record(folder: Path) -> tuple[str, int]:
    """Return what the terminal showed, and the command's exit code."""
    place = folder / "my_lab1.ipynb"
    save(place, right=True)
    terminal = Terminal(folder)
    terminal.until("graded")  # so that everything is warm
    save(place, right=False)
    terminal.until("answered", 2)
    terminal.until("Waiting", 2)
    save(place, right=True)
    terminal.until("graded", 2)
    terminal.until("Waiting", 3)
    code = terminal.stop()
    return terminal.shown, code


def readable(shown: str) -> str:
    """What stays on the screen: without codes, and of what a line was overwritten with the last."""
    lines = CODES.sub("", shown).replace("\r\n", "\n").split("\n")
    kept = [line.rpartition("\r")[2].rstrip() for line in lines]
    return "\n".join(kept).strip() + "\n"


def main() -> None:
    """Record, and write the page anew."""
    with tempfile.TemporaryDirectory() as name:
        shown, code = record(Path(name))
    before, _, rest = PAGE.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    block = f"```text\n{readable(shown)}```\n"
    PAGE.write_text(f"{before}{BEGIN}\n{block}\n{END}{after}")
    print(f"recorded; the command ended with {code}")  # noqa: T201


if __name__ == "__main__":
    main()
