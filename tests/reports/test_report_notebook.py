"""The executed notebook as a page: whatever is in the file, what comes out is text and pictures."""

import base64
import json
import struct

import pytest
from report_cases import ATTACK, assignment, diagnosed, evidence, grade
from report_cases import criterion as met_or_not
from report_parser import Page

from grader.reports import notebook, notebook_cells, render_pages
from grader.reports.images import png
from grader.reports.notebook import render_notebook
from grader.reports.pictures import LARGEST, picture

PNG = base64.b64encode(png(bytes(6), width=3, height=2)).decode()
JPEG = base64.b64encode(
    b"\xff\xd8\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + bytes(9)
    + b"\xff\xc0" + struct.pack(">HBHH", 17, 8, 20, 30) + bytes(40)
).decode()  # fmt: skip
TAGS = set(
    "html head meta title style body a div header h1 p bdi code nav ul li main article pre span "
    "samp img footer".split()
)


def code(source, *outputs):
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": list(outputs)}


def said(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def shown(**data):
    names = {"plain": "text/plain", "html": "text/html", "svg": "image/svg+xml"}
    names |= {"png": "image/png", "jpeg": "image/jpeg", "js": "application/javascript"}
    return {"output_type": "display_data", "data": {names[kind]: data[kind] for kind in data}}


def failed(traceback):
    return {"output_type": "error", "ename": "E", "evalue": "v", "traceback": traceback}


def made_of(*cells, mistakes=()):
    content = json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5}).encode()
    return page_of(content, mistakes)


def page_of(content, mistakes=()):
    made = grade(evidence(), [met_or_not("it-runs", "met")], diagnosis=mistakes)
    return Page(render_notebook(content, made, assignment()))


def text_of(page):
    return page.all("main")[0].text


# --- what is shown ---


def test_code_has_its_cells_number_and_the_numbers_of_its_lines():
    page = made_of({"cell_type": "markdown", "source": "# Lab"}, code("a = 1\nb = 2"), code("c"))
    cell = page.by_id("cell-1")
    assert [one.text.strip() for one in cell.all("span") if one.attributes["class"] == "no"] == [
        "1",
        "2",
    ]
    assert "a = 1" in cell.text
    assert "c" in page.by_id("cell-2").text
    assert "Lab" in text_of(page)


def test_what_was_printed_in_several_goes_is_one_piece():
    page = made_of(code("x", said("Epoch 1\n"), said(["loss ", "0.5\n"]), said("oh", "stderr")))
    assert [one.text for one in page.by_id("cell-1").all("samp")] == ["Epoch 1\nloss 0.5\n", "oh\n"]


def test_a_progress_bar_is_shown_as_a_terminal_leaves_it():
    page = made_of(code("x", said("\r 10 %\r 55 %\r100 %\ndone\r\n")))
    assert page.by_id("cell-1").all("samp")[0].text == "100 %\ndone\n"


def test_an_error_is_shown_without_its_colours():
    page = made_of(code("1/0", failed(["\x1b[0;31mZeroDivisionError\x1b[0m", "division by zero"])))
    (pre,) = [one for one in page.all("pre") if "error" in one.attributes["class"]]
    assert pre.text == "ZeroDivisionError\ndivision by zero\n"


def test_of_an_output_with_web_content_the_plain_text_is_shown():
    page = made_of(code("df", shown(html="<table><b>a</b>", plain="   a  b\n0  1  3")))
    assert page.by_id("cell-1").all("samp")[0].text == "   a  b\n0  1  3\n"


def test_web_content_alone_is_named_and_not_shown():
    page = made_of(code("x", shown(html="<b>hi</b>", js="alert(1)", svg="<svg/>")))
    text = text_of(page)
    assert "not shown here: application/javascript, image/svg+xml, text/html" in text
    assert "<b>" not in text
    assert "alert" not in text


