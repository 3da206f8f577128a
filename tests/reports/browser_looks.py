"""What can be asked of an open page: does it fit, can the keyboard use it, what does axe find."""

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

OPEN_DETAILS = "() => { for (const one of document.querySelectorAll('details')) one.open = true; }"

# What lies in an element that scrolls, or that cuts its text with dots, may be wider than the page.
STICKING_OUT = """() => {
  const width = document.documentElement.clientWidth;
  const kept = (one) => {
    for (let up = one; up && up !== document.body; up = up.parentElement)
      if (getComputedStyle(up).overflowX !== "visible" && !up.matches("svg")) return true;
    return false;
  };
  return Array.from(document.querySelectorAll("body *"))
    .filter((one) => one.getClientRects().length && !kept(one))
    .filter((one) => {
      const box = one.getBoundingClientRect();
      return box.width > 0 && (box.right > width + 1 || box.left < -1);
    })
    .map((one) => `${one.tagName}.${one.getAttribute("class")}: ${one.textContent.slice(0, 40)}`);
}"""

REGIONS = """() => {
  const moves = (how, wanted, given) => /auto|scroll/.test(how) && wanted > given + 1;
  return Array.from(document.querySelectorAll("body *")).filter((one) => {
    const style = getComputedStyle(one);
    return moves(style.overflowX, one.scrollWidth, one.clientWidth)
      || moves(style.overflowY, one.scrollHeight, one.clientHeight);
  }).map((one) => ({
    what: `${one.tagName}.${one.className}`,
    focusable: one.tabIndex >= 0,
    named: Boolean(one.ariaLabel || one.getAttribute("aria-labelledby")),
    role: one.getAttribute("role"),
  }));
}"""

FOCUSABLE = """() => Array.from(document.querySelectorAll(
    "a[href], button, input, select, summary, [tabindex='0']"))
  .filter((one) => one.checkVisibility() && !one.disabled).length"""

FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const style = getComputedStyle(one);
  const box = one.getClientRects()[0];
  const middle = (low, high, end) => (Math.max(low, 0) + Math.min(high, end)) / 2;
  const x = middle(box.left, box.right, innerWidth), y = middle(box.top, box.bottom, innerHeight);
  const hit = document.elementFromPoint(x, y);
  return {
    what: `${one.tagName}.${one.className} ${one.textContent.trim().slice(0, 40)}`,
    ringed: one.matches(":focus-visible") && style.outlineStyle !== "none"
      && parseFloat(style.outlineWidth) >= 2,
    seen: Boolean(hit && (one.contains(hit) || hit.contains(one))),
    first: one === document.querySelector("a[href]"),
  };
}"""


def overflow(page: "Page") -> tuple[int, list[str]]:
    """Return by how many pixels a page is too wide, and what sticks out of it."""
    page.evaluate(OPEN_DETAILS)
    root = "document.documentElement"
    return page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"), page.evaluate(STICKING_OUT)


def scrolling(page: "Page") -> list[dict[str, Any]]:
    """Return what scrolls inside a page, with whether the keyboard can reach it, and its name."""
    page.evaluate(OPEN_DETAILS)
    return page.evaluate(REGIONS)


def walk(page: "Page") -> Iterator[dict[str, Any]]:
    """Go through a page with the Tab key: what has the focus, until it leaves the page."""
    for step in range(5000):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None or (step and focused["first"]):
            return
        yield focused


def grave(page: "Page") -> list[str]:
    """Return what axe-core finds in a whole page and calls serious or critical."""
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate(OPEN_DETAILS)
    found = Axe().run(page).response
    assert found["passes"], "axe looked at nothing"
    return [
        f"{one['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def lightness(page: "Page", what: str = "backgroundColor") -> float:
    """Return how light the page's background (or the colour ``what``) is, 0 black to 1 white."""
    colour = page.evaluate(f"getComputedStyle(document.body).{what}")
    red, green, blue = (int(one) / 255 for one in colour.strip("rgb()").split(","))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def printed(page: "Page") -> list[str]:
    """Print a page and return the text of each sheet, without any space."""
    from pypdf import PdfReader

    sheets = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    return ["".join(one.extract_text().split()) for one in sheets]
