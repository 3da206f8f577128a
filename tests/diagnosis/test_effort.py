"""Programs that would take very long to look at: large ones, and such as were made for that."""

import time
from itertools import pairwise

import pytest
from large import program
from trained import CHANCE, LOW, NOTHING_MOVED, REFUSED, crashed, run, suspicions

from grader.diagnosis.code import Reading, written
from grader.diagnosis.effort import Effort, TooMuchError, counted, walk
from grader.discovery.parse import parse
from grader.discovery.source import Cell
from grader.model.evidence import Evidence, LabelsFed
from grader.model.source import Code, SourceLook

LARGE = program(200_000)
LONG = 20
"""Seconds; what is slow takes minutes."""
ALL_WRONG = {"carried": 400, "lost_gradients": 500, "last_rate": 0.0, "optimizers": 600}
DTYPES = "mat1 and mat2 must have the same dtype, but got Double and Float"
LABELS = {"labels": LabelsFed(rows=96, right=0, shift=1), "trained_on": "mixed"}


def of(text: str, found: Evidence) -> Evidence:
    look = SourceLook(lines=1, code=(Code(file="lab.py", text=text),))
    return found.model_copy(update={"source": look})


def effort(text: str, found: Evidence) -> int:
    """What looking at a run takes, in seconds of the processor rounded down."""
    begun = time.process_time()
    suspicions(of(text, found))
    return int(time.process_time() - begun)


@pytest.mark.parametrize(
    "found",
    [
        run(measured=LOW, printed={"valid_accuracy": 0.0125}),
        run(measured=CHANCE | NOTHING_MOVED, signs={"order": "FLBZS" * 20, **ALL_WRONG}),
        run(measured=LOW | LABELS),
        run(measured=LOW, heard={"without_gradients": True}),
        crashed(message=REFUSED, line=30, signs={"order": "ZFLB"}),
        crashed(message=DTYPES, line=30),
    ],
)
def test_a_large_program_is_read_in_seconds(found: Evidence) -> None:
    assert effort(LARGE, found) < LONG


def test_names_that_lead_to_names_are_followed_once() -> None:
    names = [f"v{number}" for number in range(40)]
    lines = [f"{one} = f({', '.join([after] * 40)})" for one, after in pairwise(names)]
    text = "\n".join(["# Random", *lines, f"{names[-1]} = 1"])
    assert effort(text, run()) < LONG


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Random\n" + "\n".join(["x = a" + ".backward()" * 300] * 99), run(measured=LOW)),
        ("Random\n" + "\n".join(["x = " + "f(" * 80 + "a" + ")" * 80] * 400), run()),
        ("y = " + " + 1\ny = ".join(["y" + " + 1" * 200] * 99), run(measured=LOW | LABELS)),
    ],
)
def test_programs_that_were_made_to_take_long_do_not(text: str, found: Evidence) -> None:
    assert effort(text, found) < 2 * LONG


def test_looking_ends_where_it_is_enough() -> None:
    (tree,) = [parse(Cell("lab.py", None, "f(1, 2, 3)")).tree]
    assert tree is not None
    with pytest.raises(TooMuchError), counted(Effort(10)):
        list(walk(tree))
    assert len(list(walk(tree))) > 4


def test_a_rule_that_is_not_done_in_time_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    found = run(measured=LOW, signs={"frozen": ("1.weight",), "losses": (None,)})
    assert "frozen-layers" in suspicions(found)
    monkeypatch.setattr("grader.diagnosis.path.Effort", lambda most: Effort(0))
    assert "frozen-layers" not in suspicions(found)


def test_a_number_that_python_does_not_write_silences_no_rule() -> None:
    text = f"f(0x{'f' * 5000}).g()\nloss.backward()\n"
    reading = Reading([parse(Cell("lab.py", None, text))])
    assert [one.owner for one in reading.calls if one.name == "g"] == [""]
    assert written(reading.called("g")[0].node) == ""
