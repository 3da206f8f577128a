"""``junit``: a suite for every student and a case for every criterion, as pytest writes them.

What is not met and costs points is a failure, what the grader could not judge an error. Skipped is
what costs nothing, and what a person has yet to look at. Hidden criteria are together in one case
without a name.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from xml.etree.ElementTree import Element, SubElement

from grader.exports.counted import ungraded
from grader.exports.interface import Exported, Wanted
from grader.exports.shown import PRACTICE, Line, Outcome, lines
from grader.model.grade import Grade
from grader.reports.class_members import Member, with_grade
from grader.reports.headline import headline
from grader.reports.text import visible

REVIEW = "What a person has to look at"
COUNTS = {"failures": "failure", "errors": "error", "skipped": "skipped"}
"""The counts of a suite, and the element of a case that each of them counts."""
ELEMENTS = {Outcome.SHORT: "failure", Outcome.FAULT: "error", Outcome.SKIPPED: "skipped"}


def export(wanted: Wanted) -> Exported:
    """Return every grade there is, also one that waits for a person: that is said in it."""
    made = suites(wanted.assignment.title, with_grade(wanted.members))
    return Exported(
        ET.tostring(made, encoding="utf-8", xml_declaration=True), ungraded(wanted.members)
    )


def suites(title: str, graded: Iterable[tuple[Member, Grade]]) -> Element:
    """Return the document for those who have a grade."""
    root = _element("testsuites", name=title)
    root.extend(_suite(one, grade) for one, grade in graded)
    _count(root)
    root.set("time", f"{sum(float(one.get('time', 0)) for one in root):.3f}")
    ET.indent(root, " ")
    return root


def _suite(one: Member, grade: Grade) -> Element:
    suite = _element("testsuite", name=one.student, time=f"{grade.run.wall_s:.3f}")
    suite.append(_properties(_facts(one, grade)))
    for number, line in enumerate(lines(grade)):
        case = _case(suite, grade, line.title, grade.run.wall_s if number == 0 else 0)
        _fill(case, line)
    if grade.needs_review:
        case = _case(suite, grade, REVIEW, 0)
        _outcome(case, "skipped", "review", "\n".join(grade.reasons) or "No reason was recorded.")
    said = [PRACTICE] if grade.profile == "practice" else []
    SubElement(suite, "system-out").text = "\n".join([*said, headline(grade)])
    _count(suite)
    return suite


def _case(suite: Element, grade: Grade, name: str, time_s: float) -> Element:
    classname = f"{grade.assignment}.{suite.get('name')}"
    case = _element("testcase", classname=classname, name=name, time=f"{time_s:.3f}")
    suite.append(case)
    return case


def _fill(case: Element, line: Line) -> None:
    """Say how a criterion stands, and where in the student's code its reason is."""
    if line.where is not None and line.where.file:
        case.set("file", visible(line.where.file))
        if line.where.line is not None and line.where.cell is None:
            case.set("line", str(line.where.line))
    judged = {} if line.outcome is Outcome.FAULT else {"earned": f"{line.earned:g}"}
    case.append(_properties({"points": f"{line.points:g}", **judged, "verdict": line.verdict}))
    if line.outcome in ELEMENTS:
        _outcome(case, ELEMENTS[line.outcome], line.verdict, line.text)


def _outcome(case: Element, tag: str, kind: str, text: str) -> None:
    said = visible(text)
    found = _element(tag, type=kind, message=said.partition("\n")[0])
    found.text = said
    case.append(found)


def _facts(one: Member, grade: Grade) -> dict[str, str]:
    """What a suite says of the grade as a whole."""
    return {
        "assignment": grade.assignment,
        "student": one.student,
        "name": one.name,
        "score": "" if grade.score is None else f"{grade.score:g}",
        "max_score": f"{grade.max_score:g}",
        "pass_mark": f"{grade.pass_mark:g}",
        "passed": str(grade.passed).lower(),
        "needs_review": str(grade.needs_review).lower(),
        "profile": grade.profile,
    }


def _properties(facts: Mapping[str, str]) -> Element:
    found = Element("properties")
    found.extend(_element("property", name=name, value=value) for name, value in facts.items())
    return found


def _count(parent: Element) -> None:
    parent.set("tests", str(len(list(parent.iter("testcase")))))
    for name, tag in COUNTS.items():
        parent.set(name, str(len(list(parent.iter(tag)))))


def _element(tag: str, **attributes: str) -> Element:
    """Return an element; what XML cannot hold in ``attributes`` is replaced by visible signs."""
    return Element(tag, {name: visible(value) for name, value in attributes.items()})
