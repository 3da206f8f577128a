"""Named mistakes on the page: the one to fix first, and each with the student's own lines."""

import pytest
from report_cases import (
    CODE,
    assignment,
    baseline,
    criterion,
    diagnosed,
    evidence,
    grade,
    measurements,
    mistake,
    mlp,
)
from report_parser import Page

from grader.model.source import Code, Place
from grader.reports import render_report
from grader.reports.excerpts import AROUND, LONGEST, excerpt

NOTEBOOK = (Code(file="lab.ipynb", cell=6, text=CODE), Code(file="lab.ipynb", cell=7, text="x = 1"))
SCRIPTS = (Code(file="lab.py", text=CODE), Code(file="net.py", text="y = 2"))


def squeeze(text):
    return " ".join(text.split())


def page_of(*mistakes, criteria=None, **more):
    found = evidence("lab1", measurements=measurements("lab1", mlp(), 0.62), **more)
    lines = criteria or [criterion("it-runs", "met"), criterion("validation-accuracy", "unmet", 40)]
    made = grade(found, lines, diagnosis=mistakes)
    return Page(render_report(made, found, baseline("lab1", 5), assignment("lab1")))


def head(page):
    return squeeze(page.all("header")[0].text)


def part_ids(page):
    return [one.attributes["id"] for one in page.all("main")[0].all("section")]


# --- the one thing to fix ---


def test_the_first_mistake_is_the_one_thing_to_fix_and_leads_to_its_place():
    page = Page(render_report(*diagnosed()))
    text = head(page)
    assert "Fix this first Softmax before loss Mend softmax-before-loss in one step." in text
    assert "In cell 6, line 7." in text
    assert "how to mend validation-accuracy" not in text
    assert "#mistake-1" in [one.attributes["href"] for one in page.all("header")[0].all("a")]
    assert part_ids(page)[:2] == ["diagnosis", "criteria"]


@pytest.mark.parametrize("effect", ["misleads", "harmless"])
def test_a_mistake_that_cost_nothing_is_not_what_to_do_next(effect):
    text = head(page_of(mistake("batch-of-one", effect)))
    assert "Batch of one" not in text
    assert "how to mend validation-accuracy" in text


def test_where_no_point_is_missing_nothing_has_to_be_fixed():
    text = head(page_of(mistake("batch-of-one", "lowers"), criteria=[criterion("it-runs", "met")]))
    assert "Nothing: it is all there" in text


def test_what_is_only_possible_is_to_be_looked_at():
    assert "Look at this first" in head(page_of(mistake("a", "ruins", confidence="possible")))


def test_a_crash_comes_before_mistakes_that_did_no_harm():
    crash = {"type": "E", "message": "m", "traceback": "t", "cell": 6, "line": 7}
    stopped = {"claims": {"crash": crash, "cells_run": 6, "cells_total": 9}}
    harmless = page_of(mistake("batch-of-one", "harmless"), **stopped)
    assert part_ids(harmless)[:2] == ["stopped", "diagnosis"]
    stops = page_of(mistake("device-mismatch", "stops"), **stopped)
    assert part_ids(stops)[:2] == ["diagnosis", "stopped"]


# --- every mistake ---


def test_each_mistake_is_told_with_what_it_does_how_sure_it_is_and_where_to_read_on():
    items = Page(render_report(*diagnosed())).by_id("diagnosis").all("ol")[0].all("li")
    texts = [squeeze(one.text) for one in items]
    assert [one.attributes["id"] for one in items] == [f"mistake-{n}" for n in (1, 2, 3, 4)]
    assert "Softmax before loss This run shows softmax-before-loss" in texts[0]
    assert "Fix: Mend softmax-before-loss in one step." in texts[0]
    assert "What it does spoils what the network learns" in texts[0]
    assert "How sure certain Read more Handout: Common mistakes → Loss" in texts[0]
    assert "makes the result worse How sure likely" in texts[1]
    assert "How sure possible: see for yourself" in texts[2]
    assert "did no harm this time" in texts[3]


