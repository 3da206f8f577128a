"""The class page in a real browser: its script sorts and filters, and its policy lets it."""

import html
import json
import re
import shutil
import subprocess

import pytest
from class_cases import classroom, graded, hostile, page

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chrome")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --dump-dom "
    "--disable-background-networking --disable-component-update --disable-sync "
    "--enable-logging=stderr"
).split()

# The page sits unchanged, with its own policy, in a frame whose outer page looks at it and clicks.
FRAME = """<!doctype html><meta charset="utf-8"><title>waiting</title>
<iframe width="{width}" height="800" {sandbox} srcdoc="{source}"></iframe>
<script>
addEventListener("load", () => {{
  const inner = frames[0].document, root = inner.documentElement;
  const all = (what) => Array.from(inner.querySelectorAll(what));
  const rows = () => all("#roster tbody tr").filter((row) => row.getClientRects().length);
  const column = (at) => rows().map((row) => row.cells[at].textContent.trim());
  const press = (at) => all("#roster thead th")[at].querySelector("button").click();
  const sorted = () => all("#roster th[aria-sort]").map((one) =>
    one.textContent.trim() + " " + one.getAttribute("aria-sort"));
  const set = (id, value) => {{
    const field = inner.getElementById(id);
    field.value = value;
    field.dispatchEvent(new Event(field.tagName === "SELECT" ? "change" : "input"));
  }};
  const wide = () => all("main p, main h3, main li, main dd, header *, .controls *")
    .filter((one) => !one.closest(".scroll, .unseen"))
    .filter((one) => one.getBoundingClientRect().right > root.clientWidth + 1)
    .map((one) => one.className || one.tagName);
  const style = (one) => frames[0].getComputedStyle(one);
  Promise.resolve((() => {{ {act} }})()).then((found) => {{
    document.title = JSON.stringify(found);
  }});
}});
</script>"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def profile(tmp_path_factory):
    return tmp_path_factory.mktemp("profile")


@pytest.fixture
def ask(tmp_path, profile):
    """Open a page in a frame, run ``act`` beside it and return its value; no console error."""

    def asked(source, act, width=1280, dark=False, script=True, more=()):
        sandbox = "" if script else 'sandbox="allow-same-origin"'
        frame = tmp_path / "frame.html"
        filled = FRAME.format(width=width, sandbox=sandbox, source=html.escape(source), act=act)
        frame.write_text(filled, encoding="utf-8")
        command = [
            *(str(CHROMIUM), *FLAGS, *more, f"--user-data-dir={profile}"),
            *(f"--blink-settings=preferredColorScheme={0 if dark else 1}", frame.as_uri()),
        ]
        done = subprocess.run(command, capture_output=True, timeout=90, check=True)
        said = [one for one in done.stderr.decode().splitlines() if "CONSOLE" in one]
        assert [one for one in said if script or "allow-scripts" not in one] == []
        found = re.search(r"<title>(.*?)</title>", done.stdout.decode(), re.DOTALL)
        assert found is not None
        return json.loads(html.unescape(found[1]))

    return asked


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


def test_headings_sort_both_ways_and_say_so(ask):
    found = ask(
        few(),
        """const seen = [[sorted(), column(0)]];
        for (const at of [4, 4, 0, 5]) { press(at); seen.push([sorted(), column(0)]); }
        return seen;""",
    )
    assert found == [
        [["Student ascending"], ["s1", "s10", "s2", "s9"]],
        [["Score ascending"], ["s1", "s10", "s9", "s2"]],
        [["Score descending"], ["s9", "s10", "s1", "s2"]],
        [["Student ascending"], ["s1", "s2", "s9", "s10"]],
        [["c0 ascending"], ["s10", "s9", "s1", "s2"]],
    ]


def test_every_heading_is_a_button_that_the_keyboard_reaches(ask):
    found = ask(
        few(),
        """const button = all("#roster thead button")[4];
        button.focus();
        return [all("#roster thead button").length, all("#roster thead th").length,
          inner.activeElement === button, button.tabIndex];""",
    )
    assert found == [15, 15, True, 0]


def test_text_and_standing_filter_together_and_the_count_is_said(ask):
    found = ask(
        few(),
        """const seen = [], shown = inner.getElementById("shown");
        const look = () => seen.push([column(0), shown.textContent]);
        look(); set("show", "is review"); look(); set("find", "S9"); look();
        set("find", ""); set("show", "c1"); look(); set("show", ""); look(); return seen;""",
    )
    assert found == [
        [["s1", "s10", "s2", "s9"], "4 students"],
        [["s2", "s9"], "2 of 4 students"],
        [["s9"], "1 of 4 students"],
        [["s1"], "1 of 4 students"],
        [["s1", "s10", "s2", "s9"], "4 students"],
    ]


def test_names_are_found_without_their_accents(ask):
    act = 'set("find", "emile zo"); return column(0);'
    names = ask(page(*classroom(300)), act)
    assert names
    assert all("Émile Zölle" in one for one in names)


def test_a_criterion_leads_to_those_who_do_not_meet_it(ask):
    found = ask(
        few(),
        """const link = inner.querySelector('#criterion-c0 a[data-show]');
        const before = link.closest("p").hidden; link.click();
        return [before, column(0), inner.getElementById("show").value];""",
    )
    assert found == [False, ["s1", "s2", "s9"], "c0"]


def test_without_script_every_row_is_there_and_no_idle_control(ask):
    called, grades = classroom(40)
    found = ask(
        page(called, grades),
        """return [rows().length, all("#roster button").length,
          all("#controls, #how-to, .in-table").filter((one) => one.getClientRects().length).length,
          all("#criteria details").length];""",
        script=False,
    )
    assert found == [40 + 1 + len(called.missing), 0, 0, 8]


@pytest.mark.parametrize("case", [lambda: classroom(30), hostile, lambda: (None, [])])
def test_a_phone_never_scrolls_sideways(ask, case):
    act = """for (const one of all("details")) one.open = true;
      return [root.scrollWidth - root.clientWidth, root.clientWidth, wide()];"""
    beyond, width, wide = ask(page(*case()), act, width=360)
    assert (beyond, wide) == (0, [])
    assert 300 < width <= 360


def test_the_page_is_dark_where_dark_is_wished(ask):
    act = """return [style(inner.body).backgroundColor,
      style(all("#roster thead th")[0]).backgroundColor];"""
    assert ask(few(), act) == ["rgb(252, 251, 248)", "rgb(252, 251, 248)"]
    assert ask(few(), act, dark=True) == ["rgb(21, 24, 28)", "rgb(21, 24, 28)"]


def test_the_first_of_a_thousand_rows_are_sorted_at_once(ask):
    act = """const took = (what) => {
        const began = performance.now(); what(); root.offsetHeight;
        return performance.now() - began;
      };
      return [took(() => press(4)), took(() => press(11)), took(() => set("find", "ada"))];"""
    times = ask(page(*classroom(1000)), act)
    assert max(times) < 1500, "milliseconds; a busy machine may take its time"


def test_the_other_rows_of_a_large_class_follow(ask):
    called, grades = classroom(400)
    act = """press(4); press(0); const first = rows().length;
      return new Promise((done) => setTimeout(() => done([first, column(0)]), 3000));"""
    first, names = ask(page(called, grades), act, more=("--virtual-time-budget=9000",))
    assert (first, len(names)) == (150, 401 + len(called.missing))
    assert len(set(names)) == len(names), "no row twice"


def test_hostile_names_run_nothing(ask):
    act = 'press(0); set("find", "script"); return [inner.scripts.length, inner.images.length];'
    assert ask(page(*hostile()), act) == [1, 0]
