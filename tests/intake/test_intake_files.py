"""Opens what came out of a sandbox, and nothing else."""

import json
import os
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import OutboxRefused
from grader.intake.files import parse_json, read_capped, read_model
from grader.intake.wire import Ending, ProgressLine


def refusal(folder, name="x.json", cap=100):
    with pytest.raises(OutboxRefused) as caught:
        read_capped(folder, name, cap)
    assert str(caught.value).startswith(name)
    return str(caught.value)


def test_an_ordinary_file_is_read(tmp_path):
    (tmp_path / "x.json").write_bytes(b"123")
    assert read_capped(tmp_path, "x.json", 3) == b"123"


def test_a_missing_file_is_none(tmp_path):
    assert read_capped(tmp_path, "x.json", 3) is None
    assert read_capped(tmp_path / "nowhere", "x.json", 3) is None


def test_a_link_is_refused_wherever_it_leads(tmp_path):
    (tmp_path / "secret").write_text("{}")
    for target in ("secret", "/etc/passwd", "nowhere", "x.json"):
        (tmp_path / "x.json").unlink(missing_ok=True)
        (tmp_path / "x.json").symlink_to(target)
        refusal(tmp_path)


def test_a_fifo_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "x.json")
    assert "not an ordinary file" in refusal(tmp_path)


def test_a_folder_is_refused(tmp_path):
    (tmp_path / "x.json").mkdir()
    assert "not an ordinary file" in refusal(tmp_path)


def test_a_socket_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the path of a socket may only be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("x.json")
        refusal(tmp_path)


def test_a_device_is_refused(tmp_path):
    assert "not an ordinary file" in refusal(tmp_path / "/dev", "zero")


def test_a_file_above_its_cap_is_refused(tmp_path):
    (tmp_path / "x.json").write_bytes(b"1234")
    assert "larger than 3 bytes" in refusal(tmp_path, cap=3)


def test_refusing_leaves_no_descriptor_open(tmp_path):
    (tmp_path / "x.json").mkdir()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        refusal(tmp_path)
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"NaN",
        b"[Infinity]",
        b"[-Infinity]",
        b"\xff\xfe",
        b"1" * 5000,
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'"\xed\xa0\x80"',
    ],
)
def test_what_is_not_plain_json_is_refused(content):
    with pytest.raises(OutboxRefused, match=r"^x\.json is not JSON"):
        parse_json(content, "x.json")


def test_half_a_character_becomes_a_question_mark():
    found = parse_json(b'{"\\ud800": ["a\\udfffb", "\\ud83d\\ude00"]}', "x.json")
    assert found == {"?": ["a?b", "😀"]}


@pytest.mark.parametrize(
    "text",
    [
        '{"status": "maybe"}',
        "[]",
        "5",
        '{"status": "ok", "extra": 1}',
        '{"status": "ok", "cells_run": -1}',
        '{"status": "ok", "cells_run": 1e999}',
        '{"status": "ok", "cells_run": 1.5}',
        '{"status": "ok", "crash": {"type": "E"}}',
    ],
)
def test_a_wrong_value_is_refused_and_named(tmp_path, text):
    (tmp_path / "ending.json").write_text(text)
    with pytest.raises(OutboxRefused, match=r"^ending\.json has a wrong value at") as caught:
        read_model(tmp_path, "ending.json", Ending, 10_000)
    assert len(str(caught.value)) < 400


def test_a_refusal_does_not_repeat_what_a_student_wrote_at_length(tmp_path):
    key = "<b>\u202e\n\ud800" + "x" * 5000
    (tmp_path / "ending.json").write_text(json.dumps({"status": "ok", key: 1}))
    with pytest.raises(OutboxRefused) as caught:
        read_model(tmp_path, "ending.json", Ending, 100_000)
    text = str(caught.value)
    assert len(text) < 400
    assert text.isprintable()
    text.encode()


leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.text(st.characters(), max_size=8)
    | st.just("\ud800")
)
documents = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*ProgressLine.model_fields, "x"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(document=documents)
def test_no_document_raises_anything_but_a_refusal(tmp_path_factory, document):
    folder = tmp_path_factory.mktemp("outbox")
    (folder / "x.json").write_text(json.dumps(document))
    try:
        found = read_model(folder, "x.json", ProgressLine, 10**6)
    except OutboxRefused:
        return
    assert isinstance(found, ProgressLine)


@given(content=st.binary(max_size=60))
def test_no_bytes_raise_anything_but_a_refusal(content):
    try:
        parse_json(content, "x.json")
    except OutboxRefused:
        pass
