"""Signs that cannot be read cost nothing but themselves."""

import math

import pytest
from builders import signs, trace

from grader.model.claims import Trace


def _document(**changes: object) -> dict[str, object]:
    return {"epochs": 3, "steps": 12, "signs": {**signs().model_dump(mode="json"), **changes}}


def test_signs_are_read() -> None:
    assert Trace.model_validate(_document()).signs == signs()


@pytest.mark.parametrize(
    "changes",
    [
        {"order": "FLX"},
        {"order": "F" * 201},
        {"carried": -1},
        {"carried": "many"},
        {"owned": "most"},
        {"losses": [math.nan]},
        {"unknown": 1},
        {"loaders": [{"training": "perhaps"}]},
    ],
)
def test_malformed_signs_leave_the_rest_of_a_trace(changes: dict[str, object]) -> None:
    read = Trace.model_validate(_document(**changes))
    assert (read.epochs, read.steps, read.signs) == (3, 12, None)


@pytest.mark.parametrize("value", [3, "all well", [], None])
def test_signs_of_another_kind_are_none(value: object) -> None:
    assert Trace.model_validate({"epochs": 3, "signs": value}).signs is None


def test_a_trace_is_written_and_read_back_with_its_signs() -> None:
    assert Trace.model_validate_json(trace().model_dump_json()) == trace()
