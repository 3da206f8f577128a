"""Tables that are given back with a few cells filled in, every other byte as it was."""

import csv
import io

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from grader.errors import CallerError
from grader.people.texts import Decoded, read_text
from grader.people.worksheet import read_worksheet, split

WRITTEN = st.text(st.sampled_from('ab7 ,;\t"\r\n\0=é'), max_size=60)
SEPARATED = st.sampled_from([",", ";", "\t"])
TABLE = 'name,grade,note\r\n"Lovelace, ""Ada""",,"two\nlines"\nbob\r\n\r\n" eve ",5,=1+1'


def sheet(text, separator=","):
    return split(Decoded(text, "utf-8"), separator)


def as_read(text, separator):
    """The lines as the standard library reads them; a blank line has one empty cell."""
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    return [line or [""] for line in lines]


def without_end(lines):
    """What the end of the last line begins is no line to a reader."""
    while lines and lines[-1] == [""]:
        lines = lines[:-1]
    return lines


@given(WRITTEN, SEPARATED)
def test_what_nobody_sets_is_written_back_as_it_was(text, separator):
    assert sheet(text, separator).filled({}) == text.encode()


@given(WRITTEN, SEPARATED)
def test_cells_say_what_the_standard_library_reads(text, separator):
    read = sheet(text, separator)
    assume(not read.open)
    found = [[cell.text for cell in line] for line in read.lines]
    assert without_end(found) == without_end(as_read(text, separator))


@given(WRITTEN, SEPARATED, st.data())
def test_setting_a_cell_changes_what_it_says_and_no_other(text, separator, data):
    found = sheet(text, separator)
    assume(not found.open)
    before = [[cell.text for cell in line] for line in found.lines]
    row = data.draw(st.integers(0, len(before) - 1))
    column = data.draw(st.integers(0, len(before[row]) + 2))
    said = data.draw(st.text(st.sampled_from('12.,;"\n'), min_size=1, max_size=4))
    after = as_read(found.filled({(row, column): said}).decode(), separator)
    line = before[row] + [""] * (column + 1 - len(before[row]))
    line[column] = said
    expected = [*before[:row], line, *before[row + 1 :]]
    assert without_end(after) == without_end(expected)


def test_quotes_are_kept_where_they_were_and_added_where_they_are_needed():
    found = sheet('a,"b",c\n')
    assert found.filled({(0, 0): "1", (0, 1): "2", (0, 2): "3,5"}) == b'1,"2","3,5"\n'


def test_a_short_line_grows_and_ends_as_it_did():
    found = sheet(TABLE)
    changed = found.filled({(2, 1): "85"}).decode()
    assert changed == TABLE.replace("bob\r\n", "bob,85\r\n")


def test_blank_lines_are_no_rows_and_cells_are_trimmed():
    found = sheet(TABLE)
    assert found.header == ("name", "grade", "note")
    assert found.column(0) == ('Lovelace, "Ada"', "bob", "eve")
    assert found.text(2, 2) == ""


def test_what_excel_says_to_itself_is_no_header():
    found = sheet("sep=;\r\nname;grade\r\nada;\r\n", ";")
    assert found.header == ("name", "grade")
    assert found.column(0) == ("ada",)


def test_an_empty_file_has_no_header_and_no_rows():
    found = sheet("")
    assert (found.header, found.rows, found.filled({})) == ((), (), b"")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("cp1252", b""),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-16-le", b""),
    ],
)
def test_encoding_and_mark_stay(tmp_path, encoding, mark, separator):
    path = tmp_path / "table.csv"
    text = "\r\n".join(separator.join(line) for line in (("name", "grade"), ("Zoë", "")))
    path.write_bytes(mark + text.encode(encoding))
    found = read_worksheet(path, lambda one: "grade" in one.header)
    assert found.separator == separator
    assert found.filled({}) == path.read_bytes()
    changed = found.filled({(1, 1): "85"})
    assert changed == mark + (text + "85").encode(encoding)
    path.write_bytes(changed)
    assert read_text(path).text == text + "85"


def test_a_table_that_nobody_wants_has_the_separator_that_makes_the_most_columns(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("one, two;three;four;five\n")
    assert read_worksheet(path, lambda _: False).separator == ";"


def test_a_table_that_ends_within_a_cell_is_refused(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text('name,grade\n"Lovelace, ""Ada""')
    with pytest.raises(CallerError, match="a quote is never closed"):
        read_worksheet(path, lambda _: True)
