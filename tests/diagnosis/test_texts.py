"""Texts apart from rules: a course says what it wants, and a mistake in that is one sentence."""

from pathlib import Path

import pytest

from grader.diagnosis import load_wording
from grader.diagnosis.table import MISTAKES
from grader.errors import CourseError

SOFTMAX = "softmax-before-loss"


def course(folder: Path, text: str) -> Path:
    place = folder / "diagnosis.yaml"
    place.write_text(text, encoding="utf-8")
    return place


def test_every_mistake_has_a_text() -> None:
    texts = load_wording().texts
    assert [one.id for one in MISTAKES if one.id not in texts] == []


def test_every_mistake_is_on_the_page_with_its_title() -> None:
    page = (Path(__file__).parents[2] / "docs" / "feedback.md").read_text(encoding="utf-8")
    rows = [f"| `{one.id}` | {load_wording().text(one.id).title} |" for one in MISTAKES]
    assert [row for row in rows if row not in page] == []
    assert f"{len(MISTAKES)} mistakes" in page


def test_a_course_changes_a_part_and_the_rest_stays(tmp_path: Path) -> None:
    ours = load_wording().text(SOFTMAX)
    changed = load_wording(course(tmp_path, f"texts: {{{SOFTMAX}: {{fix: Take it out.}}}}"))
    assert changed.text(SOFTMAX) == ours.model_copy(update={"fix": "Take it out."})
    assert changed.text(SOFTMAX, "outside") == load_wording().text(SOFTMAX, "outside")


def test_a_course_without_such_a_file_has_our_texts(tmp_path: Path) -> None:
    assert load_wording(tmp_path / "diagnosis.yaml") == load_wording()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("texts: {softmax: {fix: X}}", "a text for 'softmax', which is no mistake we know"),
        (f"texts: {{{SOFTMAX}: {{hint: X}}}}", "has no 'hint': write title, explanation, fix"),
        (
            f"texts: {{{SOFTMAX}: {{fix: '{{epochs}}'}}}}",
            "asks for {epochs}; it can have {rea",
        ),
        (f"texts: {{{SOFTMAX}: {{fix: 'a {{ b'}}}}", "is empty or has a single brace"),
        (f"texts: {{{SOFTMAX}: {{title: ''}}}}", "is empty or has a single brace"),
        (f"texts: {{{SOFTMAX}: {{fix: '{{where.__class__}}'}}}}", "asks for {where.__class__}"),
        ("texts: [", "is not valid YAML"),
    ],
)
def test_what_is_wrong_in_it_is_said(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CourseError) as raised:
        load_wording(course(tmp_path, text))
    assert said in str(raised.value)
