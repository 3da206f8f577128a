"""The hostile submissions and their honest twins: what is handed in, and what must come of it.

A case is a folder with an ``expect.yaml`` below ``forging/``, ``escaping/`` or ``honest/``::

    lab: lab1
    title: one sentence that says what it tries
    of: right/lab1/sequential.py      the program it changes, relative to tests/submissions; or
    file: lab.py                      a program that lies beside expect.yaml
    change: [{old: …, new: …}]        each ``old`` must stand in it
    uses: [unheard_training]          files of ``snippets/`` beside its room, before its first line
    prepend: …                        after those
    append: …                         after its last
    notebook: true                    one cell for each paragraph of the script
    files: {notes.txt: …}             beside it when it is handed in
    wall_s: 60                        what the run may take, 300 unless told: a busy machine is slow
    limits: {memory_mb: 900}          limits of the run, by their names in ``--limit NAME=N``
    twin: forging/twins/two_epochs    the case whose score this one may not exceed
    quick: true                       run at one level by every ``make test``
    expect:
      outcome: contained              see ``OUTCOMES``
      exit: [1, 3]                    exit codes of ``grader check``; any but 2 unless told
      review: [words]                 each stands in a reason for review
      max_score: 40                   a bound tighter than the twin's score
      ending: [ok, error]             how the run may have ended
      fault: true                     the run's outcome is the grader's own fault; never unless told

In every text ``@MARK@`` becomes a word that nothing else on the machine holds. What an attack
leaves (a process, a file) should carry it, so that it is found. ``@OUTSIDE@`` is the path of a
folder of the user that holds a secret, ``@COURSE@`` and ``@RESULTS@`` those of the course and of
other students' results.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
SUBMISSIONS = HERE.parent / "submissions"
PARAGRAPH = re.compile(r"\n\n+(?=\S)")
OUTCOMES = {
    "contained": "earns no more than its twin",
    "flagged": "may earn more than its twin, but a person is asked to look, with the reason",
    "open": "earns more and is not noticed: docs/security.md says that this remains possible",
    "honest": "earns everything, with no flag and no review",
    "twin": "only there to be compared with",
}
KEYS = {
    *("lab", "title", "of", "file", "change", "prepend", "append", "notebook", "files"),
    *("uses", "wall_s", "limits", "twin", "quick", "expect"),
}
EXPECTED = {"outcome", "exit", "review", "max_score", "ending", "fault"}


@dataclass(frozen=True)
class Case:
    """One submission below ``folder``, and what must come of it."""

    folder: Path
    given: dict[str, Any]

    @property
    def name(self) -> str:
        """The folder, relative to ``tests/hostile``."""
        return self.folder.relative_to(HERE).as_posix()

    @property
    def expect(self) -> dict[str, Any]:
        """What must come of it; the outcome is always there."""
        found: dict[str, Any] = self.given["expect"]
        return found

    @property
    def lab(self) -> str:
        """The assignment it is handed in for."""
        return str(self.given["lab"])

    @property
    def wall_s(self) -> float:
        """What its run may take."""
        return float(self.given.get("wall_s", 300))

    @property
    def limits(self) -> dict[str, int]:
        """What else it may take, where that is not what the assignment says."""
        return dict(self.given.get("limits", {}))

    @property
    def twin(self) -> "Case | None":
        """The case whose score is the most that this one may earn."""
        return load(HERE / self.given["twin"]) if "twin" in self.given else None

    def write(self, folder: Path, words: Mapping[str, str]) -> Path:
        """Write the submission into ``folder`` with ``words`` filled in; returns what to check."""
        name, text = self._source()
        for change in self.given.get("change", ()):
            assert change["old"] in text, f"{self.name}: {change['old']!r} is not in {name}"
            text = text.replace(change["old"], change["new"])
        text = "".join(
            (*self._snippets(), self.given.get("prepend", ""), text, self.given.get("append", ""))
        )
        if self.given.get("notebook"):
            name, text = f"{Path(name).stem}.ipynb", _notebook(text)
        others = self.given.get("files", {})
        for other, content in ({name: text} | others).items():
            path = folder / other
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_filled(content, words), encoding="utf-8")
        return folder if others else folder / name

    def _snippets(self) -> list[str]:
        room = HERE / self.name.split("/")[0] / "snippets"
        names = self.given.get("uses", ())
        return [(room / f"{name}.py").read_text(encoding="utf-8") for name in names]

    def _source(self) -> tuple[str, str]:
        source = SUBMISSIONS / self.given["of"] if "of" in self.given else None
        source = source or self.folder / self.given["file"]
        return source.name, source.read_text(encoding="utf-8")


def _filled(text: str, words: Mapping[str, str]) -> str:
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    return text


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


def load(folder: Path) -> Case:
    """Read the case in ``folder``. A key that nobody reads is an error."""
    given = yaml.safe_load((folder / "expect.yaml").read_text(encoding="utf-8"))
    strange = {*given} - KEYS | {*given["expect"]} - EXPECTED
    assert not strange, f"{folder.name}/expect.yaml has unknown keys {sorted(strange)}"
    assert given["expect"]["outcome"] in OUTCOMES, folder
    assert ("of" in given) != ("file" in given), f"{folder.name}: either 'of' or 'file'"
    return Case(folder, given)


def cases(*rooms: str) -> list[Case]:
    """All cases below these folders of ``tests/hostile``, twins left out."""
    folders = [path.parent for room in rooms for path in sorted((HERE / room).rglob("expect.yaml"))]
    found = [load(folder) for folder in folders]
    return [case for case in found if case.expect["outcome"] != "twin"]
