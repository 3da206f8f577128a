"""The key of an anonymous export: which pseudonym is whose. It stays with the instructor.

A pseudonym is drawn at random, so that nothing about a student follows from it. Once drawn it is
kept, so that the same key gives the same pseudonyms in every export and for every lab.
"""

import csv
import io
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from grader.errors import ResultsError
from grader.people.names import folder_key
from grader.people.tables import Row, read_table
from grader.reports.gradebook import MARK, inert
from grader.results.atomic import replace
from grader.results.reviews import alone_in

KEY = "pseudonyms.csv"
COLUMNS = ("pseudonym", "student", "name")
PRIVATE = 0o600

Names = Mapping[str, str]
"""Students, by identifier, and their names; empty where nobody knows one."""


def assigned(path: Path, people: Names) -> dict[str, str]:
    """Return the pseudonyms of ``people`` by identifier, and keep in ``path`` those that are new.

    Only its owner may read the file. Raises ResultsError where it cannot be read as a key, or
    written: what nobody could turn back is not handed out.
    """
    try:
        with alone_in(path.absolute().parent):
            rows = _read(path)
            known = {folder_key(student): pseudonym for pseudonym, student, _ in rows}
            new = sorted(one for one in people if folder_key(one) not in known)
            for student in new:  # two spellings of one identifier are one student
                if folder_key(student) in known:
                    continue
                known[folder_key(student)] = drawn = _drawn(known.values())
                rows.append((drawn, student, people[student]))
            if new:
                replace(path, _table(rows), durable=True, private=True)
            elif path.exists():
                path.chmod(PRIVATE)
    except OSError as error:
        raise ResultsError(
            f"the key {path} cannot be kept ({error.strerror}): name another place with --key"
        ) from None
    return {student: known[folder_key(student)] for student in people}


def _drawn(taken: Iterable[str]) -> str:
    """A new pseudonym; no digit leads it, so that no table takes it for a figure."""
    used = set(taken)
    while (one := f"student-{secrets.token_hex(4)}") in used:
        pass
    return one


def _read(path: Path) -> list[tuple[str, str, str]]:
    """The rows of the key; none where there is no file yet. Raises ResultsError, CallerError."""
    if not path.exists():
        return []
    _, rows = read_table(path, lambda columns: set(COLUMNS[:2]) <= columns)
    if rows is None:
        raise ResultsError(f"{path} is no key of pseudonyms: name another file with --key")
    found = [_row(one) for one in rows]
    for column in (0, 1):
        seen = [folder_key(one[column]) for one in found]
        if not all(seen) or len(set(seen)) < len(seen):
            raise ResultsError(
                f"{path} does not have one {COLUMNS[column]} in each row: mend it, or name "
                "another key with --key"
            )
    return found


def _row(row: Row) -> tuple[str, str, str]:
    """A row as it was before it was made inert: no identifier begins with an apostrophe."""
    return row["pseudonym"], row["student"].removeprefix("'"), row.get("name", "")


def _table(rows: Iterable[tuple[str, str, str]]) -> bytes:
    """In the order of pseudonyms, that of nothing."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(tuple(map(inert, row)) for row in sorted(rows))
    return (MARK + text.getvalue()).encode("utf-8", "replace")
