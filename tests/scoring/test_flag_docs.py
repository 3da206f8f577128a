"""The page on reviews has a row for every flag, and for every reason why nothing was judged."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/review.md").read_text(encoding="utf-8")
LEAST = 3
"""Words by which a row names a sentence; fewer could fit another."""


def rows(name: str) -> list[list[str]]:
    """The cells of each row of a table, without its head."""
    table = PAGE.split(f"<!-- {name}: begin -->")[1].split(f"<!-- {name}: end -->")[0]
    lines = [line for line in table.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def text_of(node: ast.expr) -> str:
    """What a string says, with … for every figure in it; empty for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(part) or "…" for part in node.values)
    return ""


def strings(module: Path) -> Iterator[str]:
    """Every whole string of a module, documentation apart."""
    for parent in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        for child in ast.iter_child_nodes(parent):
            if not isinstance(parent, (ast.Expr, ast.JoinedStr)) and isinstance(child, ast.expr):
                yield text_of(child)


def flags() -> list[str]:
    """Every sentence of the module that flags."""
    found = strings(ROOT / "grader/scoring/flags.py")
    return [text for text in found if text.endswith(".") and " " in text]


def faults() -> list[str]:
    """What is said wherever a verdict can be a fault, and in its place of what is hidden."""
    found = ["A hidden criterion could not be judged."]
    for module in sorted((ROOT / "grader").rglob("*.py")):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                given = {one.arg: one.value for one in node.keywords}
                if "found" in given and "FAULT" in ast.dump(given.get("verdict", node.func)):
                    found.append(text_of(given["found"]))
    return [text for text in found if text]


def names(row: str, sentence: str) -> bool:
    """Whether a row's first cell consists of parts of the sentence."""
    parts = [part.strip(" '.") for part in row.split("…")]
    return all(part in sentence for part in parts)


TABLES = {"flags": flags(), "faults": faults()}
SENTENCES = [(name, sentence) for name in TABLES for sentence in TABLES[name]]


@pytest.mark.parametrize(("name", "sentence"), SENTENCES, ids=[s[:50] for _, s in SENTENCES])
def test_each_reason_is_explained_in_one_row(name: str, sentence: str) -> None:
    fitting = [row for row in rows(name) if names(row[0], sentence)]
    assert len(fitting) == 1, f"docs/review.md, table of {name}: {len(fitting)} rows fit"
    cause, look, act = fitting[0][1:]
    assert min(map(len, (cause, look, act))) > 5


@pytest.mark.parametrize("name", TABLES)
def test_no_row_is_about_something_that_nobody_says(name: str) -> None:
    for row in rows(name):
        assert len(re.findall(r"\w+", row[0])) >= LEAST, row[0]
        said = any(names(row[0], sentence) for sentence in TABLES[name])
        assert said or row[0] == "The run could not be judged", row[0]


def test_enough_sentences_are_found_to_trust_this() -> None:
    assert len(TABLES["flags"]) == len(set(TABLES["flags"])) == len(rows("flags"))
    assert len(TABLES["faults"]) >= 5
