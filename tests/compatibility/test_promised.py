"""What a version promised is kept by those after it."""

import json
from pathlib import Path

import promised
import pytest
from promised import RECORDED, broken, promises

from grader import __version__

OPTION = {"default": 0, "required": False}


def test_everything_that_was_promised_is_kept() -> None:
    recorded = json.loads(RECORDED.read_text())["promises"]
    assert len(recorded) > 300
    assert broken(recorded, promises()) == [], (
        "others build on this: keep it, or raise __version__ in grader/__init__.py, run "
        "'python tests/compatibility/promised.py', and say so in the changelog"
    )


def test_what_matters_is_promised() -> None:
    recorded = json.loads(RECORDED.read_text())["promises"]
    assert recorded["grader check --seed"]["default"] == 0
    assert recorded["grader check submission"]["required"] is True
    assert recorded["grader.grade(seed)"] == OPTION | {"kind": "KEYWORD_ONLY"}
    assert recorded["pytest --grade-reruns"] == {"default": 2}
    assert recorded["grade.json .score"]["required"] is True
    assert recorded["rubric Criterion .help"]["default"] == ""
    assert recorded["exit code OURS"] == {"value": 3}
    assert "met" in recorded["grade.json Verdict"]["values"]


@pytest.mark.parametrize(
    ("recorded", "now", "said"),
    [
        ({"grader a": {}}, {}, "grader a is gone"),
        (
            {"grader a --n": OPTION},
            {"grader a --n": OPTION | {"default": 1}},
            "grader a --n: default was 0 and is 1",
        ),
        (
            {"rubric": {}},
            {"rubric": {}, "rubric .a": {"required": True}},
            "rubric .a is new and required",
        ),
        (
            {"grader.V": {"values": ["a", "b"]}},
            {"grader.V": {"values": ["a", "c"]}},
            "grader.V: values was ['a', 'b'] and is ['a', 'c']",
        ),
    ],
)
def test_what_breaks_others_is_said(recorded: dict, now: dict, said: str) -> None:
    assert broken(recorded, now) == [said]


@pytest.mark.parametrize(
    ("recorded", "now"),
    [
        ({}, {"grader a": OPTION}),
        ({"grader.V": {"values": ["a"]}}, {"grader.V": {"values": ["a", "b"]}}),
        ({"grader a": {}}, {"grader a": {"choices": ["a"]}}),
        ({}, {"grade.json .a": {"required": True}}),
    ],
)
def test_something_new_breaks_nobody(recorded: dict, now: dict) -> None:
    assert broken(recorded, now) == []


def test_a_broken_promise_is_not_recorded_under_the_same_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "interface.json"
    monkeypatch.setattr(promised, "RECORDED", old)
    document = {"version": __version__, "promises": promises() | {"grader sing": {}}}
    old.write_text(json.dumps(document))
    with pytest.raises(SystemExit, match="grader sing is gone\nRaise __version__"):
        promised.record()
    old.write_text(json.dumps(document | {"version": "0.0.1"}))
    promised.record()
    assert json.loads(old.read_text()) == {"version": __version__, "promises": promises()}


def test_what_a_new_command_requires_breaks_nobody():
    assert broken({"grader a": {}}, {"grader a": {}, "grader b x": {"required": True}}) == []
