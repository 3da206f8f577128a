"""Makes the pictures of these pages anew: ``python docs/screenshots.py``, from a checkout.

A class of lab 1 is graded on practice data, from submissions that the tests have; then Chromium
takes pictures of its page and of one report. It takes some minutes, and needs ``chromium`` and the
``dev`` extra.
"""

import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
TESTS = ROOT / "tests" / "end_to_end"
MOST_BYTES = 300_000

CLASS = {
    "Ada Lovelace": "right_functional",
    "Alan Turing": "wrong_softmax",
    "Aylin Demir": "right_module_class",
    "Chidi Okafor": "wrong_no_activation",
    "Emmy Noether": "right_normalize",
    "Grace Hopper": "right_restored_weights",
    "Ingrid Ek": "wrong_plain_sgd",
    "Jürgen Sommer": "unfinished_starter_notebook",
    "Katherine Johnson": "right_scheduler",
    "María Sáez": "broken_in_the_first_epoch",
    "Noor Haddad": "wrong_softmax",
    "Sofia Kovalevskaya": "right_lazy_linear",
    "Tomasz Nowak": "wrong_labels_shifted",
    "Wei Zhang": "right_own_seeds",
    "Yusuf Aydin": "wrong_hard_coded_metrics",
    "Zoë Brandt": "wrong_unscaled",
}
"""Who handed in which of the tests' submissions."""
SHOWN = "Alan Turing"
"""Whose report is shown."""


class Picture(NamedTuple):
    """A file of these pages: whose page it shows, in CSS pixels, and how."""

    name: str
    page: str
    width: int
    height: int
    dark: bool = False
    sharp: int = 1


PICTURES = (
    Picture("report.png", "report", 980, 1320),
    Picture("report-dark.png", "report", 980, 1320, dark=True),
    Picture("report-phone.png", "report", 390, 1100, sharp=2),
    Picture("class.png", "class", 1180, 1400),
)


def student(name: str) -> str:
    """Return the identifier of somebody."""
    return f"s{1001 + sorted(CLASS).index(name)}"


def hand_in(folder: Path) -> Path:
    """Lay out everybody's submission below ``folder``; return the roster."""
    sys.path.insert(0, str(TESTS))
    from cases import cases  # the tests' own reader of their submissions

    handed = {case.name: case for case in cases("lab1")}
    lines = ["student,name,section"]
    for number, (name, case) in enumerate(sorted(CLASS.items())):
        own = folder / student(name)
        own.mkdir(parents=True)
        handed[case].write(own)
        lines.append(f"{student(name)},{name},{'AB'[number % 2]}")
    roster = folder.parent / "roster.csv"
    roster.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return roster


def grade(place: Path) -> dict[str, Path]:
    """Grade the class below ``place``; return the pages to show."""
    roster, results = hand_in(place / "handed-in"), place / "results"
    command = [sys.executable, "-m", "grader", "batch", "lab1", str(place / "handed-in")]
    command += ["--practice", "--roster", str(roster), "--out", str(results)]
    subprocess.run(command, cwd=ROOT, check=True)
    return {
        "class": results / "index.html",
        "report": results / student(SHOWN) / "report.html",
    }


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the Chromium of the distribution."""
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []  # its sandbox refuses root
    with sync_playwright() as driver:
        yield driver.chromium.launch(executable_path=shutil.which("chromium"), args=flags)


def take(browser: Browser, picture: Picture, page: Path) -> None:
    """Write ``picture`` of ``page``. Raises ValueError when it gets too large."""
    how: dict[str, Any] = {"color_scheme": "dark" if picture.dark else "light"}
    opened = browser.new_page(
        viewport={"width": picture.width, "height": picture.height},
        device_scale_factor=picture.sharp,
        **how,
    )
    opened.goto(page.as_uri())
    shot = Image.open(io.BytesIO(opened.screenshot())).convert("RGB")
    opened.close()
    small = io.BytesIO()
    shot.quantize(256, dither=Image.Dither.NONE).save(small, "png", optimize=True)
    if small.tell() > MOST_BYTES:
        raise ValueError(f"{picture.name} has {small.tell():,} bytes, over {MOST_BYTES:,}")
    (DOCS / picture.name).write_bytes(small.getvalue())


def main() -> None:
    """Grade, then write every picture."""
    with tempfile.TemporaryDirectory() as place, chromium() as browser:
        pages = grade(Path(place))
        for picture in PICTURES:
            take(browser, picture, pages[picture.page])


if __name__ == "__main__":
    main()
