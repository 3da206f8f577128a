"""What makes a run another one, and what does not."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from data_files import write_mnist
from fakes import TRAIN, VALID, Actors, use

from grader.discovery import find_submission
from grader.pipeline import Request, key, prepare
from grader.pipeline.key import measuring_version, work_key

RUBRIC = Path(__file__).parents[2] / "rubrics" / "lab1.yaml"
ELSEWHERE = """
import sys
from pathlib import Path
from grader.discovery import find_submission
from grader.pipeline import Request, prepare
from grader.pipeline.key import work_key
setup = prepare(Request("lab1", data=Path(sys.argv[1]), device="cpu", isolation=0, threads=1))
print(work_key(find_submission(Path(sys.argv[2])), setup))
"""


@pytest.fixture
def data(tmp_path):
    return write_mnist(tmp_path / "data", TRAIN, VALID)


@pytest.fixture
def setup(data, monkeypatch):
    """Everything set up; keywords are those of a request."""
    monkeypatch.delenv("GRADER_COURSE", raising=False)

    def prepared(level=3, **options):
        use(monkeypatch, Actors(level=level))
        return prepare(Request("lab1", **{"data": data, "device": "cpu", "threads": 1} | options))

    return prepared


def write(folder, name="lab.py", text="x = 1\n"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.fixture
def lab(tmp_path):
    return write(tmp_path)


def test_every_process_finds_the_same_key(data, lab, setup):
    def elsewhere(hash_seed):
        command = [sys.executable, "-c", ELSEWHERE, str(data), str(lab)]
        environment = os.environ | {"PYTHONHASHSEED": hash_seed}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True)

    expected = work_key(find_submission(lab), setup())
    assert len(expected) == 64
    assert elsewhere("1").stdout.strip() == expected


def test_it_is_the_same_whoever_handed_it_in_and_wherever_it_lies(tmp_path, lab, setup):
    there = write(tmp_path / "another/place")
    first = work_key(find_submission(lab, "ada"), setup())
    assert work_key(find_submission(there, "bob"), setup()) == first


def test_it_is_the_same_however_it_is_isolated_judged_and_on_whatever_device(lab, setup, tmp_path):
    one, usual = find_submission(lab), setup()
    expected = work_key(one, usual)
    assert work_key(one, setup(level=0)) == expected
    another = tmp_path / "another.yaml"
    shutil.copy(RUBRIC, another)
    assert work_key(one, setup(rubric=another)) == expected
    assert work_key(one, setup(reruns=0)) == expected
    assert work_key(one, replace(usual, device="cuda:1", gpu_mb=5000.0)) == expected


def test_other_bytes_are_other_work(lab, setup):
    usual = setup()
    before = work_key(find_submission(lab), usual)
    lab.write_text("x = 1 \n")
    assert work_key(find_submission(lab), usual) != before


def test_another_file_to_run_is_other_work(tmp_path, setup):
    for name in ("a.py", "b.py"):
        write(tmp_path / "work", name)
    keys = {
        work_key(find_submission(tmp_path / "work", main=one), setup()) for one in ("a.py", "b.py")
    }
    assert len(keys) == 2


@pytest.mark.parametrize(
    "options",
    [
        {"seed": 1},
        {"threads": 2},
        {"timeout_s": 7},
        {"limits": ("memory_mb=512",)},
        {"solution_cells": True},
    ],
    ids=str,
)
def test_another_way_of_running_is_other_work(lab, setup, options):
    one = find_submission(lab)
    assert work_key(one, setup(**options)) != work_key(one, setup())


def test_other_data_is_other_work(tmp_path, lab, setup):
    one = find_submission(lab)
    keys = {work_key(one, setup(data=write_mnist(tmp_path / str(n), n, VALID))) for n in (30, 40)}
    assert len(keys) == 2
    assert work_key(one, setup(data=tmp_path / "40")) in keys


def test_a_part_held_out_is_other_data(lab, setup):
    one = find_submission(lab)
    shares = [{}, {"holdout": 0.5}, {"holdout": 0.5, "seed": 1}]
    assert len({work_key(one, setup(**options)) for options in shares}) == 3


def test_another_version_is_other_work(lab, setup):
    one, usual = find_submission(lab), setup()
    other = replace(usual, versions=usual.versions | {"torch": "9.9"})
    assert work_key(one, other) != work_key(one, usual)


def test_other_code_that_measures_is_other_work(lab, setup, monkeypatch):
    one, usual = find_submission(lab), setup()
    before = work_key(one, usual)
    monkeypatch.setattr(key, "measuring_version", lambda: "another")
    assert work_key(one, usual) != before


def test_the_code_that_measures_is_known_by_its_bytes():
    assert measuring_version() == key.code_in(Path(key.__file__).parent.parent)


@pytest.mark.parametrize("room", key.MEASURING)
def test_one_byte_in_any_room_that_measures_is_other_code(tmp_path, room):
    copy = tmp_path / "grader"
    for name in key.MEASURING:
        shutil.copytree(key.HERE / name, copy / name)
    before = key.code_in(copy)
    assert before == measuring_version()
    changed = max((copy / room).rglob("*.py"))
    changed.write_bytes(changed.read_bytes() + b"\n")
    assert key.code_in(copy) != before


def test_what_only_people_are_told_is_no_other_work(lab, setup):
    one, usual = find_submission(lab), setup()
    told = usual.assignment.model_copy(update={"title": "Another", "reference": "other.py"})
    assert work_key(one, replace(usual, assignment=told)) == work_key(one, usual)


def test_it_is_no_part_of_a_public_grade(lab, setup):
    from classes import evidence_of, grade_of

    found = evidence_of("ada", work="2" * 64)
    assert "2" * 64 not in json.dumps(grade_of(found).document())
