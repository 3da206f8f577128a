"""The class page in a real browser: its script sorts and filters, by mouse and by keyboard."""

import re
import unicodedata

import browser_looks as looks
import pytest
from chromium import PHONE
from class_cases import classroom, graded, hostile, page

pytestmark = pytest.mark.browser

CELLS = """() => Array.from(document.querySelectorAll("#roster tbody tr"), (row) =>
  Array.from(row.cells, (cell) => ({
    text: cell.textContent.trim(),
    by: cell.dataset.s ?? null,
    num: cell.classList.contains("num"),
  })))"""
HEAD_AT = "(heads, id) => heads.findIndex((head) => head.id === id)"


def few():
    return page(
        None,
        [
            graded("s10", ("met", "met"), score=9),
            graded("s9", ("partial", "met"), reasons=("look",)),
            graded("s1", ("unmet", "unmet")),
            graded("s2", ("fault", "met"), score=None, reasons=("fault",)),
        ],
    )


class Roster:
    """The table of students of an open page, as somebody sees and uses it."""

    def __init__(self, page):
        self.page = page
        self.heads = page.locator("#roster thead th")

    def column(self, at):
        return [row[at]["text"] for row in self.cells()]

    def names(self):
        return [row[0]["text"].split()[-1] for row in self.cells()]

    def cells(self):
        return self.page.evaluate(CELLS)

    def press(self, at):
        self.heads.nth(at).locator("button").click()

    def sorted(self):
        one = self.page.locator("#roster th[aria-sort]")
        return f"{one.inner_text().strip()} {one.get_attribute('aria-sort')}"

    def shown(self):
        return self.page.locator("#shown").inner_text()

    def everybody(self, count):
        """Wait until the rows after the first are placed, too."""
        self.page.wait_for_function(
            "(count) => document.getElementById('roster').tBodies[0].rows.length === count",
            arg=count,
        )


@pytest.fixture
def roster(look):
    return lambda source, **how: Roster(look(source, **how).page)


def test_headings_sort_both_ways_and_say_so(roster):
    table = roster(few())
    seen = [(table.sorted(), table.names())]
    for at in (4, 4, 0, 5):
        table.press(at)
        seen.append((table.sorted(), table.names()))
    assert seen == [
        ("Student ascending", ["s1", "s10", "s2", "s9"]),
        ("Score ascending", ["s1", "s10", "s9", "s2"]),
        ("Score descending", ["s9", "s10", "s1", "s2"]),
        ("Student ascending", ["s1", "s2", "s9", "s10"]),
        ("c0 ascending", ["s10", "s9", "s1", "s2"]),
    ]


def _ordered(rows, at, down):
    """Return the order that a press on heading ``at`` must bring, or ``None`` for one of words."""
    full = [row for row in rows if row[at]["text"] or row[at]["by"] is not None]
    if not any(row[at]["by"] or row[at]["num"] for row in full):
        return None
    full.sort(key=lambda row: float(row[at]["by"] or row[at]["text"]), reverse=down)
    return _names(full) + _names(row for row in rows if row not in full)


