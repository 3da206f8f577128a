"""The summary page of a job, in Markdown: the grade, every criterion, and what to do next.

Markdown is HTML, too, and a table's row ends at a line's end: so every sign that could mean
something to either is written as a character reference. Our own text is plain Markdown.
"""

import re
from collections.abc import Iterable

from grader.ci.ending import Ending
from grader.exports.shown import PRACTICE, Line, lines, mistakes, told
from grader.model.grade import Grade
from grader.model.verdict import Verdict
from grader.reports.headline import headline
from grader.reports.text import visible
from grader.reports.wording import VERDICTS

LARGEST = 900_000
"""Bytes; GitHub refuses a summary of more than 1 MiB whole."""
LONGEST = 2000
MEANING = re.compile(r"[^\w\s,;%°–—…⟨⟩→]|_")
SIGNS = {
    Verdict.MET: "✅",
    Verdict.PARTIAL: "🟡",
    Verdict.UNMET: "❌",
    Verdict.BLOCKED: "⏸",
    Verdict.FAULT: "⚠️",
}

SHORT = "**The pass mark is reached, and this gate asks for every point.**"


def summary(ending: Ending) -> str:
    """Return the page of whatever came of a gate."""
    head = f"## {literal(ending.assignment)}: {SAID.get(ending.code, 'not graded')}"
    if ending.grade is None:
        return f"{head}\n\n{literal(ending.error)}\n"
    grade = ending.grade
    parts = [
        head,
        *([f"**{PRACTICE}**"] if grade.profile == "practice" else []),
        f"{literal(headline(grade))} — {literal(grade.student)}",
        SHORT if ending.short else "",
        _list("To mend first", map(told, mistakes(grade))),
        _list("Needs review", grade.reasons),
        _list("Still open", [one.title for one in ending.open_exercises]),
        "| | criterion | points | what was found, and what to do |\n|---|---|---:|---|",
    ]
    page = "\n\n".join(filter(None, parts)) + "\n"
    return f"{page}{_rows(lines(grade), LARGEST - len(page.encode()))}{_foot(grade)}"


SAID = {0: "passed", 1: "not passed yet", 2: "not graded", 3: "needs review", 130: "stopped"}


def _rows(shown: Iterable[Line], room: int) -> str:
    """A row for each criterion, as long as there is room for them."""
    rows, left = list[str](), 0
    for line in shown:
        row = _row(line)
        room -= len(row.encode())
        if room > 0:
            rows.append(row)
        left += room <= 0
    more = f"\n{left} more criteria are in the report.\n" if left else ""
    return "".join(rows) + more


def _row(line: Line) -> str:
    points = f"{line.earned:g} / {line.points:g}" if line.points else "not scored"
    where = f"{literal(line.where.words)}: " if line.where and line.where.words else ""
    verdict = f"{SIGNS[line.verdict]} {VERDICTS[line.verdict]}"
    return f"| {verdict} | {literal(line.title)} | {points} | {where}{literal(line.text)} |\n"


def _foot(grade: Grade) -> str:
    level = grade.isolation
    said = f"Isolation level {level.level} ({literal(level.backend)}), {literal(grade.device)}."
    return f"\n{said} The report among the artefacts explains everything.\n"


def _list(title: str, texts: Iterable[str]) -> str:
    found = [f"- {literal(text)}" for text in texts]
    return "\n".join([f"{title}:", "", *found]) if found else ""


def literal(text: str) -> str:
    """Return ``text`` as Markdown that reads as nothing but that text, on one line."""
    seen = visible(text.strip(), LONGEST)
    inert = MEANING.sub(lambda sign: f"&#{ord(sign[0])};", " ".join(seen.split(" ")))
    return re.sub(r"\s*\n\s*", "<br>", inert).replace("\t", " ")
