"""What an instructor writes: rubrics, assignments and baselines."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from builders import ASSIGNMENT, baseline, criterion
from harness import Target
from inputs import Case

from grader.checks import CHECKS, Expectation
from grader.course import Course, find_course
from grader.errors import CourseError
from grader.scoring.verdicts import problems_of

PLACES = {
    "rubric": "rubrics/lab9.yaml",
    "assignment": "assignments/lab9/assignment.yaml",
    "baseline": "rubrics/baselines/lab9.official.json",
}
HEAD = "# A rubric\nschema: 1\nassignment: lab9\npass_mark: 0.7\ncriteria:\n"
BLOCK = """  - id: completes
    title: It runs to its end
    points: 10
    check: completes
    help: "Handout: mistakes."
  - id: architecture
    title: The network
    points: 20.5
    check: architecture
    requires: [completes]
    with:
      match: sequence
      ignored: [dropout, batch_norm]
      input_values: 784
"""
FLOW = """  - &one {id: train, title: Learns, points: 20, check: training_accuracy,
     visibility: hidden, with: {full: {below: 0.015}, zero: 0.5}}
  - {<<: *one, id: valid, check: validation_accuracy, requires: [train],
     with: {statistic: median_last_k, full: {below: 0.015}, zero: 0.5}}
"""


def _pieces(slug: str) -> list[bytes]:
    """The criteria of one of our rubrics, each in a rubric of its own."""
    text = (find_course(None).folder / "rubrics" / f"{slug}.yaml").read_text()
    criteria = text.partition("criteria:\n")[2].split("\n  - id: ")
    pieces = ["  - id: " + one.removeprefix("  - id: ") for one in criteria]
    alone = [one for one in pieces if "requires:" not in one]
    return [(HEAD + one + "\n").encode() for one in alone]


def seeds() -> Sequence[Case]:
    """Small right documents of every kind, in the ways that YAML can be written."""
    listed = {
        **{"schema": 1, "assignment": "lab9", "pass_mark": 0.5},
        "criteria": [criterion("runs"), criterion("ends", requires=["runs"], visibility="visible")],
    }
    rubrics = [(HEAD + BLOCK).encode(), (HEAD + FLOW).encode(), json.dumps(listed).encode()]
    rubrics += [piece for slug in ("lab1", "lab2", "lab3") for piece in _pieces(slug)]
    more = {
        **{"placeholders": ["FIXME"], "snapshots": 5, "reference": "x.py"},
        **{"limits": {"wall_s": 60, "memory_mb": 512}, "graded_model": "first", "stand_ins": []},
    }
    lab = (
        "schema: 1\nslug: lab9\ntitle: Lab 9\ndataset: {name: asl}\nclasses:\n- a\n- b\n"
        "limits: {wall_s: 1200, memory_mb: 8192}\nplaceholders: [FIXME, TODO]\n"
    )
    standard = baseline("lab9").model_dump_json(by_alias=True).encode()
    labs = [json.dumps(ASSIGNMENT | more).encode(), lab.encode()]
    return [
        *(Case("rubric", {PLACES["rubric"]: one}) for one in rubrics),
        *(Case("assignment", {PLACES["assignment"]: one}) for one in labs * 2),
        *[Case("baseline", {PLACES["baseline"]: standard})] * 2,
    ]


@cache
def expectations() -> dict[str, Expectation]:
    """What levels in a rubric are compared with."""
    own = baseline("lab9")
    return {"official": Expectation(own, {"lab9": own})}


def read(case: Case, folder: Path, scratch: Path) -> bool:
    """Read one document as ``grader check`` and ``grader rubric check`` do."""
    course = Course(folder)
    if case.door == "rubric":
        rubric = course.rubric("lab9")
        wrong = problems_of(rubric, CHECKS, expectations())
        json.loads(rubric.model_dump_json(by_alias=True))
        return not wrong and rubric.pass_score <= rubric.max_score
    if case.door == "assignment":
        course.assignment("lab9").model_dump_json()
        return True
    course.baseline("lab9", "custom").model_dump_json()
    return True


TARGET = Target(
    name="rubric",
    seeds=seeds,
    read=read,
    refusals=(CourseError,),
    modules=(
        *("grader.course.load", "grader.course.yaml_files", "grader.course.explain"),
        *("grader.model.rubric", "grader.scoring.verdicts"),
    ),
)
