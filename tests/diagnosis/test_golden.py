"""Every mistake's text as a student reads it, for a run that shows the mistake."""

import os
import re
from pathlib import Path

import pytest
from golden import FOLDER, LABS, WORDING, Golden, all_cases, as_read

from grader.diagnosis.table import MISTAKES
from grader.diagnosis.texts import LONGEST

CASES = list(all_cases())
ROOT = Path(__file__).parents[2]
WRITE = os.environ.get("GOLDEN") == "write"

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.file.stem)


def headings(lab: str) -> set[str]:
    """What the handout has below its common mistakes."""
    handout = (ROOT / "assignments" / lab / "README.md").read_text(encoding="utf-8")
    return set(re.findall(r"^### (.+)$", handout.partition("## Common mistakes")[2], re.M))


@each_case
def test_the_mistake_comes_first_and_reads_as_it_is_kept(case: Golden) -> None:
    told = case.told
    assert told, f"nobody is told of {case.name}"
    assert told[0].id == case.mistake
    assert case.variants == [case.variant]
    text = as_read(told[0])
    if WRITE:
        FOLDER.mkdir(exist_ok=True)
        case.file.write_text(text, encoding="utf-8")
    assert text == case.file.read_text(encoding="utf-8")


@each_case
def test_a_text_is_short_enough_to_be_read(case: Golden) -> None:
    one = case.told[0]
    words = f"{one.title} {one.explanation} {one.fix}".split()
    assert len(words) <= LONGEST, len(words)


@each_case
def test_its_idea_stands_in_the_handout_of_each_lab_it_can_happen_in(case: Golden) -> None:
    idea = WORDING.text(case.mistake, case.variant).idea
    assert [lab for lab in case.labs if idea not in headings(lab)] == []


def test_every_text_belongs_to_a_mistake_and_every_mistake_has_one() -> None:
    known = {one.id for one in MISTAKES}
    assert known <= set(WORDING.texts)
    assert {name.partition("/")[0] for name in WORDING.texts} == known


def test_every_text_has_a_run_that_shows_it() -> None:
    assert set(WORDING.texts) == {case.name for case in CASES}


def test_no_text_is_kept_that_no_run_shows() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {case.file.name for case in CASES}
    assert len({case.file for case in CASES}) == len(CASES)


def test_the_handouts_have_common_mistakes() -> None:
    assert all("Training loop" in headings(lab) for lab in LABS)
