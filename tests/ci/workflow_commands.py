"""Reads workflow commands as GitHub's runner does: a line that begins with ``::name``."""

import re
from typing import NamedTuple

LINE = re.compile(r"^::(?P<name>[\w-]+)(?: (?P<properties>.*?))?::(?P<message>.*)$")
PROPERTY = re.compile(r"(?P<name>\w+)=(?P<value>[^,]*)")
DATA = {"%0D": "\r", "%0A": "\n", "%25": "%"}
OF_A_PROPERTY = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}


class Command(NamedTuple):
    """One command, unescaped."""

    name: str
    properties: dict[str, str]
    message: str


def read(printed: str) -> list[Command]:
    """Every command among the lines of what a step printed."""
    found = [LINE.match(line) for line in re.split(r"\r\n|\r|\n", printed)]
    return [_command(match) for match in found if match]


def _command(match: re.Match[str]) -> Command:
    listed = PROPERTY.findall(match["properties"] or "")
    properties = {name: _unescaped(value, OF_A_PROPERTY) for name, value in listed}
    return Command(match["name"], properties, _unescaped(match["message"], DATA))


def _unescaped(text: str, signs: dict[str, str]) -> str:
    for escaped, sign in signs.items():
        text = text.replace(escaped, sign)
    return text
