"""Checks every link within a built site, and lists those that leave it.

python tests/docs/built_links.py build/docs

No network is used: of a link to another place it is only known how it is written.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}
"""What a browser fetches by itself, to show a page."""


@dataclass
class Page(HTMLParser):
    """The anchors of a page, where its links lead, and what is ``loaded`` to show it."""

    ids: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember what an element is called, and what it names."""
        named = dict(attrs)
        self.ids |= {value for key in ("id", "name") if (value := named.get(key))}
        if tag == "a" and named.get("href"):
            self.links.append(str(named["href"]))
        if tag in LOADED and named.get(LOADED[tag]):
            self.loaded.append(str(named[LOADED[tag]]))


def read_site(site: Path) -> dict[Path, Page]:
    """Every page of the built ``site``."""
    found = {}
    for path in sorted(site.resolve().rglob("*.html")):
        found[path] = Page()
        found[path].feed(path.read_text(encoding="utf-8"))
    return found


def outside(link: str) -> bool:
    """Whether a link leaves the site."""
    parts = urlsplit(link)
    return bool(parts.scheme or parts.netloc)


def broken(pages: dict[Path, Page]) -> Iterator[str]:
    """A sentence for each link within the site that leads nowhere."""
    for path, page in pages.items():
        for link in (*page.links, *page.loaded):
            parts = urlsplit(link)
            if outside(link):
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            there = pages.get(target)
            if not target.is_file():
                yield f"{path}: {link} leads to no file"
            elif parts.fragment and there and unquote(parts.fragment) not in there.ids:
                yield f"{path}: {link} leads to no place of that page"


def main(site: Path) -> int:
    """Print what is wrong and where the site leads; returns an exit code."""
    pages = read_site(site)
    wrong = list(broken(pages))
    for link in sorted({link for page in pages.values() for link in page.links if outside(link)}):
        print(f"not looked at: {link}")  # noqa: T201 - a command-line program
    for sentence in wrong:
        print(sentence)  # noqa: T201
    print(f"{len(pages)} pages, {len(wrong)} broken links")  # noqa: T201
    return 1 if wrong or not pages else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
