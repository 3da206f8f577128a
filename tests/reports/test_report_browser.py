"""The page in a real browser: its policy lets it look right, and it fits a phone."""

import html
import json
import re
import shutil
import subprocess

import pytest
from report_cases import CASES

from grader.reports import render_report

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chrome")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --dump-dom "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()

# The report sits unchanged, with its own policy, in a frame whose outer page may look inside.
FRAME = """<!doctype html><meta charset="utf-8"><title>waiting</title>
<iframe width="{width}" height="800" srcdoc="{source}"></iframe>
<script>
addEventListener("load", () => {{
  const inner = frames[0].document, root = inner.documentElement;
  document.title = JSON.stringify({{
    wanted: root.scrollWidth,
    given: root.clientWidth,
    paper: frames[0].getComputedStyle(inner.body).backgroundColor,
    images: Array.from(inner.images, (image) => image.naturalWidth),
    scripts: inner.scripts.length,
    wide: Array.from(inner.querySelectorAll("main p, main h3, main dd, header *"))
      .filter((one) => one.getBoundingClientRect().right > root.clientWidth + 1)
      .map((one) => one.className || one.tagName),
  }});
}});
</script>"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


def look(tmp_path, case, width, dark=False):
    """Open the report of ``case`` in a frame of ``width`` pixels and measure it."""
    source = html.escape(render_report(*CASES[case]()))
    page = tmp_path / "frame.html"
    page.write_text(FRAME.format(width=width, source=source), encoding="utf-8")
    command = [
        str(CHROMIUM),
        *FLAGS,
        f"--user-data-dir={tmp_path / 'profile'}",
        f"--blink-settings=preferredColorScheme={0 if dark else 1}",
        page.as_uri(),
    ]
    done = subprocess.run(command, capture_output=True, timeout=60, check=True)
    found = re.search(r"<title>(.*?)</title>", done.stdout.decode(), re.DOTALL)
    assert found is not None
    return json.loads(html.unescape(found[1]))


@pytest.mark.parametrize("case", ["wrong", "crashed", "diagnosed", "hostile"])
def test_a_phone_never_scrolls_sideways(tmp_path, case):
    found = look(tmp_path, case, 360)
    assert 300 < found["given"] <= 360
    assert found["wanted"] <= found["given"]
    assert found["wide"] == []


def test_the_policy_lets_style_and_pictures_through(tmp_path):
    found = look(tmp_path, "right", 1200)
    assert found["paper"] == "rgb(252, 251, 248)"
    assert found["images"] == [28] * 12
    assert found["scripts"] == 0


def test_the_page_is_dark_where_dark_is_wished(tmp_path):
    assert look(tmp_path, "right", 1200, dark=True)["paper"] == "rgb(21, 24, 28)"