@pytest.mark.parametrize(
    ("data", "kind", "size"),
    [({"png": PNG}, "png", ("3", "2")), ({"jpeg": [JPEG]}, "jpeg", ("30", "20"))],
)
def test_pictures_are_shown_with_their_size(data, kind, size):
    (image,) = made_of(code("x", shown(**data, plain="<Figure>"))).all("img")
    assert image.attributes["src"].startswith(f"data:image/{kind};base64,")
    assert (image.attributes["width"], image.attributes["height"]) == size
    assert image.attributes["alt"] == "Picture that cell 1 made"


def test_the_line_of_a_mistake_is_marked_and_leads_to_the_report():
    made = diagnosed()[0]
    page = made_of(*[code("\n".join("abcdefgh"))] * 6, mistakes=made.document()["diagnosis"])
    (link,) = page.by_id("cell-6").all("a")
    assert link.attributes["href"] == "report.html#mistake-1"
    marked = [one for one in page.all("span") if one.attributes["class"] == "row hit"]
    assert [squeezed(one.text) for one in marked] == ["7 g see the report"]


def squeezed(text):
    return " ".join(text.split())


@pytest.mark.parametrize("profile", ["practice", "official"])
def test_what_ran_on_practice_data_says_so(profile):
    made = grade(evidence(profile=profile), [met_or_not("it-runs", "met")])
    page = Page(render_notebook(b'{"cells": []}', made, assignment()))
    assert len(page.all("aside")) == (profile == "practice")


# --- what is not ---


def everything_hostile():
    link = "[x](javascript:alert(1)) <iframe src=//evil.example>"
    return made_of(
        {"cell_type": "markdown", "source": ATTACK + link, "attachments": {"a": {"x": "y"}}},
        {"cell_type": "raw", "source": ATTACK},
        code(ATTACK, said(ATTACK), said(ATTACK, "stderr"), failed([ATTACK]), shown(plain=ATTACK)),
        code("x", shown(html=ATTACK), shown(svg=ATTACK), shown(js=ATTACK), {"data": {ATTACK: 1}}),
        code("x", shown(png=f'{PNG}" onerror="alert(1)'), shown(png=PNG + "<svg>", jpeg=ATTACK)),
    )


def test_a_hostile_notebook_is_text_and_nothing_else():
    page = everything_hostile()
    assert {one.tag for one in page.elements} <= TAGS
    names = {name for one in page.elements for name in one.attributes}
    assert not {name for name in names if name.startswith("on") or name == "style"}
    assert {one.attributes["href"] for one in page.all("a")} <= {"#cells", "report.html"}
    assert page.all("img") == []
    assert text_of(page).count("<script>alert(1)</script>") >= 6


def test_the_policy_of_the_page_is_the_reports():
    (policy,) = [
        one.attributes["content"]
        for one in everything_hostile().all("meta")
        if one.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert policy.endswith("; img-src data:; base-uri 'none'; form-action 'none'")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b"\xff\xfe",
        b"[]",
        b'"cells"',
        b'{"cells": 5}',
        b'{"worksheets": []}',
        b"[" * 200_000,
        b'{"cells": [' + b"1" * 5000 + b"]}",
        b" " * (notebook_cells.LARGEST + 1),
    ],
    ids=["empty", "text", "bytes", "list", "word", "five", "old", "deep", "number", "large"],
)
def test_what_is_no_notebook_is_said_to_be_none(content):
    assert "cannot be shown here" in text_of(page_of(content))


@pytest.mark.parametrize(
    "cell",
    [
        7,
        {},
        {"cell_type": "code"},
        {"cell_type": "code", "source": 3, "outputs": 3},
        {"cell_type": "code", "source": [1, "a"], "outputs": [1, {}, {"data": 4}, {"data": {}}]},
        {"cell_type": "code", "outputs": [{"output_type": "stream", "text": {}}, failed(5)]},
        {"cell_type": ["code"], "source": None},
    ],
)
def test_a_cell_of_any_form_breaks_nothing(cell):
    page = made_of(cell, code("after = 1"))
    assert "after = 1" in text_of(page)


