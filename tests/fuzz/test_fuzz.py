"""Readers answer damaged input, and the harness would notice if they did not: a quick cut."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from harness import Maker, Target, fuzz
from inputs import Case, Odd, Place, from_text, to_text
from mutate import mutate
from reached import Reached
from run import TARGETS, target_of

RUN = Path(__file__).parent / "run.py"
QUICK = 120


@pytest.mark.parametrize("name", TARGETS)
def test_no_input_is_without_an_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("GRADER_CACHE_HOME", str(tmp_path))  # one target sets it, and it is set back
    report = fuzz(target_of(name), QUICK, seed=1, findings=tmp_path / "found", measured=False)
    assert report.findings == {}, [path.read_text() for path in tmp_path.glob("found/*.txt")]
    assert report.accepted + report.refused == report.inputs == QUICK
    assert min(report.accepted, report.refused) > QUICK / 20
    assert report.one_change > QUICK / 2


@pytest.mark.parametrize("name", TARGETS)
def test_every_seed_is_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("GRADER_CACHE_HOME", str(tmp_path))
    target = target_of(name)
    for number, case in enumerate(target.seeds()):
        place, scratch = Place(tmp_path / f"{number}-in"), tmp_path / f"{number}-out"
        scratch.mkdir()
        place.put(case)
        assert target.read(case, place.folder, scratch), case.door


def chance(seed: int) -> random.Random:
    return random.Random(seed)


def reader(read: Callable[[bytes], bool]) -> Target:
    """A target of one JSON file, and no module of ours."""
    seeds = [Case("a.json", {"a.json": b'{"a": [1, "x"], "b": {"c": null}}'})]

    def given(case: Case, folder: Path, scratch: Path) -> bool:
        return read((folder / "a.json").read_bytes())

    return Target("ours", lambda: seeds, given, (ValueError, OSError), ("zips",))


def test_an_error_that_is_not_declared_is_found_written_down_and_can_be_repeated(
    tmp_path: Path,
) -> None:
    def read(content: bytes) -> bool:
        return bool(json.loads(content)["a"])  # KeyError and others: nobody said so

    report = fuzz(reader(read), 100, findings=tmp_path, measured=False)
    assert {name.split()[0] for name in report.findings} >= {"KeyError", "TypeError"}
    assert 0 < report.refused < 100
    for path in tmp_path.glob("*.json"):
        content = from_text(path.read_text()).files["a.json"]
        assert isinstance(content, bytes)
        with pytest.raises((LookupError, TypeError, RecursionError)):
            read(content)


def test_what_takes_too_long_is_found() -> None:
    def read(content: bytes) -> bool:
        until = time.monotonic() + 60
        while b"null" not in content and time.monotonic() < until:
            pass
        return True

    report = fuzz(reader(read), 20, limit_s=0.05, measured=False)
    assert {name.split()[0] for name in report.findings} == {"Hang"}
    assert report.accepted > 0


def test_what_takes_too_much_memory_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    peaks = iter(range(0, 10**9, 301))
    monkeypatch.setattr("harness.peak_mb", lambda: next(peaks))
    report = fuzz(reader(bool), 3, measured=False)
    assert sum(report.findings.values()) == 3
    assert report.grown_mb == 301


def test_a_run_can_be_repeated() -> None:
    target = target_of("rubric")
    first, second, other = (Maker(target, seed) for seed in (0, 0, 1))
    inputs = [[maker.make(number) for number in range(60)] for maker in (first, second, other)]
    assert inputs[0] == inputs[1] != inputs[2]


def test_one_change_is_one_file_that_is_not_as_it_was() -> None:
    (case, *_) = target_of("outbox").seeds()
    rng = chance(0)
    changed = [mutate(case, rng, tuple(Odd)) for _ in range(200)]
    gone = [{*case.files.items()} - {*one.files.items()} for one in changed]
    new = [{*one.files.items()} - {*case.files.items()} for one in changed]
    assert max(map(len, gone)) == max(map(len, new)) == 1
    assert sum(map(bool, gone)) > 180  # the others put in place what was there


def test_a_case_survives_being_written_down() -> None:
    case = Case("a", {"a/\udcff": b"\0\xff", "b": Odd.LINK, "c": Odd.PIPE, "d": Odd.FOLDER})
    assert from_text(to_text(case)) == case


def test_a_place_holds_the_last_case_and_nothing_else(tmp_path: Path) -> None:
    place = Place(tmp_path / "place")
    for files in ({"a": b"1", "b/c": b"2"}, {"a": b"1", "b/c": b"3"}, {"b": b"4"}, {"b/d": b"5"}):
        place.put(Case("a", files))
        found = {
            path.relative_to(place.folder).as_posix(): path.read_bytes()
            for path in place.folder.rglob("*")
            if path.is_file()
        }
        assert found == files
    place.put(Case("a", {"b/d": Odd.LINK, "x" * 300: b""}))
    assert [path.name for path in place.folder.rglob("*")] == ["b", "d"]
    place.put(Case("a", {"b/d": b"6"}))
    assert (place.folder / "b/d").read_bytes() == b"6"
    assert not (place.folder / "b/d").is_symlink()


def test_branches_that_are_reached_are_counted() -> None:
    import blobs

    with Reached(("blobs",)) as reached:
        blobs.mutate_bytes(b"", chance(0))
        assert reached.grown()
        blobs.mutate_bytes(b"", chance(0))
        assert not reached.grown()
        for number in range(50):
            blobs.mutate_bytes(b"abc", chance(number))
        assert reached.grown()
    (found,) = reached.branches()
    assert found.module == "blobs"
    assert 0 < found.taken <= found.there


def test_the_program_says_what_came_of_it(tmp_path: Path) -> None:
    command = [sys.executable, RUN, "rubric", "--inputs", "40", "--json", tmp_path / "report.json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("rubric: 40 inputs in ")
    assert "grader.course.explain: " in done.stdout
    assert json.loads((tmp_path / "report.json").read_text())["inputs"] == 40
