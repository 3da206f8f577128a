"""The summary read back by a Markdown parser: a table of the criteria, and text that is text."""

from collections.abc import Iterator
from typing import Any

import pytest
from gate_cases import HOSTILE, all_visible, grade, mistake, unmet
from markdown_it import MarkdownIt
from markdown_it.token import Token

from grader.ci.ending import Ending, not_graded
from grader.ci.exercises import OpenExercise
from grader.ci.summary import LARGEST, literal, summary
from grader.model.source import Place
from grader.reports.text import visible

READ = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def tokens(page: str) -> Iterator[Token]:
    for token in READ.parse(page):
        yield token
        yield from token.children or ()


def plain(cell: Token) -> str:
    """The text of a piece of Markdown, with its breaks."""
    said = {"text": lambda one: one.content, "html_inline": lambda one: "\n"}
    return "".join(said[one.type](one) for one in cell.children or ())


def ending(**changes: Any) -> Ending:
    return Ending("lab1", 1, unmet(grade(), "Why."), **changes)


def rows(page: str) -> list[list[str]]:
    """The cells of the table."""
    found: list[list[str]] = []
    for token in READ.parse(page):
        if token.type == "tr_open":
            found.append([])
        elif token.type == "inline" and found:
            found[-1].append(plain(token)) if len(found[-1]) < 4 else None
    return found


def test_a_row_for_every_criterion_with_points_reason_and_next_step() -> None:
    found = rows(summary(ending()))
    assert found[0] == ["", "criterion", "points", "what was found, and what to do"]
    assert found[1] == ["❌ not met yet", "The completes criterion", "0 / 40", "Why.\nWhy."]
    assert found[2][1:3] == ["What is not shown", "20 / 20"]
    assert len(found) == 3


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_is_only_text_on_the_page(text: str) -> None:
    hostile = unmet(
        grade(student=text, reasons=(text,), profile="official"), text, Place(file=text, line=1)
    )
    page = summary(Ending("lab1", 1, hostile, open_exercises=(OpenExercise(text, Place()),)))
    kinds = {token.type for token in tokens(page)}
    assert not kinds & {"html_block", "link_open", "image", "em_open", "strong_open", "code_inline"}
    assert {t.content for t in tokens(page) if t.type == "html_inline"} <= {"<br>"}
    assert len(rows(page)) == 3
    assert sum(token.type == "heading_open" for token in tokens(page)) == 1
    words = visible(text).replace("\n", " ").split()
    assert " ".join(rows(page)[1][3].split()).count(" ".join(words)) >= 2


@pytest.mark.parametrize("text", [*HOSTILE, "# x", "1. x", "- x", "    x", "https://evil.example"])
def test_literal_text_is_read_back_as_it_is(text: str) -> None:
    (inline,) = [one for one in READ.parse(f"x {literal(text)}") if one.type == "inline"]
    shown = [line.strip() for line in visible(text.strip()).split("\n")]
    assert [line.strip() for line in plain(inline)[2:].split("\n")] == [one for one in shown if one]


def test_an_ending_without_a_grade_says_why() -> None:
    page = summary(not_graded("lab1", 2, "there is no data: run 'grader data fetch'"))
    (heading, sentence) = [plain(one) for one in READ.parse(page) if one.type == "inline"]
    assert heading == "lab1: not graded"
    assert sentence == "there is no data: run 'grader data fetch'"


def test_a_gate_that_asks_for_more_than_the_pass_mark_says_so() -> None:
    passed = unmet(grade(), "Why.").model_copy(update={"passed": True})
    page = summary(Ending("lab1", 1, passed, short=True))
    assert "lab1: not passed yet" in page
    assert "this gate asks for every point" in page
    assert "this gate asks for every point" not in summary(Ending("lab1", 0, passed))


def test_practice_data_is_said_to_be_no_grade() -> None:
    assert "this is not your grade" in summary(Ending("lab1", 0, grade(profile="practice")))


def test_a_summary_stays_below_what_github_takes() -> None:
    one = grade().criteria[0]
    long = one.model_copy(update={"reason": "|" * 3000, "verdict": "unmet"})
    many = tuple(long.model_copy(update={"id": f"c{number}"}) for number in range(300))
    page = summary(Ending("lab1", 1, grade(criteria=many)))
    assert LARGEST / 2 < len(page.encode()) < 1_048_576
    assert "more criteria are in the report" in page


@pytest.mark.parametrize("text", HOSTILE)
def test_what_to_mend_first_is_there_and_stays_text(text: str) -> None:
    found = all_visible(unmet(grade(diagnosis=(mistake(text),)), "Why."))
    page = summary(Ending("lab1", 1, found))
    before_the_table = page[: page.index("| | criterion")]
    (item,) = [one.split("\n")[0] for one in before_the_table.split("\n- ")[1:2]]
    said = [plain(token) for token in READ.parse(item) if token.type == "inline"]
    shown = visible(f"Softmax is applied twice. {text} Remove it.")
    assert shown.split() in [one.split() for one in said]
