"""Every page in a real browser: quiet, legible, for phone, paper, keyboard and screen reader.

Whatever a test does, ``look`` demands that the page complained of nothing and asked for nothing.
"""

import browser_looks as looks
import pytest
from browser_pages import CLASSES, PAGES, REPORTS
from chromium import PHONE, Visit, visit
from report_cases import CASES

pytestmark = pytest.mark.browser
WAYS = ("light", "dark", "phone")
every_page = pytest.mark.parametrize("name", PAGES)
every_report = pytest.mark.parametrize("name", REPORTS)


@every_page
def test_a_page_says_all_it_has_to_say_without_script(name, look):
    spoken, silent = (look(PAGES[name](), script=script).page for script in (True, False))
    said = silent.locator("main").inner_text()
    assert len(said) > 100
    if name in REPORTS:
        assert said == spoken.locator("main").inner_text()


@every_report
def test_a_report_runs_no_script(name, look):
    assert look(PAGES[name]()).page.evaluate("document.scripts.length") == 0


@every_page
def test_a_phone_never_scrolls_sideways_but_for_what_the_keyboard_reaches(name, look):
    page = look(PAGES[name](), width=PHONE).page
    assert page.evaluate("document.documentElement.clientWidth") == PHONE
    assert looks.overflow(page) == (0, [])
    found = looks.scrolling(page)
    assert [one for one in found if not (one["focusable"] and one["named"] and one["role"])] == []
    if name in ("diagnosed", "class"):
        assert found, "a wide table scrolls on a phone"


AXE = [
    (name, way) for name in ("right", "diagnosed", "crashed", "notebook", "class") for way in WAYS
]
AXE += [(name, "dark phone") for name in ("faulted", "reviewed", "hostile", "no class yet")]


@pytest.mark.parametrize(("name", "way"), AXE)
def test_axe_finds_nothing_serious_or_critical(name, way, look):
    width = PHONE if "phone" in way else 1280
    page = look(PAGES[name](), dark="dark" in way, width=width, policy=False).page
    assert looks.grave(page) == []


@every_page
def test_a_page_is_dark_where_dark_is_wished_and_light_on_paper(name, look):
    assert looks.lightness(look(PAGES[name]()).page) > 0.8
    page = look(PAGES[name](), dark=True).page
    assert looks.lightness(page) < 0.1
    assert looks.lightness(page, "color") > 0.7
    page.emulate_media(media="print")
    assert looks.lightness(page) > 0.8
    assert looks.lightness(page, "color") < 0.2


@every_report
def test_a_printed_report_has_the_grade_and_every_criterion_on_few_sheets(name, look):
    sheets = looks.printed(look(PAGES[name](), dark=True).page)
    assert 1 <= len(sheets) <= 12
    if name == "hostile":
        return  # its titles are attacks, shown in other characters
    grade = CASES[name]()[0]
    told = [one.title for one in grade.criteria if one.visibility == "visible"]
    assert told
    text = "".join(sheets)
    assert [one for one in told if "".join(one.split()) not in text] == []
    assert (f"{grade.score:g}" if grade.score is not None else "Noscore") in sheets[0]


def test_a_printed_class_has_every_student(look):
    page = look(CLASSES["class"]()).page
    sheets = looks.printed(page)
    assert 2 <= len(sheets) <= 15
    students = page.locator("#roster tbody th .muted").all_inner_texts()
    assert len(students) > 40
    assert [one for one in students if one not in "".join(sheets)] == []


@every_page
def test_the_skip_link_comes_first_and_leads_past_the_head(name, look):
    page = look(PAGES[name]()).page
    page.keyboard.press("Tab")
    link = page.locator("a:focus")
    assert link.inner_text().startswith("Skip to")
    assert link.bounding_box()["y"] >= 0, "it shows once it has the focus"
    target = page.locator(link.get_attribute("href"))
    page.keyboard.press("Enter")
    assert abs(target.bounding_box()["y"]) < 800, "its target is on the screen"
    page.keyboard.press("Tab")
    assert page.evaluate(
        """(target) => Boolean(target.compareDocumentPosition(document.activeElement)
          & Node.DOCUMENT_POSITION_FOLLOWING) || document.activeElement === document.body""",
        target.element_handle(),
    ), "the next stop lies behind it"


@every_page
def test_the_tab_key_reaches_everything_and_shows_where_it_is(name, look):
    page = look(PAGES[name]()).page
    stops = list(looks.walk(page))
    assert len(stops) == page.evaluate(looks.FOCUSABLE)
    assert [one["what"] for one in stops if not one["ringed"]] == []
    assert [one["what"] for one in stops if not one["seen"]] == []


def test_the_wrong_images_and_no_others_are_shown(look):
    page = look(REPORTS["right"]()).page
    widths = page.evaluate("Array.from(document.images, (image) => image.naturalWidth)")
    assert len(widths) >= 12
    assert min(widths) > 0


BAD = """<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<title>bad</title><main style="width: 900px">wide <img src="http://192.0.2.1/x.png"></main>
<div style="overflow: auto; width: 9em"><p style="width: 99em; color: #eee">pale</p></div>"""


def test_a_bad_page_is_seen_to_be_bad(chromium_here, tmp_path):
    """All that the other tests find nothing of."""
    path = tmp_path / "bad.html"
    path.write_text(BAD)
    kept: Visit = visit(chromium_here, path, width=PHONE)
    free: Visit = visit(chromium_here, path, width=PHONE, policy=False)
    try:
        assert any("Content Security Policy" in one for one in kept.complaints)
        assert free.requests == ["http://192.0.2.1/x.png"]
        beyond, sticking = looks.overflow(free.page)
        assert beyond > 500
        assert len(sticking) == 1
        (region,) = looks.scrolling(free.page)
        assert not region["focusable"]
        assert {one.partition(":")[0] for one in looks.grave(free.page)} >= {
            "html-has-lang",
            "image-alt",
            "color-contrast",
        }
    finally:
        kept.page.context.close()
        free.page.context.close()
