"""The progress of a run while it goes on."""

from hypothesis import given
from hypothesis import strategies as st

from grader.intake.progress import ProgressReader

LINE = b'{"training": true, "epoch": %d, "accuracy": 0.5}\n'


def append(folder, content):
    with (folder / "progress.jsonl").open("ab") as stream:
        stream.write(content)


def epochs(reader):
    return [line.epoch for line in reader.new_lines()]


def test_each_line_comes_once(tmp_path):
    reader = ProgressReader(tmp_path)
    assert epochs(reader) == []
    append(tmp_path, LINE % 1 + LINE % 2)
    assert epochs(reader) == [1, 2]
    assert epochs(reader) == []
    append(tmp_path, LINE % 3)
    assert epochs(reader) == [3]


def test_half_a_line_waits_for_its_other_half(tmp_path):
    reader = ProgressReader(tmp_path)
    whole = LINE % 1
    append(tmp_path, whole[:20])
    assert epochs(reader) == []
    append(tmp_path, whole[20:] + b'{"tra')
    assert epochs(reader) == [1]


def test_a_malformed_line_is_skipped_and_the_next_is_read(tmp_path):
    reader = ProgressReader(tmp_path)
    for broken in (
        b"{",
        b"\xff",
        b"[]",
        b'{"epoch": "x"}',
        b'{"unknown": 1}',
        b"",
        b'{"loss": NaN}',
    ):
        append(tmp_path, broken + b"\n")
    append(tmp_path, LINE % 4)
    assert epochs(reader) == [4]


def test_numbers_beyond_reason_are_skipped(tmp_path):
    reader = ProgressReader(tmp_path)
    for value in ("1" + "0" * 400, "-5", "1e999"):
        append(tmp_path, b'{"epoch": %s}\n' % value.encode())
        append(tmp_path, b'{"cell": %s, "cells": 3}\n' % value.encode())
        append(tmp_path, b'{"elapsed_s": %s}\n' % value.encode())
    append(tmp_path, b'{"elapsed_s": 1e308}\n')
    assert reader.new_lines() == []


def test_a_file_replaced_by_a_link_or_a_shorter_one_is_no_error(tmp_path):
    reader = ProgressReader(tmp_path)
    append(tmp_path, LINE % 1 + LINE % 2)
    assert epochs(reader) == [1, 2]
    (tmp_path / "progress.jsonl").write_bytes(LINE % 1)
    assert epochs(reader) == []
    (tmp_path / "progress.jsonl").unlink()
    (tmp_path / "progress.jsonl").symlink_to("/etc/passwd")
    assert epochs(reader) == []


@given(cuts=st.lists(st.integers(0, 400), max_size=6), count=st.integers(1, 6))
def test_however_the_writing_is_cut_every_line_comes_once(tmp_path_factory, cuts, count):
    folder = tmp_path_factory.mktemp("outbox")
    content = b"".join(LINE % number for number in range(1, count + 1))
    reader = ProgressReader(folder)
    found, start = [], 0
    for end in [*sorted(cut for cut in cuts if cut < len(content)), len(content)]:
        append(folder, content[start:end])
        found += epochs(reader)
        start = end
    assert found == list(range(1, count + 1))


def test_a_cell_that_starts_is_no_epoch(tmp_path):
    reader = ProgressReader(tmp_path)
    append(tmp_path, b'{"cell": 1, "cells": 3}\n')
    reader.new_lines()
    assert not reader.trained
    append(tmp_path, LINE % 1)
    reader.new_lines()
    reader.new_lines()
    assert reader.trained
