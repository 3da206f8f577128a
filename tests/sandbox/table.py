"""The conformance table: what each level does about each attack, by who started it.

    pytest tests/sandbox --copies --conformance root.json
    python tests/as_user.py pytest … --conformance /tmp/user.json
    python tests/sandbox/table.py root.json /tmp/user.json

records the results of ``test_conformance.py`` for the user it runs as, and puts all of them into
``docs/security.md``.
"""

import json
import os
import sys
from pathlib import Path

PAGE = Path(__file__).parent.parent.parent / "docs" / "security.md"
BEGIN, END = "<!-- conformance: begin -->", "<!-- conformance: end -->"
COLUMNS = {
    f"level {level} as {who}": (f"{backend}, {who}", f"{backend}, warm, {who}")
    for level, backend in ((3, "bubblewrap"), (2, "landlock"))
    for who in ("root", "user")
}
"""What a column stands for: the job executed, and as a copy of a warm process."""

Results = dict[str, dict[str, str]]
"""By attack, then by backend and user: how it ended."""


def record(path: Path, found: dict[tuple[str, str], str]) -> None:
    """Write results, given by attack and backend, as those of the user who runs this."""
    who = "root" if os.geteuid() == 0 else "user"
    results: Results = {}
    for (attack, backend), ended in found.items():
        results.setdefault(attack, {})[f"{backend}, {who}"] = ended
    path.write_text(json.dumps(results, indent=1) + "\n")


def rendered(results: Results) -> str:
    """A Markdown table of the results."""
    lines = [f"| attack | {' | '.join(COLUMNS)} |", f"| --- |{' --- |' * len(COLUMNS)}"]
    for attack, found in results.items():
        cells = [_cell(found, ways) for ways in COLUMNS.values()]
        lines.append(f"| {attack} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(found: dict[str, str], ways: tuple[str, str]) -> str:
    """One word where both ways ended alike, else how each did."""
    ended = [found.get(way, "not run") for way in ways]
    return ended[0] if len(set(ended)) == 1 else f"executed: {ended[0]}; a copy: {ended[1]}"


def attacks(page: str) -> list[str]:
    """The rows of the table in a page."""
    table = page.partition(BEGIN)[2].partition(END)[0]
    return [line.split(" | ")[0].removeprefix("| ") for line in table.strip().splitlines()[2:]]


def main() -> None:
    """Put the results of all recorded runs into the page."""
    results: Results = {}
    for name in sys.argv[1:]:
        for attack, found in json.loads(Path(name).read_text()).items():
            results.setdefault(attack, {}).update(found)
    before, _, rest = PAGE.read_text().partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{rendered(results)}\n{END}{rest.partition(END)[2]}")


if __name__ == "__main__":
    main()