def test_the_students_own_lines_stand_beside_a_mistake_with_the_one_that_is_meant_marked():
    first = Page(render_report(*diagnosed())).by_id("mistake-1")
    (code,) = first.all("pre")
    rows = [one for one in code.all("span") if "row" in one.attributes["class"].split()]
    assert [one.all("span")[0].text.strip() for one in rows] == ["4", "5", "6", "7", "8"]
    assert rows[3].attributes["class"] == "row hit"
    assert "    nn.Softmax(dim=1), (this line)" in rows[3].text
    assert [one.attributes["class"] for one in rows].count("row hit") == 1
    assert "Your code: lab.ipynb, cell 6 lines 4 to 8" in squeeze(first.text)


def test_with_a_hidden_criterion_a_mistake_is_told_without_its_explanation():
    lines = [criterion("it-runs", "unmet"), criterion("secret", "unmet", visibility="hidden")]
    page = page_of(mistake("batch-of-one", "ruins"), criteria=lines)
    text = squeeze(page.by_id("diagnosis").text)
    assert "Batch of one Fix: Mend batch-of-one in one step." in text
    assert "This run shows" not in text


def test_without_the_code_the_place_is_still_named():
    second = Page(render_report(*diagnosed())).by_id("mistake-2")
    assert second.all("pre") == []
    assert "Where cell 9, line 2 Adam(model.parameters(), lr=0.5)" in squeeze(second.text)


def test_where_nothing_was_recognised_there_is_no_such_part():
    page = page_of()
    assert "diagnosis" not in part_ids(page)
    assert "What to fix" not in page.all("body")[0].text


def test_mistakes_without_harm_are_only_worth_knowing():
    page = page_of(mistake("batch-of-one", "harmless"))
    assert page.by_id("diagnosis").all("h2")[0].text == "Worth knowing"


def test_a_crash_is_shown_in_the_students_own_lines():
    crash = {"type": "E", "message": "m", "traceback": "t", "cell": 6, "line": 5}
    code = [{"file": "lab.ipynb", "cell": 6, "text": CODE}]
    page = page_of(claims={"crash": crash}, source={"code": code})
    assert "5 nn.Linear(784, 512), (this line)" in squeeze(page.by_id("stopped").text)


# --- which lines ---


def numbers(found):
    return [line.number for line in found.lines]


def test_an_excerpt_has_a_few_lines_around_the_place():
    found = excerpt(NOTEBOOK, Place(cell=6, line=5))
    assert numbers(found) == [3, 4, 5, 6, 7, 8], "the second line is empty"
    assert [line.number for line in found.lines if line.meant] == [5]


def test_an_excerpt_begins_and_ends_with_a_line_that_is_not_empty():
    code = (Code(file="a.py", text="\n\n\nx = 1\n\n\n\n"),)
    assert numbers(excerpt(code, Place(file="a.py", line=4))) == [4]


def test_an_excerpt_at_either_end_is_shorter():
    long = (Code(file="a.py", text="\n".join("abcdefghij")),)
    assert numbers(excerpt(long, Place(file="a.py", line=1))) == list(range(1, 2 + AROUND))
    assert numbers(excerpt(long, Place(file="a.py", line=10))) == list(range(10 - AROUND, 11))


@pytest.mark.parametrize(
    ("code", "where"),
    [
        (NOTEBOOK, None),
        (NOTEBOOK, Place(cell=6)),
        (NOTEBOOK, Place(cell=8, line=1)),
        (NOTEBOOK, Place(cell=6, line=99)),
        (NOTEBOOK, Place(file="lab.ipynb", line=1)),
        (SCRIPTS, Place(file="other.py", line=1)),
        (SCRIPTS, Place(line=1)),
        ((), Place(file="lab.py", line=1)),
    ],
)
def test_what_is_not_known_exactly_is_not_shown(code, where):
    assert excerpt(code, where) is None


def test_a_place_in_a_script_is_found_by_its_file():
    assert excerpt(SCRIPTS, Place(file="net.py", line=1)).lines[0].text == "y = 2"
    assert excerpt(SCRIPTS[:1], Place(line=1)).lines[0].text == "import torch.nn as nn"


def test_a_line_is_cut_and_what_hides_in_it_is_shown():
    code = (Code(file="a.py", text="\tx = '\u202e'" + "y" * 999),)
    text = excerpt(code, Place(file="a.py", line=1)).lines[0].text
    assert text.startswith("    x = '⟨U+202E⟩'")
    assert len(text) == LONGEST
