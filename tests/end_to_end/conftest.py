"""Courses on the tiny practice data, where a training takes seconds."""

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from runs import ROOT, TINY_BASELINES, Grades, tiny

from grader.discovery import find_submission, open_submission
from grader.model.grade import Grade
from grader.pipeline import check_submission
from grader.pipeline.path import Examined
from grader.pipeline.setup import Setup, Standard, standard
from grader.sandbox.choose import Chosen, isolation_of
from grader.sandbox.plain import Plain
from grader.sandbox.warm.templates import Templates

RIGHT_ONES = re.compile("right|filled_in|reference|held_out|fourth_lab")
"""In the names of tests whose submissions must earn their marks behind every wall."""


@pytest.fixture(scope="session")
def copies() -> Iterator[Chosen]:
    """Where most submissions are graded: copies of a warm process spare most of the time."""
    with Templates() as templates:
        backend = Plain(templates)
        yield Chosen(backend, isolation_of(backend))


@pytest.fixture
def chosen(request: pytest.FixtureRequest) -> Chosen | None:
    """Where the submission of a test is graded; ``None`` is the strongest level there is."""
    strongest = request.config.getoption("--strongest") and RIGHT_ONES.search(request.node.nodeid)
    found: Chosen | None = None if strongest else request.getfixturevalue("copies")
    return found


@pytest.fixture(scope="session")
def tiny_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of lab 1 whose baseline was measured on the tiny practice data."""
    course = tmp_path_factory.mktemp("course")
    shutil.copytree(ROOT / "assignments" / "lab1", course / "assignments" / "lab1")
    (course / "rubrics" / "baselines").mkdir(parents=True)
    shutil.copy(ROOT / "rubrics" / "lab1.yaml", course / "rubrics")
    shutil.copy(TINY_BASELINES / "lab1.practice.json", course / "rubrics" / "baselines")
    shutil.copytree(ROOT / "reference", course / "reference")
    return course


@pytest.fixture(scope="session")
def labs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Setup, Standard]]:
    """All labs on the tiny data at the strongest level, and what judges them: baselines measured
    before.
    """
    course = tmp_path_factory.mktemp("labs")
    for name in ("assignments", "rubrics"):
        shutil.copytree(ROOT / name, course / name)
    shutil.rmtree(course / "rubrics" / "baselines")
    shutil.copytree(TINY_BASELINES, course / "rubrics" / "baselines")
    setups = {slug: tiny(slug, course) for slug in ("lab1", "lab2", "lab3")}
    return {
        slug: (setup, standard(setup.course, slug, "practice")) for slug, setup in setups.items()
    }


@pytest.fixture
def graded(labs: dict[str, tuple[Setup, Standard]], chosen: Chosen | None) -> Grades:
    """Grade a submission of any lab on the tiny data."""

    def run(
        path: Path, slug: str, limits: Mapping[str, float], *, solution_cells: bool = False
    ) -> tuple[Examined, Grade]:
        setup, judged_by = labs[slug]
        lab = setup.assignment
        changed = lab.model_copy(update={"limits": lab.limits.model_copy(update=dict(limits))})
        setup = replace(
            setup,
            assignment=changed,
            solution_cells=solution_cells,
            chosen=chosen or setup.chosen,
        )
        with open_submission(path) as submission:
            return check_submission(submission, setup, judged_by)

    return run


@pytest.fixture(scope="session")
def lab1(tiny_course: Path) -> Setup:
    """Lab 1 by itself at the strongest level."""
    return tiny("lab1", tiny_course)


@pytest.fixture
def check(lab1: Setup, chosen: Chosen | None) -> Grades:
    """Grade a submission of lab 1 on the tiny data; ``timeout_s`` shortens its time."""
    return _grades(replace(lab1, chosen=chosen or lab1.chosen))


@pytest.fixture
def strongest_check(lab1: Setup) -> Grades:
    """The same at the strongest level there is."""
    return _grades(lab1)


def _grades(setup: Setup) -> Grades:
    judged_by = standard(setup.course, "lab1", "practice")

    def run(path: Path, seed: int = 0, timeout_s: float | None = None) -> tuple[Examined, Grade]:
        used = replace(setup, seed=seed)
        if timeout_s is not None:
            limits = setup.assignment.limits.model_copy(update={"wall_s": timeout_s})
            changed = setup.assignment.model_copy(update={"limits": limits})
            used = replace(used, assignment=changed)
        return check_submission(find_submission(path), used, judged_by)

    return run
