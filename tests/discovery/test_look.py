"""A first look at the source, without running it."""

import json

import pytest
from builders import ASSIGNMENT
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.discovery import look_at_source
from grader.model.assignment import Assignment
from grader.model.submission import Kind, Submission

LAB = Assignment.model_validate({**ASSIGNMENT, "placeholders": ["FIXME", "TODO"]})


def submission(folder, content, kind=Kind.SCRIPT):
    main = "lab.py" if kind is Kind.SCRIPT else "lab.ipynb"
    (folder / main).write_bytes(content if isinstance(content, bytes) else content.encode())
    return Submission(
        student="ada", kind=kind, folder=folder, main=main, files=(main,), sha256="0" * 64
    )


def look(folder, content):
    return look_at_source(submission(folder, content), LAB)


def notebook(*cells, **changes):
    document = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [
            {"cell_type": "code", "source": cell, "outputs": []}
            if not isinstance(cell, dict)
            else cell
            for cell in cells
        ],
    }
    return json.dumps(document | changes)


def look_at_cells(folder, *cells):
    return look_at_source(submission(folder, notebook(*cells), Kind.NOTEBOOK), LAB)


@pytest.mark.parametrize(
    "text",
    [
        "model = FIXME\n",
        "x = [TODO]",
        "loss = model.FIXME(x)",
        "def f():\n    return FIXME",
        "FIXME",
        "\ufeffx = FIXME",
        "x = f(FIXME, # comment\n 3)",
        "x = (FIXME",
    ],
)
def test_a_placeholder_in_code_counts(tmp_path, text):
    assert len(look(tmp_path, text).placeholders) == 1


@pytest.mark.parametrize(
    "text",
    [
        "# FIXME: tidy up\nx = 1",
        "x = 1  # TODO",
        "x = 'FIXME'",
        '"""FIXME\nTODO"""',
        "FIXMES = 1",
        "my_TODO = 2",
        "fixme = 1",
        "",
    ],
)
def test_a_placeholder_in_a_comment_or_a_string_or_a_longer_name_does_not(tmp_path, text):
    assert look(tmp_path, text).placeholders == ()


def test_a_placeholder_is_located(tmp_path):
    (found,) = look(tmp_path, "import torch\n\nmodel = FIXME  # the network\n").placeholders
    assert (found.file, found.cell, found.line) == ("lab.py", None, 3)
    assert found.text == "model = FIXME  # the network"


def test_a_form_feed_does_not_shift_the_line_shown(tmp_path):
    (found,) = look(tmp_path, "x = 1\n\x0cy = 2\nz = FIXME\n").placeholders
    assert (found.line, found.text) == (3, "z = FIXME")


def test_cells_are_counted_among_code_cells_from_one(tmp_path):
    markdown = {"cell_type": "markdown", "source": "# FIXME"}
    looked = look_at_cells(tmp_path, markdown, "x = 1", markdown, "y = 2\nz = TODO", "w = FIXME")
    assert [(place.cell, place.line) for place in looked.placeholders] == [(2, 2), (3, 1)]


def test_a_cell_may_be_a_list_of_lines(tmp_path):
    looked = look_at_cells(tmp_path, ["x = 1\n", "y = FIXME\n"])
    assert [(place.cell, place.line) for place in looked.placeholders] == [(1, 2)]


def test_a_notebook_of_format_3_is_read(tmp_path):
    cells = [{"cell_type": "code", "input": ["x = FIXME"]}, {"cell_type": "markdown", "source": ""}]
    text = json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]})
    looked = look_at_source(submission(tmp_path, text, Kind.NOTEBOOK), LAB)
    assert [place.cell for place in looked.placeholders] == [1]


def test_a_byte_order_mark_is_no_error(tmp_path):
    assert look(tmp_path, b"\xef\xbb\xbfx = 1\n").parse_error is None
    text = b"\xef\xbb\xbf" + notebook("x = 1").encode()
    assert look_at_source(submission(tmp_path, text, Kind.NOTEBOOK), LAB).parse_error is None


@pytest.mark.parametrize(
    "cell",
    [
        "%matplotlib inline\nx = 1",
        "!pip install torchvision",
        "!echo don't (",
        "train?",
        "train??",
        "?train",
        "%%bash\nls (",
        "  %%time\nx = 1",
        "files = !ls data",
        "t = %timeit -o f()",
        "if True:\n    !ls\n    x = 1",
        "for i in range(3):\n    # why not?\n    print(i)",
        "!ls\nfor i in range(3):\n    # why not?\n    print(i)",
        "%time f()\nprint('a'\n      '%s'\n      % 3)",
        "%time f()\nx = '''\nis it?\n'''",
        'x = """ really?\n"""\n%ls',
        "x = [\n  1,  # really?\n]\n!ls",
        "x = 7\\\n  % 3",
        "x = '\\d'",
        "",
    ],
)
def test_what_a_notebook_understands_is_no_syntax_error(tmp_path, cell):
    assert look_at_cells(tmp_path, cell).parse_error is None