def _spoken(words):
    """Words as people sort them: no accents, no capitals, 9 before 10."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().casefold()
    return [int(one) if one.isdigit() else one for one in re.split(r"(\d+)", plain)]


def _names(rows):
    return [row[0]["text"] for row in rows]


def test_every_column_sorts_both_ways_and_keeps_everybody(roster):
    table = roster(page(*classroom(32)))
    before = table.cells()
    presses = [(at, down) for at in range(table.heads.count()) for down in (False, True)]
    assert len(presses) == 2 * len(before[0]) > 30
    for at, down in presses[1:]:  # the page comes sorted by the first
        table.press(at)
        assert table.sorted().endswith(" descending" if down else " ascending")
        now = table.cells()
        assert sorted(_names(now)) == sorted(_names(before)), "everybody is still there"
        expected = _ordered(before, at, down)
        if expected is not None:
            assert _names(now) == expected
            continue
        texts = [row[at]["text"] for row in now]
        words = [one for one in texts if one]
        assert words == texts[: len(words)], "what is empty comes last"
        assert words == sorted(words, key=_spoken, reverse=down)


def test_the_keyboard_sorts(roster):
    table = roster(few())
    button = table.heads.nth(4).locator("button")
    button.focus()
    table.page.keyboard.press("Enter")
    assert (table.sorted(), table.names()) == ("Score ascending", ["s1", "s10", "s9", "s2"])
    table.page.keyboard.press("Space")
    assert (table.sorted(), table.names()) == ("Score descending", ["s9", "s10", "s1", "s2"])
    assert button.evaluate("(one) => one === document.activeElement"), "the focus stays"


def test_the_keyboard_filters(roster):
    table = roster(few())
    table.page.locator("#find").focus()
    table.page.keyboard.type("S9")
    assert (table.names(), table.shown()) == (["s9"], "1 of 4 students")
    for _ in "S9":
        table.page.keyboard.press("Backspace")
    assert table.names() == ["s1", "s10", "s2", "s9"]
    table.page.keyboard.press("Tab")
    table.page.keyboard.press("ArrowDown")
    assert table.page.locator("#show").input_value() == "is review"
    assert (table.names(), table.shown()) == (["s2", "s9"], "2 of 4 students")


def test_the_keyboard_scrolls_the_table_on_a_phone(roster):
    called, grades = classroom(40)
    table = roster(page(called, grades), width=PHONE)
    region = table.page.locator("#students .scroll")
    region.focus()
    for key, way in (("ArrowRight", "scrollLeft"), ("ArrowDown", "scrollTop")):
        table.page.keyboard.press(key)
        table.page.wait_for_function(
            f"() => document.querySelector('#students .scroll').{way} > 0", timeout=10_000
        )


def test_text_and_standing_filter_together_and_the_count_is_said(roster):
    table = roster(few())
    find, show = table.page.locator("#find"), table.page.locator("#show")
    seen = [(table.names(), table.shown())]
    for act in (
        lambda: show.select_option("needs review"),
        lambda: find.press_sequentially("S9"),
        lambda: (find.fill(""), show.select_option("C1")),
        lambda: show.select_option("everybody"),
    ):
        act()
        seen.append((table.names(), table.shown()))
    assert seen == [
        (["s1", "s10", "s2", "s9"], "4 students"),
        (["s2", "s9"], "2 of 4 students"),
        (["s9"], "1 of 4 students"),
        (["s1"], "1 of 4 students"),
        (["s1", "s10", "s2", "s9"], "4 students"),
    ]


def test_a_filter_stays_while_the_table_is_sorted(roster):
    table = roster(few())
    table.page.locator("#show").select_option("needs review")
    table.press(4)
    assert table.names() == ["s9", "s2"]


def test_every_choice_of_the_filter_shows_whom_it_names(roster):
    called, grades = classroom(40)
    table = roster(page(called, grades))
    everybody = len(table.names())
    words = {"is review": "needed", "is missing": "missing", "is not-graded": "not graded"}
    for choice in table.page.locator("#show option").all():
        value = choice.get_attribute("value")
        table.page.locator("#show").select_option(value=value)
        rows = table.cells()
        assert len(rows) <= everybody
        assert table.shown().endswith(f"{everybody} students")
        if value in words:
            assert rows
            assert all(words[value] in (row[2]["text"], row[3]["text"]) for row in rows)
        elif value and " " not in value:
            at = table.heads.evaluate_all(HEAD_AT, f"col-{value}")
            assert all(row[at]["text"].split()[:1] != ["met"] for row in rows)


def test_names_are_found_without_their_accents(roster):
    table = roster(page(*classroom(300)))
    table.page.locator("#find").press_sequentially("emile zo")
    assert table.column(0)
    assert all("Émile Zölle" in one for one in table.column(0))


def test_nobody_found_is_said(roster):
    table = roster(few())
    table.page.locator("#find").fill("nobody of that name")
    assert (table.names(), table.shown()) == ([], "0 of 4 students")


def test_a_criterion_leads_to_those_who_do_not_meet_it(roster):
    table = roster(few())
    line = table.page.locator("#criterion-c0")
    line.locator("summary").click()
    line.locator("a[data-show]").click()
    assert table.names() == ["s1", "s2", "s9"]
    assert table.page.locator("#show").input_value() == "c0"


def test_without_script_every_row_is_there_and_no_idle_control(roster):
    called, grades = classroom(40)
    table = roster(page(called, grades), script=False)
    assert len(table.names()) == 40 + 1 + len(called.missing)
    assert table.page.locator("#roster tbody tr").first.is_visible()
    assert table.page.locator("#roster button").count() == 0
    idle = table.page.locator("#controls, #how-to, .in-table")
    assert idle.count() > 2
    assert not any(one.is_visible() for one in idle.all())
    assert table.page.locator("#criteria details").count() == 8


def test_hostile_names_run_nothing_and_fit_a_phone(roster):
    table = roster(page(*hostile()), width=PHONE)
    table.press(0)
    table.page.locator("#find").fill("script")
    assert table.names()
    assert table.page.evaluate("[document.scripts.length, document.images.length]") == [1, 0]
    assert looks.overflow(table.page) == (0, [])


# How long each step takes until it is laid out, in milliseconds; the last puts all rows in at once.
TIMED = """() => {
  const body = document.getElementById("roster").tBodies[0], rows = Array.from(body.rows);
  const press = (at) => () => document.querySelectorAll("#roster thead button")[at].click();
  const steps = [press(4), press(11), press(0), () => body.replaceChildren(...rows)];
  return steps.map((step) => {
    const began = performance.now();
    step();
    document.documentElement.offsetHeight;
    return performance.now() - began;
  });
}"""


def test_a_thousand_rows_are_sorted_sooner_than_all_could_be_laid_out(roster):
    table = roster(page(*classroom(1000)))
    rounds = [table.page.evaluate(TIMED) for _ in range(3)]
    *sorts, everything = (min(times) for times in zip(*rounds, strict=True))
    assert max(sorts) < everything / 2, "people wait for the first rows only"


def test_the_other_rows_of_a_large_class_follow(roster):
    called, grades = classroom(400)
    table = roster(page(called, grades))
    first = table.page.evaluate(
        """() => { document.querySelectorAll("#roster thead button")[4].click();
          return document.getElementById("roster").tBodies[0].rows.length; }"""
    )
    assert first == 150
    table.everybody(401 + len(called.missing))
    names = table.names()
    assert len(set(names)) == len(names), "no row twice"
