"""Where a program was when it was stopped."""

import json
from pathlib import Path

import pytest

from grader.intake.claims import read_claims
from grader.intake.stopped import CAP, read_stopped
from grader.model.source import Place

HEAD = "Current thread 0x00007f00 (most recent call first):\n"
OURS = '  File "/box/grader_probe/recorder.py", line 5 in after\n'
THEIRS = (
    '  File "/box/work/my lab.py", line 41 in train\n  File "/box/work/a.py", line 1 in <module>\n'
)


@pytest.mark.parametrize(
    ("said", "place"),
    [
        (HEAD + OURS + THEIRS, Place(file="my lab.py", line=41)),
        (HEAD + THEIRS.replace("/box", "/tmp/lab-grader-x1/box"), Place(file="my lab.py", line=41)),
        (HEAD + '  File "/tmp/ipykernel_7/12.py", line 3 in <module>\n', Place(cell=2, line=3)),
        (
            HEAD + THEIRS.replace("my lab", r"B\xe4cker \u4e00\U0001f40d"),
            Place(file="Bäcker 一🐍.py", line=41),
        ),
        (
            HEAD + THEIRS.replace("my lab", r"a\ud800\U0fffffff"),
            Place(file=r"a\ud800\U0fffffff.py", line=41),
        ),
        (HEAD + OURS, Place(cell=2)),
        ("", Place(cell=2)),
    ],
)
def test_the_innermost_line_of_the_students(tmp_path: Path, said: str, place: Place) -> None:
    lines = ['{"cell": 1, "cells": 3}', '{"cell": 2, "cells": 3}', '{"epoch": 1}', "half a li"]
    (tmp_path / "progress.jsonl").write_text("\n".join(lines))
    (tmp_path / "where.txt").write_text(said)
    assert read_stopped(tmp_path) == place


@pytest.mark.parametrize("said", [b"", b"\xff\xfe", b'  File "', b"x" * (CAP + 1)])
def test_nothing_usable_is_no_place(tmp_path: Path, said: bytes) -> None:
    (tmp_path / "where.txt").write_bytes(said)
    assert read_stopped(tmp_path) is None


def test_a_program_that_came_to_its_end_was_not_stopped(tmp_path: Path) -> None:
    (tmp_path / "where.txt").write_text(HEAD + THEIRS)
    assert read_claims(tmp_path, "")[0].stopped == Place(file="my lab.py", line=41)
    (tmp_path / "ending.json").write_text(json.dumps({"status": "ok"}))
    assert read_claims(tmp_path, "")[0].stopped is None
