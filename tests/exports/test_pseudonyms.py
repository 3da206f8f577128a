"""The key of pseudonyms: it stays the same, private, and is never guessed at."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from grader.errors import CallerError
from grader.exports.pseudonyms import assigned

PEOPLE = {"ada": "Ada Byron", "bob": "=1+1"}


def test_pseudonyms_stay_the_same_and_new_students_get_new_ones(tmp_path):
    key = tmp_path / "key.csv"
    first = assigned(key, PEOPLE)
    again = assigned(key, PEOPLE | {"cy": ""})
    assert {name: again[name] for name in PEOPLE} == first
    assert len(set(again.values())) == 3


def test_nothing_about_a_student_follows_from_a_pseudonym(tmp_path):
    one, other = (assigned(tmp_path / name, PEOPLE) for name in ("a.csv", "b.csv"))
    assert set(one.values()).isdisjoint(other.values())


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_only_its_owner_can_read_the_key(tmp_path):
    key = tmp_path / "key.csv"
    before = os.umask(0)
    try:
        assigned(key, PEOPLE)
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        key.chmod(0o644)
        assigned(key, PEOPLE)
    finally:
        os.umask(before)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_a_spreadsheet_may_have_saved_it_and_computes_nothing_in_it(tmp_path):
    key = tmp_path / "key.csv"
    first = assigned(key, PEOPLE | {"-x": "", "+y": ""})
    text = key.read_text(encoding="utf-8-sig")
    assert "'=1+1" in text
    key.write_text(text.replace(",", ";"), encoding="cp1252")
    assert assigned(key, PEOPLE | {"-x": "", "+y": ""}) == first


def test_rows_are_not_in_the_order_of_names(tmp_path):
    key = tmp_path / "key.csv"
    assigned(key, {f"s{i:02}": "" for i in range(20)})
    rows = key.read_text(encoding="utf-8-sig").splitlines()[1:]
    assert rows == sorted(rows)


def test_one_student_in_two_spellings_has_one_pseudonym(tmp_path):
    found = assigned(tmp_path / "key.csv", {"Ada": "", "ada": ""})
    assert len(set(found.values())) == 1
    assert assigned(tmp_path / "key.csv", {"ADA": ""})["ADA"] == found["ada"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such locks")
def test_exports_at_the_same_time_lose_nobody(tmp_path):
    key = tmp_path / "key.csv"
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda i: assigned(key, {f"s{i % 4}": ""}), range(16)))
    known = assigned(key, {f"s{i}": "" for i in range(4)})
    assert all(known[name] == one[name] for one in found for name in one)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a,b\n1,2\n", "is no key of pseudonyms"),
        ("pseudonym,student\nx,ada\nx,bob\n", "one pseudonym in each row"),
        ("pseudonym,student\nx,ada\ny,ada\n", "one student in each row"),
        ("pseudonym,student\n,ada\n", "one pseudonym in each row"),
    ],
)
def test_what_is_no_key_is_refused_and_left_alone(tmp_path, content, said):
    key = tmp_path / "key.csv"
    key.write_text(content)
    with pytest.raises(CallerError, match=said):
        assigned(key, PEOPLE)
    assert key.read_text() == content


def test_a_key_that_cannot_be_kept_gives_no_pseudonyms(tmp_path):
    with pytest.raises(CallerError, match="--key"):
        assigned(tmp_path / "nowhere" / "key.csv", PEOPLE)
