"""What the pages show: fenced blocks, code in sentences, links and headings."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.anchors import anchors_plugin

ROOT = Path(__file__).parent.parent.parent
PATTERNS = (
    *("README.md", "CONTRIBUTING.md", "docs/**/*.md"),
    *("assignments/*/README.md", "assignments/*/ci/*.md"),
)
PAGES = tuple(
    sorted(path.relative_to(ROOT).as_posix() for pattern in PATTERNS for path in ROOT.glob(pattern))
)
"""Every page that shows commands, by its path in the repository."""
LINKED = (*PAGES, "CHANGELOG.md", "benchmarks/README.md")
"""Every page whose links are looked at."""
SHELL = ("sh", "console")
"""The languages of blocks that are to be typed."""
_FILE = re.compile(r"`([^`]+)`:$")


@dataclass(frozen=True)
class Block:
    """A fenced block; ``file`` is the name in the line before it, where that is all it says."""

    page: str
    line: int
    language: str
    text: str
    file: str | None = None

    @property
    def lines(self) -> list[str]:
        """What is typed, a command in each; of a console, what stands behind its prompt."""
        typed = self.text.replace("\\\n", " ").splitlines()
        if self.language == "console":
            typed = [line.removeprefix("$ ") for line in typed if line.startswith("$ ")]
        lines = (line.strip() for line in typed)
        return [line for line in lines if line and not line.startswith("#")]


@cache
def tokens(page: str) -> tuple[Token, ...]:
    """A page as Markdown; headings have the anchors that GitHub gives them."""
    reader = MarkdownIt("commonmark").enable("table").use(anchors_plugin, max_level=6)
    return tuple(reader.parse((ROOT / page).read_text(encoding="utf-8")))


@cache
def blocks(page: str) -> tuple[Block, ...]:
    """Every fenced block of a page, in order."""
    found, before = [], ""
    for token in tokens(page):
        if token.type == "fence" and token.map:
            named = _FILE.fullmatch(before)
            file = named.group(1) if named else None
            found.append(Block(page, token.map[0] + 1, token.info.strip(), token.content, file))
        if token.type in ("inline", "fence"):
            before = token.content
    return tuple(found)


def spans(page: str) -> list[str]:
    """Every piece of code within a sentence."""
    return [one.content for one in _inline(page) if one.type == "code_inline"]


def links(page: str) -> list[str]:
    """Where every link and image of a page leads."""
    targets = (one.attrGet("href") or one.attrGet("src") for one in _inline(page))
    return [unquote(str(target)) for target in targets if target]


def anchors(page: str) -> set[str]:
    """What a link to a heading of a page may name."""
    return {str(one.attrGet("id")) for one in tokens(page) if one.type == "heading_open"}


def _inline(page: str) -> Iterator[Token]:
    return itertools.chain.from_iterable(token.children or () for token in tokens(page))
