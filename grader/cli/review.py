"""``grader review``: what needs a person, what there is to judge it by, and what was decided.

A decision is made about the grade as it is stored. Where the rubric would say something else by
now, a regrade comes first, so that nobody accepts what they have not seen.
"""

import getpass
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from grader.cli import options
from grader.errors import ResultsError

if TYPE_CHECKING:
    from grader.batch.rejudge import Standards
    from grader.model.grade import Grade
    from grader.model.review import Action, Decision, GivenPoints
    from grader.results.store import Stored, StoredResult


Accept = Annotated[
    bool, typer.Option("--accept", help="The score stands; it is no longer provisional.")
]
Points = Annotated[
    list[str],
    typer.Option(
        "--points",
        metavar="CRITERION=POINTS",
        help="Accept with these points for a criterion; more than once for several.",
    ),
]
Reopen = Annotated[
    bool, typer.Option("--reopen", help="Take all decisions back: it needs review again.")
]
Note = Annotated[
    str | None, typer.Option("--note", metavar="TEXT", help="Why; the student reads it.")
]
By = Annotated[
    str | None, typer.Option("--by", metavar="NAME", help="Who decides; default the user's name.")
]


def review(
    results: Annotated[Path, typer.Argument(help="A results folder, or one student's in it.")],
    student: Annotated[
        str | None, typer.Argument(help="Whose result; without it, all that need review.")
    ] = None,
    accept: Accept = False,
    points: Points = [],  # noqa: B006 - typer asks for it, and nobody changes it
    reopen: Reopen = False,
    note: Note = None,
    by: By = None,
    course: options.Course = None,
    rubric: options.Rubric = None,
) -> None:
    """Show what needs a person, or record what one decided; it outlasts every regrade."""
    from grader.batch.picture import refresh_picture
    from grader.batch.rejudge import standards_of
    from grader.cli.show_review import show_evidence, show_waiting
    from grader.results.store import read_results

    console = Console(highlight=False)
    stored = read_results(results)
    one = _chosen(stored, results, student)
    wished = accept or reopen or bool(points) or note is not None or by is not None
    if one is None:
        if wished:
            raise ResultsError(f"name whom to decide about: 'grader review {results} STUDENT'")
        show_waiting(console, stored, results)
    elif not wished:
        show_evidence(console, one, _require_grade(one), results)
    else:
        wish = _wish(accept, points, reopen, note, by)
        _decide(console, one, wish, standards_of(course, rubric))
        refresh_picture(results, course)


@dataclass(frozen=True)
class _Wish:
    """The options of a decision, not yet held against a grade."""

    action: "Action"
    points: tuple[str, ...]
    note: str
    by: str


def _wish(accept: bool, points: list[str], reopen: bool, note: str | None, by: str | None) -> _Wish:
    from grader.model.review import Action

    if reopen and (accept or points):
        raise ResultsError(
            "--reopen takes decisions back, --accept and --points make one: use one of them"
        )
    if note is not None and not note.strip():
        raise ResultsError("--note is empty: say why in a few words, or leave it out")
    action = Action.REOPEN if reopen else Action.ACCEPT if accept or points else Action.NOTE
    if action is Action.NOTE and note is None:
        raise ResultsError("--by alone decides nothing: add --accept, --points, --reopen or --note")
    return _Wish(action, tuple(points), (note or "").strip(), _who(by))


def _who(by: str | None) -> str:
    if by is not None and not by.strip():
        raise ResultsError("--by is empty: say who decides")
    try:
        return getpass.getuser() if by is None else by.strip()
    except (OSError, KeyError, ImportError):  # a user without a name, as in containers
        raise ResultsError("nobody knows who you are here: say it with --by NAME") from None


def _chosen(stored: "Stored", results: Path, student: str | None) -> "StoredResult | None":
    """The result asked for: by its folder's name, else by the student's. Raises ResultsError."""
    if student is None:
        own = [one for one in stored.results if one.folder == results]
        return own[0] if own else None
    found = [one for one in stored.results if one.folder.resolve().name == student] or [
        one for one in stored.results if one.evidence.submission.student == student
    ]
    if len(found) == 1:
        return found[0]
    if found:
        folders = ", ".join(one.folder.name for one in found)
        raise ResultsError(f"'{student}' has several results: name one of the folders {folders}")
    for sentence in stored.damaged:
        if f" {results / student} " in sentence:
            raise ResultsError(sentence)
    raise ResultsError(
        f"{results} has no result of '{student}': 'grader review {results}' lists what needs review"
    )


