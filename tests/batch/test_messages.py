"""What the processes of a class say to each other comes out as it went in."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.batch.messages import MOST_BYTES, receive, send
from grader.batch.work import Graded, Heard, Lost, Refused, RunAgain
from grader.errors import Fault
from grader.intake.wire import ProgressLine

TEXT = st.text(max_size=40)
FILES = st.dictionaries(TEXT, st.binary(max_size=300), max_size=5)
LINES = st.builds(
    ProgressLine,
    cell=st.none() | st.integers(0, 1000),
    cells=st.none() | st.integers(0, 1000),
    training=st.booleans(),
    loss=st.none() | st.floats(0, 1e6),
    accuracy=st.none() | st.floats(0, 1),
    wall_s=st.floats(0, 1e9),
    epoch=st.none() | st.integers(0, 1000),
    elapsed_s=st.floats(0, 1e9),
)
EVENTS = st.one_of(
    st.builds(Heard, TEXT, LINES),
    st.builds(RunAgain, TEXT, st.integers(0, 9)),
    st.builds(Graded, TEXT, FILES, st.booleans()),
    st.builds(Refused, TEXT, TEXT),
    st.builds(Lost, TEXT, TEXT),
)


def written(*events):
    stream = io.BytesIO()
    for event in events:
        send(stream, event)
    return stream.getvalue()


@given(st.lists(EVENTS, max_size=5))
def test_every_event_arrives_as_it_was_sent(events):
    stream = io.BytesIO(written(*events))
    assert [receive(stream) for _ in events] == events
    assert receive(stream) is None


@given(EVENTS, st.data())
def test_what_breaks_off_is_no_event(event, data):
    whole = written(event)
    kept = data.draw(st.integers(1, len(whole) - 1))
    with pytest.raises(Fault, match="broke off"):
        receive(io.BytesIO(whole[:kept]))


@pytest.mark.parametrize(
    "line",
    [
        b"Warning: something\n",
        b"[]\n",
        b"{}\n",
        b'{"files": 3}\n',
        b'{"files": {}, "kind": "Lost"}\n',
        b'{"files": {}, "kind": "Heard", "student": "ada", "line": {"epoch": "x"}}\n',
    ],
)
def test_what_is_no_message_is_said_to_be_none(line):
    with pytest.raises(Fault, match="where a message belongs"):
        receive(io.BytesIO(line))


def test_nobody_waits_for_more_than_any_result_holds():
    header = b'{"kind": "Graded", "student": "ada", "files": {"a": %d}}\n' % (MOST_BYTES + 1)
    with pytest.raises(Fault, match="more than it can hold"):
        receive(io.BytesIO(header))
