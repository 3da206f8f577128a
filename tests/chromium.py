"""A real browser: the distribution's Chromium, driven by playwright, and what a page does in it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Request

PHONE = 360
"""The width of a small phone in CSS pixels."""


def why_not() -> str | None:
    """Return why no page can be opened here, or ``None``."""
    if shutil.which("chromium") is None:
        return "needs a headless Chromium"
    wanted = ("playwright", "axe_playwright_python", "pypdf")
    without = [name for name in wanted if find_spec(name) is None]
    return f"needs the packages {', '.join(without)}" if without else None


@contextmanager
def chromium() -> "Iterator[Browser]":
    """Start Chromium and end it.

    While it runs, an event loop counts as running in this thread, so that nothing else here can
    run one: keep it no longer than a module of tests.
    """
    from playwright.sync_api import sync_playwright

    # Chromium's own sandbox refuses to start as root.
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        try:
            yield started
        finally:
            started.close()


@dataclass
class Visit:
    """A page that was opened from its file, and what it did that nobody should hear of.

    ``complaints``: warnings and errors on the console, a breach of the page's policy among them,
    and exceptions. ``requests``: addresses beside its own that it asked for.
    """

    page: "Page"
    address: str
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Begin to note what the page does."""
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._request)

    def _console(self, said: "ConsoleMessage") -> None:
        if said.type in ("error", "warning", "assert"):
            self.complaints.append(said.text)

    def _request(self, request: "Request") -> None:
        if request.url.partition("#")[0] != self.address:
            self.requests.append(request.url)


def visit(
    browser: "Browser",
    path: Path,
    *,
    width: int = 1280,
    dark: bool = False,
    script: bool = True,
    policy: bool = True,
) -> Visit:
    """Open the page at ``path`` in a profile of its own.

    Without ``script`` the page's own script does not run; without ``policy`` its policy is not
    kept, for what a test wants to run inside the page.
    """
    options: dict[str, Any] = {"java_script_enabled": script, "bypass_csp": not policy}
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if dark else "light",
        **options,
    )
    opened = Visit(context.new_page(), path.as_uri())
    opened.listen()
    opened.page.goto(opened.address)
    return opened
