"""The one environment of all templates, and the style sheets that a page carries.

Every value that a template writes passes through ``visible`` and is then escaped.
"""

import base64
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from grader.reports import text, wording

TEMPLATES = Path(__file__).parent / "templates"


class Part(NamedTuple):
    """Files of ours that stand in a page as they are, and their SHA-256 as a policy writes it."""

    text: Markup
    hash: str


@lru_cache(maxsize=8)
def sheet(*names: str) -> Part:
    """Return some of our files as one, in this order."""
    joined = "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in names)
    digest = base64.b64encode(hashlib.sha256(joined.encode()).digest()).decode("ascii")
    # Our own files, and the only text that is not escaped.
    return Part(Markup(joined), digest)  # noqa: S704


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the one environment of all templates."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"wording": wording}
    made.filters |= {
        "percent": text.percent,
        "number": text.number,
        "loss": text.loss,
        "visible": text.visible,
    }
    return made


def _finalize(value: Any) -> Any:
    """Make any value that a template writes safe to look at; markup is ours already."""
    return value if isinstance(value, Markup) else text.visible(str(value))