@pytest.mark.parametrize(
    ("cell", "line"),
    [
        ("x = (1", 1),
        ("x = 1\ny = = 2", 2),
        ("%matplotlib inline\n\nx = = 1", 3),
        ("!ls\nif True:\nx = 1", 3),
        ("def f(:\n  pass", 1),
    ],
)
def test_a_syntax_error_in_a_cell_is_located(tmp_path, cell, line):
    place = look_at_cells(tmp_path, "x = 1", cell).parse_error
    assert place is not None
    assert (place.cell, place.line) == (2, line)
    assert place.text


def test_the_first_syntax_error_counts(tmp_path):
    place = look_at_cells(tmp_path, "x = (", "y = (").parse_error
    assert place is not None
    assert place.cell == 1


def test_a_syntax_error_in_a_script_is_located(tmp_path):
    place = look(tmp_path, "import torch\nmodel = = 1\n").parse_error
    assert place is not None
    assert (place.file, place.cell, place.line) == ("lab.py", None, 2)


def test_magics_in_a_script_are_syntax_errors(tmp_path):
    assert look(tmp_path, "%matplotlib inline\n").parse_error is not None


def test_placeholders_before_a_syntax_error_still_count(tmp_path):
    looked = look(tmp_path, "x = FIXME\ny = = 2\n")
    assert looked.parse_error is not None
    assert len(looked.placeholders) == 1


@pytest.mark.parametrize("text", ["x = '\\d'\n", "if 1 is 1: pass\n", "x = 1if 1else 2\n"])
def test_what_python_only_warns_of_is_no_error(tmp_path, text):
    assert look(tmp_path, text).parse_error is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not JSON",
        "[]",
        "5",
        "null",
        '"cells"',
        "{}",
        '{"cells": 5}',
        '{"cells": [5]}',
        '{"cells": [{"cell_type": "code", "source": null}]}',
        '{"cells": [{"cell_type": "code", "source": [1]}]}',
        '{"worksheets": [{}]}',
        '{"cells": ' + "[" * 5000,
    ],
)
def test_a_damaged_notebook_is_the_students_and_located_in_the_file(tmp_path, text):
    looked = look_at_source(submission(tmp_path, text, Kind.NOTEBOOK), LAB)
    assert looked.parse_error is not None
    assert looked.parse_error.text == "the file is not a notebook that Jupyter can open"


def test_bytes_that_are_no_text_are_the_students(tmp_path):
    found = submission(tmp_path, b"\xff\xfe\x00{", Kind.NOTEBOOK)
    assert look_at_source(found, LAB).parse_error is not None
    assert look(tmp_path, b"x = 1\n\x00").parse_error is not None


def test_half_a_character_in_a_cell_breaks_nothing(tmp_path):
    text = notebook("x = FIXME  # PLACE").replace("PLACE", "\\ud800")
    looked = look_at_source(submission(tmp_path, text, Kind.NOTEBOOK), LAB)
    assert len(looked.placeholders) == 1
    assert looked.model_dump_json()


def test_lines_with_code_are_counted(tmp_path):
    assert look(tmp_path, "").lines == 0
    assert look(tmp_path, "\n\n  \n").lines == 0
    assert look(tmp_path, "x = 1").lines == 1
    assert look_at_cells(tmp_path, "", "\n", "").lines == 0
    assert look_at_cells(tmp_path, "x = 1\n\ny = 2", "z = 3").lines == 3


PIECES = st.lists(
    st.sampled_from(
        [
            *("x = 1", "FIXME", "%ls", "!ls", "f?", "%%time\n", "if x:", "# ", "0777", "é", "😀"),
            *("(", ")", "{", "]", ";", '"""', "'", "\\", "  ", "\n", "\r", "\t"),
            *("\x00", "\x0c", "\ud800"),
        ]
    ),
    max_size=12,
).map("".join)


@settings(max_examples=150, deadline=None)
@given(text=PIECES | st.text(max_size=40))
def test_no_text_makes_the_look_fail(tmp_path_factory, text):
    folder = tmp_path_factory.mktemp("look")
    assert look(folder, text.encode("utf-8", "surrogatepass")).model_dump_json()
    cells = submission(folder, notebook(text), Kind.NOTEBOOK)
    assert look_at_source(cells, LAB).model_dump_json()


def test_of_thousands_of_missing_modules_enough_are_named(tmp_path):
    found = look(tmp_path, "".join(f"import m{number}\n" for number in range(2_000)))
    assert len(found.missing_modules) == 50
