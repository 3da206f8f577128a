"""Reads a report as a browser would, far enough to ask questions about it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

APART = {"td", "th", "dt", "dd", "li", "br", "p"}  # stand apart on the page, so in its text
VOID = {"meta", "img", "br", "link", "input", "hr"}


@dataclass
class Element:
    """An element with its attributes and all text inside it."""

    tag: str
    attributes: dict[str, str]
    text: str = ""
    inside: list["Element"] = field(default_factory=list)

    def all(self, tag: str) -> list["Element"]:
        """Return the elements of one tag inside this one."""
        return [one for one in self.inside if one.tag == tag]


class Page(HTMLParser):
    """A parsed page; an element that is not closed properly is an error."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.open = [self.root]
        self.feed(source)
        self.close()
        assert self.open == [self.root], f"not closed: {[one.tag for one in self.open]}"

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute twice in {tag}: {names}"
        element = Element(tag, {name: value or "" for name, value in attrs})
        for outer in self.open:
            outer.inside.append(element)
            outer.text += " " if tag in APART else ""
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data):
        for outer in self.open:
            outer.text += data

    @property
    def elements(self) -> list[Element]:
        """Every element, in order."""
        return self.root.inside

    def all(self, tag: str) -> list[Element]:
        """Every element of one tag."""
        return self.root.all(tag)

    def by_id(self, id: str) -> Element:
        """The one element with this id."""
        (found,) = [one for one in self.elements if one.attributes.get("id") == id]
        return found