@pytest.mark.parametrize(
    ("kind", "encoded"),
    [
        ("image/png", ""),
        ("image/png", "????"),
        ("image/png", base64.b64encode(b"<svg onload=alert(1)>").decode()),
        ("image/png", JPEG),
        ("image/jpeg", PNG),
        ("image/png", PNG[:20]),
        ("image/jpeg", base64.b64encode(b"\xff\xd8\xff\xda\0\0" * 9).decode()),
        ("image/jpeg", base64.b64encode(b"\xff\xd8\xff" + b"\xff" * 90).decode()),
        ("image/png", base64.b64encode(png(bytes(6001), width=6001, height=1)).decode()),
        ("image/png", base64.b64encode(base64.b64decode(PNG) + bytes(LARGEST)).decode()),
    ],
    ids="none junk svg jpeg png short endless filling wide large".split(),
)
def test_what_is_no_sane_picture_is_none(kind, encoded):
    assert picture(kind, encoded) is None


# --- how much ---


def test_of_long_code_and_long_output_the_page_says_what_is_left_out():
    page = made_of(code("x\n" * 1000, said("line\n" * 5000)), code("y", *[failed(["e"])] * 100))
    text = squeezed(text_of(page))
    assert "400 more lines are left out." in text
    assert "… 4900 lines left out …" in text
    assert "40 more outputs are left out." in text


def test_a_page_stays_below_its_limit_and_says_how_many_cells_are_missing():
    cells = [code("x", said(("&" * 390 + "\n") * 100))] * 300
    content = json.dumps({"cells": cells}).encode()
    assert len(content) < notebook_cells.LARGEST
    made = grade(evidence(), [met_or_not("it-runs", "met")])
    source = render_notebook(content, made, assignment())
    assert 4_000_000 < len(source.encode()) < 5_000_000
    drawn = source.count('<article class="cell"')
    assert f"{300 - drawn} more cells are left out" in source


def test_of_very_many_cells_only_the_first_are_looked_at():
    text = squeezed(text_of(made_of(*[code("x")] * 1200)))
    assert "200 more cells are left out" in text


def test_where_there_is_no_room_pictures_go_first_and_the_cells_stay(monkeypatch):
    monkeypatch.setattr(notebook, "LARGEST", 4000)
    noise = base64.b64encode(base64.b64decode(PNG) + bytes(3000)).decode()
    page = made_of(code("first", shown(png=noise)), code("last"))
    assert page.all("img") == []
    assert "a picture, left out because this page would grow too large" in text_of(page)
    assert "last" in page.by_id("cell-2").text


def test_cells_without_room_are_counted(monkeypatch):
    monkeypatch.setattr(notebook, "LARGEST", 1000)
    page = made_of(*[code("x = 1")] * 9)
    left = [one for one in page.all("article")]
    assert 0 < len(left) < 9
    assert f"{9 - len(left)} more cells are left out" in squeezed(text_of(page))


# --- beside the report ---


def test_the_report_leads_to_the_notebook_where_there_is_one():
    case = diagnosed()
    content = json.dumps({"cells": [code("x = 1")]}).encode()
    pages = render_pages(*case, content)
    assert list(pages) == ["report.html", "notebook.html"]
    addresses = [one.attributes["href"] for one in Page(pages["report.html"]).all("a")]
    assert addresses.count("notebook.html") == 2
    assert addresses.count("notebook.html#cell-6") == 1, "beside the lines of the mistake"
    assert list(render_pages(*case)) == ["report.html"]
    assert "notebook.html" not in render_pages(*case)["report.html"]


def test_a_notebook_that_breaks_its_page_costs_the_report_nothing(monkeypatch):
    def broken(content, *others):
        raise ValueError(content)

    monkeypatch.setattr("grader.reports.pages.render_notebook", broken)
    pages = render_pages(*diagnosed(), b"{}")
    assert list(pages) == ["report.html"]
    assert "notebook.html" not in pages["report.html"]