def _require_grade(one: "StoredResult") -> "Grade":
    from grader.cli.show_review import without_grade

    if one.grade is None:
        raise ResultsError(without_grade(one))
    return one.grade


def _decide(console: Console, one: "StoredResult", wish: _Wish, standards: "Standards") -> None:
    """Add a decision, and write grade and report as they are with it."""
    from grader.batch.rejudge import judged_alone
    from grader.cli.regrade import changes
    from grader.cli.signs import inert
    from grader.reports import render_pages
    from grader.reports.headline import headline
    from grader.results.store import executed_notebook, update_result
    from grader.scoring.reviewed import reviewed

    evidence, alone = judged_alone(one.evidence, standards)
    before = reviewed(alone, evidence, one.review)
    stored = _require_grade(one)
    if changes(stored, before) or stored.reasons != before.reasons:
        raise ResultsError(
            f"the stored grade of {stored.student} is not what its rubric says now: run "
            f"'grader regrade {one.folder}' first, or name its rubric with --rubric"
        )
    decision = _decision(wish, before, one)
    after = reviewed(alone, evidence, one.review.adding(decision))
    _require_settled(after, decision)
    assignment, judged_by = standards(after.assignment, after.profile)
    baseline, ran = judged_by.expectation.baseline, executed_notebook(one.folder)
    pages = render_pages(after, evidence, baseline, assignment, ran)
    update_result(one, evidence, after, pages, decision)
    for line in changes(before, after) or [f"{after.student}: noted, the grade stays as it is"]:
        console.print(inert(line), soft_wrap=True)
    console.print(inert(headline(after)), style="bold")
    console.print(inert(f"report: {one.folder / 'report.html'}"), soft_wrap=True)


def _decision(wish: _Wish, grade: "Grade", one: "StoredResult") -> "Decision":
    """The decision wished for. Raises ResultsError where it makes no sense for this grade."""
    from pydantic import ValidationError

    from grader.model.review import Action, Decision, fingerprint

    accepted = wish.action is Action.ACCEPT
    if accepted and not (grade.reasons or wish.points):
        raise ResultsError(
            f"the grade of {grade.student} needs no review: change it with --points, add a "
            "remark with --note, or ask for a review with --reopen"
        )
    given = _given(wish.points, grade)
    try:
        return Decision(
            at=datetime.now(UTC).replace(microsecond=0),
            by=wish.by,
            action=wish.action,
            points=given,
            note=wish.note,
            settles=grade.reasons if accepted else (),
            evidence=fingerprint(one.evidence),
        )
    except ValidationError as error:
        first = error.errors()[0]
        option = "--by" if first["loc"] == ("by",) else "--note"
        raise ResultsError(f"{option} cannot be kept like this: {first['msg']}") from None


def _given(texts: Iterable[str], grade: "Grade") -> "tuple[GivenPoints, ...]":
    """What ``--points`` says, checked against the rubric's criteria. Raises ResultsError."""
    from grader.model.review import GivenPoints

    worth = {item.id: item.points for item in grade.criteria if item.points}
    found: dict[str, GivenPoints] = {}
    for text in texts:
        name, _, figure = text.partition("=")
        number = _number(figure)
        if number is None:
            raise ResultsError(f"--points takes CRITERION=POINTS, such as '{min(worth)}=5'")
        if name not in worth:
            raise ResultsError(
                f"no criterion with points is called '{name}': use one of {', '.join(worth)}"
            )
        if not 0 <= number <= worth[name]:
            raise ResultsError(f"'{name}' is worth {worth[name]:g} points: give it 0 to that many")
        if name in found:
            raise ResultsError(f"--points names '{name}' twice: leave one out")
        found[name] = GivenPoints(criterion=name, points=number, of=worth[name])
    return tuple(found.values())


def _number(text: str) -> float | None:
    """A finite number in hundredths, as points are."""
    try:
        value = float(text)
    except ValueError:
        return None
    return round(value, 2) if math.isfinite(value) else None


def _require_settled(grade: "Grade", decision: "Decision") -> None:
    """What the grader failed to judge cannot be accepted at 0 points without saying so."""
    from grader.model.review import Action
    from grader.scoring.reviewed import undecided

    unjudged = [item.id for item in undecided(grade.criteria)]
    if decision.action is Action.ACCEPT and unjudged:
        options = " ".join(f"--points {name}=N" for name in unjudged)
        raise ResultsError(
            f"the grader itself failed to judge {', '.join(unjudged)}: give what it deserves with "
            f"{options}, or grade the work again"
        )
