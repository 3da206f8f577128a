"""Names that a run claims are never taken for paths: nothing outside its outbox is opened."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from builders import trace
from fakes import GRAPH, MODEL, NODE, WEIGHTS

from grader.errors import OutboxRefused
from grader.intake.artefact import take_artefact
from grader.intake.claims import read_claims

SECRET = "secret.safetensors"
HOSTILE = {
    "upwards": "../secret",
    "upwards behind a right name": "epoch-00001/../../secret",
    "absolute": "{tmp}/secret",
    "absolute behind a right name": "epoch-00001{tmp}/secret",
    "into a folder": "folder/secret",
    "NUL": "epoch-00001\0",
    "NUL before the way up": "\0/../secret",
    "too long": "epoch-" + "1" * 300,
    "far too long": "../" * 20_000 + "secret",
    "another file of the outbox": "samples",
    "another file, with its end": "final.safetensors",
    "line break": "epoch-00001\n",
    "other digits": "epoch-0000\u0661",
    "too few digits": "epoch-1",
    "capitals": "EPOCH-00001",
    "empty": "",
    "here": ".",
    "half a character": "epoch-0000\ud800",
}
HIDDEN_BELOW = (".", "outbox", "outbox/folder", "outbox/epoch-00001")


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    """An outbox with weights, and weights everywhere that a hostile name might lead to."""
    folder = tmp_path / "outbox"
    for place in HIDDEN_BELOW:
        (tmp_path / place).mkdir(exist_ok=True)
        (tmp_path / place / SECRET).write_bytes(WEIGHTS)
    (folder / "graph.json").write_text(json.dumps(MODEL))
    for name in ("final", "EPOCH-00001", "epoch-1", "epoch-0000\u0661", "epoch-00001\n", "samples"):
        (folder / f"{name}.safetensors").write_bytes(WEIGHTS)
    (folder / "final.safetensors.safetensors").write_bytes(WEIGHTS)
    return folder


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every path that is opened, as it is asked for."""
    paths: list[str] = []
    really = os.open

    def note(path: Any, *args: Any, **options: Any) -> int:
        paths.append(os.fspath(path))
        return really(path, *args, **options)

    monkeypatch.setattr(os, "open", note)
    return paths


def hostile(name: str, tmp_path: Path) -> str:
    return HOSTILE[name].replace("{tmp}", str(tmp_path))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_snapshot_is_never_opened_and_the_others_are_taken(
    outbox: Path, tmp_path: Path, opened: list[str], name: str
) -> None:
    (outbox / "epoch-00002.safetensors").write_bytes(WEIGHTS)
    snapshots = (hostile(name, tmp_path), "epoch-00002")
    found = take_artefact(outbox, tmp_path / "taken", snapshots)
    assert found is not None
    assert (found.snapshots, found.final) == (("epoch-00002",), "epoch-00002")
    asked = {path.removeprefix(f"{outbox}/") for path in opened if "/outbox" in path}
    assert asked == {
        "graph.json",
        "samples.safetensors",
        *(
            f"{one}.safetensors"
            for one in ("epoch-00002", "final", "initial", "first", "constants")
        ),
    }
    assert {path.name for path in (tmp_path / "taken").iterdir()} == {
        "graph.json",
        "epoch-00002.safetensors",
        "final.safetensors",
    }


def test_hostile_snapshots_alone_are_no_model(outbox: Path, tmp_path: Path) -> None:
    (outbox / "final.safetensors").unlink()
    every = tuple(hostile(name, tmp_path) for name in HOSTILE)
    assert take_artefact(outbox, tmp_path / "taken", every) is None


@pytest.mark.parametrize("name", [name for name in HOSTILE if name != "half a character"])
def test_a_hostile_name_in_the_trace_is_read_as_the_text_it_is(tmp_path: Path, name: str) -> None:
    document = trace(1).model_dump(mode="json") | {"snapshots": [hostile(name, tmp_path)]}
    (tmp_path / "trace.json").write_text(json.dumps(document))
    claims, notes = read_claims(tmp_path, "")
    assert notes == ()
    assert claims.trace is not None
    assert claims.trace.snapshots == (hostile(name, tmp_path),)


@pytest.mark.parametrize(
    "snapshots", ["../secret", 5, {"../secret": 1}, [5], [None], [["../secret"]], [{"a": "b"}]]
)
def test_snapshots_that_are_no_list_of_names_make_the_trace_unusable(
    tmp_path: Path, snapshots: Any
) -> None:
    document = trace(1).model_dump(mode="json") | {"snapshots": snapshots}
    (tmp_path / "trace.json").write_text(json.dumps(document))
    claims, (note,) = read_claims(tmp_path, "")
    assert claims.trace is None
    assert "trace.json has a wrong value at snapshots" in note


def with_node(outbox: Path, **changes: Any) -> None:
    nodes = [NODE | changes]
    document = MODEL | {"eval": GRAPH | {"nodes": nodes}}
    (outbox / "graph.json").write_text(json.dumps(document))


@pytest.mark.parametrize("key", ["name", "target", "module", "type"])
def test_a_name_in_a_graph_leads_to_no_file(
    outbox: Path, tmp_path: Path, opened: list[str], key: str
) -> None:
    for text in ("../secret", f"{tmp_path}/secret", "x\0../secret"):
        with_node(outbox, **{key: text})
        found = take_artefact(outbox, tmp_path / "taken", ())
        assert found is not None
        assert getattr(found.model.eval.nodes[0], key) == text
    assert opened
    assert not [path for path in opened if "secret" in path]


@pytest.mark.parametrize("key", ["name", "target", "module", "type"])
def test_a_name_in_a_graph_has_an_end(outbox: Path, tmp_path: Path, key: str) -> None:
    with_node(outbox, **{key: "x" * 300})
    assert take_artefact(outbox, tmp_path / "taken", ()) is not None
    with_node(outbox, **{key: "x" * 301})
    with pytest.raises(OutboxRefused, match=rf"^graph\.json has a wrong value at .*{key}"):
        take_artefact(outbox, tmp_path / "again", ())
