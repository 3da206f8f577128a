"""Problems as GitLab's Code Quality report has them, which it shows beside a merge request."""

import hashlib
import json
from collections.abc import Iterable

from grader.ci.problems import Kind, Problem

NAME = "gl-code-quality-report.json"
SEVERITIES = {Kind.ERROR: "major", Kind.WARNING: "minor", Kind.NOTICE: "info"}


def code_quality(assignment: str, problems: Iterable[Problem]) -> bytes:
    """Return the report. One problem keeps its fingerprint wherever it moves to in its file."""
    found = [
        {
            "description": f"{one.title}: {one.text}",
            "check_name": f"{assignment}/{one.id}",
            "fingerprint": _fingerprint(assignment, one),
            "severity": SEVERITIES[one.kind],
            "location": {"path": one.file or ".", "lines": {"begin": one.line or 1}},
        }
        for one in problems
    ]
    return json.dumps(found, indent=1).encode()


def _fingerprint(assignment: str, one: Problem) -> str:
    return hashlib.sha256("\0".join((assignment, one.id, one.file)).encode()).hexdigest()
