"""The submissions of ``tests/submissions/cases``: each a small change of a right one.

``expect.yaml`` says what is handed in and what must come of it::

    lab: lab1
    about: one sentence
    of: right/lab1/sequential.py     the program it changes, relative to tests/submissions; or
    content: …                       the whole file, called
    file: lab.py
    change: [{old: …, new: …}]       each ``old`` must stand in it
    append: …                        at its end
    notebook: true                   one cell for each paragraph of the script
    encoding: bom-crlf               see ``ENCODINGS``
    files: {utils.py: …}             beside it
    limits: {wall_s: 25}             instead of the assignment's
    expect:
      exit: 0                        left out where luck decides whether it passes
      verdicts: met                  of every criterion; or by id, ``*`` for those not named,
                                     ``?`` for those that nobody can predict
      notes: [words]                 each in a note, and no other notes
      found: {criterion: words}      in what was found
      help: {criterion: words}       in what to do next
      diagnosis: id                  the mistake that is named first
      review: words                  in a reason for review; ``?`` where the machine decides
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

SUBMISSIONS = Path(__file__).parent.parent / "submissions"
PARAGRAPH = re.compile(r"\n\n+(?=\S)")


@dataclass(frozen=True)
class Case:
    """One submission and what must come of it."""

    name: str
    lab: str
    given: dict[str, Any]
    expect: dict[str, Any]
    limits: dict[str, Any] = field(default_factory=dict)

    @property
    def is_right(self) -> bool:
        """Whether all of it must be met."""
        return self.expect["verdicts"] == "met"

    def write(self, folder: Path) -> Path:
        """Write the submission below ``folder``; returns what to check."""
        if "content" in self.given:
            name, text = self.given["file"], self.given["content"]
        else:
            source = SUBMISSIONS / self.given["of"]
            name, text = self.given.get("file", source.name), source.read_text(encoding="utf-8")
        for change in self.given.get("change", ()):
            assert change["old"] in text, f"{self.name}: {change['old']!r} is not in {name}"
            text = text.replace(change["old"], change["new"])
        text += self.given.get("append", "")
        if self.given.get("notebook"):
            name, text = f"{Path(name).stem}.ipynb", _notebook(text)
        content = ENCODINGS[self.given.get("encoding", "utf-8")](text)
        (folder / name).write_bytes(content)
        others = self.given.get("files", {})
        for other, other_text in others.items():
            (folder / other).write_text(other_text)
        return folder if others else folder / name


def _notebook(script: str) -> str:
    """A notebook with a cell for each paragraph of ``script``."""
    cells = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": text.strip("\n").splitlines(keepends=True),
        }
        for number, text in enumerate(PARAGRAPH.split(script))
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def _format_3(notebook: str) -> bytes:
    """The same notebook as editors wrote it before 2015."""
    cells = [
        {
            "cell_type": "code",
            "language": "python",
            "metadata": {},
            "outputs": [],
            "input": cell["source"],
            "collapsed": False,
        }
        for cell in json.loads(notebook)["cells"]
    ]
    document = {
        "metadata": {"name": ""},
        "nbformat": 3,
        "nbformat_minor": 0,
        "worksheets": [{"cells": cells, "metadata": {}}],
    }
    return json.dumps(document).encode()


def _bare(notebook: str) -> bytes:
    """The same notebook without what editors add, for a kernel that nobody has."""
    cells = [
        {"cell_type": "code", "source": "".join(cell["source"])}
        for cell in json.loads(notebook)["cells"]
    ]
    kernel = {"kernelspec": {"name": "conda-env-dl-py", "display_name": "dl", "language": "python"}}
    document = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 2}
    return b"\xef\xbb\xbf" + json.dumps(document).encode()


ENCODINGS = {
    "utf-8": lambda text: text.encode(),
    "bom-crlf": lambda text: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(),
    "nbformat-3": _format_3,
    "bare-notebook": _bare,
}


def cases(lab: str) -> list[Case]:
    """All submissions of one lab."""
    found = []
    for path in sorted((SUBMISSIONS / "cases" / lab).glob("*/expect.yaml")):
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
        expect, limits = given.pop("expect"), given.pop("limits", {})
        found.append(Case(path.parent.name, lab, given, expect, limits))
    return found
