"""What the process that ran student code says of itself."""

import json

import pytest
from builders import trace
from hypothesis import given
from hypothesis import strategies as st

from grader.intake.claims import read_claims

GOOD_TRACE = trace(3).model_dump(mode="json")
GOOD_ENDING = {
    "status": "error",
    "crash": {"type": "NameError", "message": "no", "cell": 3, "line": 1},
    "cells_run": 3,
    "cells_total": 9,
}


def outbox(folder, found_trace=None, ending=None):
    for name, document in (("trace.json", found_trace), ("ending.json", ending)):
        if document is not None:
            (folder / name).write_text(json.dumps(document))
    return folder


def test_everything_there_is_read(tmp_path):
    claims, notes = read_claims(outbox(tmp_path, GOOD_TRACE, GOOD_ENDING), "Train accuracy: 0.9")
    assert notes == ()
    assert claims.ended
    assert claims.trace == trace(3)
    assert claims.crash is not None
    assert (claims.crash.type, claims.cells_run, claims.cells_total) == ("NameError", 3, 9)
    assert claims.printed.train_accuracy == 0.9


def test_cells_that_failed_because_they_may_are_told(tmp_path):
    ending = {"status": "ok", "cells_run": 7, "cells_total": 9}
    _, notes = read_claims(outbox(tmp_path, GOOD_TRACE, ending), "")
    assert len(notes) == 1
    assert "raises-exception" in notes[0]
    assert ": 2." in notes[0]


def test_an_empty_outbox_claims_nothing(tmp_path):
    claims, notes = read_claims(tmp_path, "")
    assert (claims.ended, claims.trace, claims.crash, notes) == (False, None, None, ())


@pytest.mark.parametrize(
    ("found_trace", "ending", "kept", "broken"),
    [
        ("not a trace", GOOD_ENDING, "ending", "trace.json"),
        (GOOD_TRACE | {"epochs": True, "x": 1}, GOOD_ENDING, "ending", "trace.json"),
        (GOOD_TRACE | {"learning_rate": "fast"}, GOOD_ENDING, "ending", "trace.json"),
        (GOOD_TRACE, [], "trace", "ending.json"),
        (GOOD_TRACE, GOOD_ENDING | {"cells_run": -4}, "trace", "ending.json"),
    ],
)
def test_one_broken_piece_leaves_the_others_and_a_note(tmp_path, found_trace, ending, kept, broken):
    claims, notes = read_claims(outbox(tmp_path, found_trace, ending), "")
    assert claims.ended is (kept == "ending")
    assert (claims.trace is not None) is (kept == "trace")
    (note,) = notes
    assert note.startswith(f"A file of the run was not usable: {broken}")


def test_both_broken_give_two_notes(tmp_path):
    (tmp_path / "ending.json").mkdir()
    (tmp_path / "trace.json").symlink_to("/etc/passwd")
    claims, notes = read_claims(tmp_path, "Train accuracy: 0.9")
    assert len(notes) == 2
    assert claims.printed.train_accuracy == 0.9


def test_half_a_character_in_a_crash_can_be_stored(tmp_path):
    crash = {"type": "ValueError", "message": "bad \ud800 byte"}
    claims, notes = read_claims(outbox(tmp_path, ending={"status": "error", "crash": crash}), "")
    assert notes == ()
    assert claims.crash is not None
    assert claims.crash.message == "bad ? byte"
    assert claims.model_dump_json()


@pytest.mark.parametrize("value", [10**40, -1, 10**300])
@pytest.mark.parametrize("key", ["steps", "backwards", "samples", "epoch"])
def test_counts_beyond_reason_are_refused(tmp_path, key, value):
    one = GOOD_TRACE["passes"][0] | {key: value}
    claims, notes = read_claims(outbox(tmp_path, GOOD_TRACE | {"passes": [one]}), "")
    assert claims.trace is None
    assert len(notes) == 1


def paths(document, prefix=()):
    yield prefix
    items = (
        document.items()
        if isinstance(document, dict)
        else enumerate(document)
        if isinstance(document, list)
        else ()
    )
    for key, value in items:
        yield from paths(value, (*prefix, key))


def replaced(document, path, value):
    if not path:
        return value
    copy = dict(document) if isinstance(document, dict) else list(document)
    copy[path[0]] = replaced(document[path[0]], path[1:], value)
    return copy


anything = st.sampled_from(
    [None, True, -1, 10**25, 1.5, float("nan"), float("inf"), "", "\ud800", "x" * 999, [], {}, [[]]]
)


@given(
    path=st.sampled_from(list(paths(GOOD_TRACE))),
    other=st.sampled_from(list(paths(GOOD_ENDING))),
    values=st.tuples(anything, anything),
)
def test_no_mutation_of_valid_files_raises(tmp_path_factory, path, other, values):
    folder = outbox(
        tmp_path_factory.mktemp("outbox"),
        replaced(GOOD_TRACE, path, values[0]),
        replaced(GOOD_ENDING, other, values[1]),
    )
    claims, notes = read_claims(folder, "")
    assert len(notes) <= 2
    assert claims.model_dump_json()
    for note in notes:
        note.encode()
