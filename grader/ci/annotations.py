"""Problems as GitHub's runner reads them from what a step prints: its workflow commands.

Within its caps, 10 of a kind per step and 50 per job; what is beyond them is counted in the last.
"""

from collections.abc import Iterable, Iterator

from grader.ci.problems import Kind, Problem

MOST_OF_A_KIND = 10
LONGEST_TITLE = 200
LONGEST = 4000


def commands(problems: Iterable[Problem]) -> Iterator[str]:
    """Yield a line for each problem, as many as are shown."""
    found = list(problems)
    for kind in Kind:
        some = [one for one in found if one.kind is kind]
        shown, more = some[:MOST_OF_A_KIND], len(some) - MOST_OF_A_KIND
        for one in shown:
            last = more > 0 and one is shown[-1]
            yield command(one, f"\nand {more} more: see the summary" if last else "")


def command(problem: Problem, more: str = "") -> str:
    """Return one workflow command."""
    properties = {"file": problem.file} if problem.file else {}
    if problem.file and problem.line is not None:
        properties |= {"line": str(problem.line), "endLine": str(problem.line)}
    properties["title"] = problem.title[:LONGEST_TITLE]
    listed = ",".join(f"{name}={escape_property(value)}" for name, value in properties.items())
    return f"::{problem.kind} {listed}::{escape(problem.text[:LONGEST] + more)}"


def escape(text: str) -> str:
    """Escape what ends a command, or would be taken for an escape."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escape_property(text: str) -> str:
    """Escape what ends a property, too."""
    return escape(text).replace(":", "%3A").replace(",", "%2C")
