"""The line of a cell's line in the text of its notebook, as a platform shows it."""

import json
import time
from pathlib import Path

import pytest
from gate_cases import places

from grader.ci import places as ci_places
from grader.ci.lines import LARGEST, CellLines
from grader.model.source import Place

STARTER = Path(__file__).parents[2] / "assignments/lab1/starter.ipynb"


def line_in_text(text: str, place: Place) -> int | None:
    return CellLines(text).line(place)


def notebook(*sources: object, **options: object) -> str:
    """A notebook with a text cell before each code cell; outputs hold what looks like a source."""
    cells: list[dict] = []
    for source in sources:
        cells.append({"cell_type": "markdown", "source": ["FIXME\n", "text"]})
        output = {"output_type": "stream", "source": ["x"], "text": ['"source": ["FIXME"]']}
        cells.append({"source": source, "outputs": [output], "cell_type": "code"})
    return json.dumps({"cells": cells}, **options)


@pytest.mark.parametrize("ascii_only", [True, False])
def test_each_line_of_a_cell_is_found_where_it_stands(ascii_only: bool) -> None:
    text = notebook(
        ['a = "\\"}]"\n', "é\n", "😀"], ["first\n", "second"], indent=1, ensure_ascii=ascii_only
    )
    lines = text.splitlines()
    for cell, line, words in ((1, 1, "a = "), (1, 3, '"'), (2, 1, "first"), (2, 2, "second")):
        found = line_in_text(text, Place(cell=cell, line=line))
        assert found is not None
        assert words in lines[found - 1]
    assert line_in_text(text, Place(cell=2, line=2)) == lines.index('    "second"') + 1


def test_a_source_that_is_one_string_has_one_line() -> None:
    text = notebook("a\nb\nc", indent=1)
    found = line_in_text(text, Place(cell=1, line=3))
    assert '"a\\nb\\nc"' in text.splitlines()[(found or 0) - 1]
    assert line_in_text(notebook(["a\n", "b"]), Place(cell=1, line=2)) == 1


def test_the_starters_placeholders_stand_where_they_are_said_to() -> None:
    text = STARTER.read_text()
    found = line_in_text(text, Place(cell=2, line=1))
    assert "FIXME" in text.splitlines()[(found or 0) - 1]


@pytest.mark.parametrize(
    "place", [Place(cell=9, line=1), Place(line=1), Place(cell=0, line=1)], ids=str
)
def test_what_is_not_there_has_no_line(place: Place) -> None:
    assert line_in_text(notebook(["a"]), place) is None


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"cells": {}}', '{"cells": [1, "x", [{}]]}', "}" * 9, '"cells"', '{"a'],
)
def test_no_notebook_has_no_line_and_is_no_failure(text: str) -> None:
    assert line_in_text(text, Place(cell=1, line=1)) is None


HELD_UP = {
    "strings without an end": '{"cells": [{"cell_type": "code", "source": ["x"]}]}' + '\\"' * 10**6,
    "nested lists": "[" * 10**6,
    "a piece for each line": notebook(["x\n"] * 10**5),
}


@pytest.mark.parametrize("text", HELD_UP.values(), ids=HELD_UP)
def test_no_text_holds_a_gate_up(text: str) -> None:
    began = time.process_time()
    lines = CellLines(text)
    for number in range(1, 1000):
        lines.line(Place(cell=1, line=number))
    assert time.process_time() - began < 20  # one read for each place would take hours


def test_a_notebook_beyond_the_limit_has_no_lines() -> None:
    text = notebook(["x"])
    assert line_in_text(text.ljust(LARGEST), Place(cell=1, line=1)) is not None
    assert line_in_text(text.ljust(LARGEST + 1), Place(cell=1, line=1)) is None


def test_a_notebook_is_read_once_for_all_its_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def counted(text: str) -> CellLines:
        read.append(text)
        return CellLines(text)

    monkeypatch.setattr(ci_places, "CellLines", counted)
    found = places(tmp_path, lab__ipynb=notebook(["a\n", "b"], indent=1))
    lines = [found.at(Place(cell=1, line=line))[1] for line in (1, 2, 1)]
    assert (lines[1] or 0) - (lines[0] or 0) == 1
    assert len(read) == 1
