"""Texts apart from rules: a course says what it wants, and a mistake in that is one sentence."""

from pathlib import Path

import pytest

from grader.diagnosis import load_wording
from grader.diagnosis.own_words import as_file, changes_in, doubts
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


@pytest.mark.parametrize("text", ["", "# nothing yet", "texts:", f"texts: {{{SOFTMAX}: }}"])
def test_a_file_in_which_nothing_stands_changes_nothing(tmp_path: Path, text: str) -> None:
    assert load_wording(course(tmp_path, text)) == load_wording()


def test_an_idea_reaches_the_variants_that_share_it_and_have_none_of_their_own(
    tmp_path: Path,
) -> None:
    text = (
        "texts: {dtype-mismatch: {idea: Types}, dtype-mismatch/network: {fix: Change it.}, "
        "dtype-mismatch/asked: {idea: Mine}}"
    )
    changed, ours = load_wording(course(tmp_path, text)), load_wording()
    assert changed.text("dtype-mismatch", "network").idea == "Types"
    assert changed.text("dtype-mismatch", "network").fix == "Change it."
    assert changed.text("dtype-mismatch", "asked").idea == "Mine"
    assert changed.text("dtype-mismatch", "labels") == ours.text("dtype-mismatch", "labels")


def test_a_file_with_the_other_ending_is_not_passed_over(tmp_path: Path) -> None:
    course(tmp_path, "texts:").rename(tmp_path / "diagnosis.yml")
    with pytest.raises(CourseError, match=r"diagnosis\.yml is not read: name it diagnosis\.yaml"):
        load_wording(tmp_path / "diagnosis.yaml")


def test_all_texts_as_they_are_printed_are_a_courses_file(tmp_path: Path) -> None:
    ours = load_wording()
    printed = course(tmp_path, as_file(ours, []))
    assert len(changes_in(printed)) == len(ours.texts)
    assert load_wording(printed) == ours


def test_a_mistake_is_printed_with_its_variants_and_their_places(tmp_path: Path) -> None:
    own = load_wording(course(tmp_path, f"texts: {{{SOFTMAX}: {{fix: Take it out.}}}}"))
    printed = as_file(own, [SOFTMAX])
    assert list(changes_in(course(tmp_path, printed))) == [SOFTMAX, f"{SOFTMAX}/outside"]
    assert f"  # places: {{reached}}, {{where}}\n  {SOFTMAX}:\n" in printed
    assert "fix: Take it out." in printed
    assert f"{SOFTMAX}:" not in as_file(own, [f"{SOFTMAX}/outside"])


def test_an_idea_of_no_handout_and_a_long_text_are_doubtful(tmp_path: Path) -> None:
    long = course(tmp_path, f"texts: {{{SOFTMAX}: {{fix: {'word ' * 60}}}, no-step: {{idea: L}}}}")
    first, second = doubts(long, {"Loss"})
    assert "words: more than 60 are not read" in first
    assert second == "the idea of 'no-step', 'L', is a heading of no handout"
    assert doubts(long, {"L"}) == [first]
    assert doubts(long, ()) == [first]


@pytest.mark.parametrize(
    ("part", "words", "said"),
    [
        ("fix", "{epochs}", "asks for {epochs}: it can have {reached}, {where}"),
        ("fix", "{}", "asks for {}:"),
        ("fix", "{0}", "asks for {0}:"),
        ("fix", "{where.__class__}", "asks for {where.__class__}"),
        ("fix", "{where[0]}", "asks for {where[0]}"),
        ("fix", "{reached:.2f}", "formats {reached}: it is filled as it is"),
        ("fix", "{reached:{where}}", "formats {reached}"),
        ("explanation", "{reached!z}", "formats {reached}"),
        ("fix", "a { b", "has a single brace"),
        ("fix", "", "is empty"),
        ("fix", "  ", "is empty"),
        ("title", "At {where}", "has a brace, but it is never filled"),
        ("idea", "Loss}", "has a brace, but it is never filled"),
    ],
)
def test_what_could_not_be_filled_is_refused(
    tmp_path: Path, part: str, words: str, said: str
) -> None:
    file = course(tmp_path, f"texts: {{{SOFTMAX}: {{{part}: '{words}'}}}}")
    with pytest.raises(CourseError) as raised:
        load_wording(file)
    assert f"the wording {file} is wrong: the {part} of '{SOFTMAX}' {said}" in str(raised.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("texts: {softmax: {fix: X}}", "a text for 'softmax', which is no mistake we know"),
        ("texts: {softmax: {fix: X}}", "know, did you mean 'softmax-before-loss'?"),
        (f"texts: {{{SOFTMAX}: {{hint: X}}}}", "has no 'hint': write title, explanation, fix"),
        (f"texts: {{{SOFTMAX}: {{fix: 3}}}}", "must be text, not 3"),
        ("[a]", "the document: must be keys with values (texts), not a list"),
        ("texts: [", "is not valid YAML"),
        (f"texts: {{{SOFTMAX}: {{fix: ''}}, a: {{fix: X}}}}", "it has a text for 'a'"),
    ],
)
def test_what_is_wrong_in_it_is_said(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CourseError) as raised:
        load_wording(course(tmp_path, text))
    assert said in str(raised.value)
