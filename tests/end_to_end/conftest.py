"""Courses on the tiny practice data, where a training takes seconds."""

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
from grader.pipeline.setup import Setup, standard
from grader.sandbox.choose import Chosen, isolation_of
from grader.sandbox.plain import Plain
from grader.sandbox.warm.templates import Templates


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--strongest",
        action="store_true",
        help="grade every submission at the strongest level, each in processes of its own",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--strongest"):
        for item in items:
            if item.get_closest_marker("thorough"):
                item.add_marker(pytest.mark.skip(reason="only with --strongest"))


@pytest.fixture(scope="session")
def chosen(request: pytest.FixtureRequest) -> Iterator[Chosen | None]:
    """Where most submissions are graded: copies of a warm process spare most of the time."""
    if request.config.getoption("--strongest"):
        yield None
        return
    with Templates() as templates:
        backend = Plain(templates)
        yield Chosen(backend, isolation_of(backend))


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
def graded(tmp_path_factory: pytest.TempPathFactory, chosen: Chosen | None) -> Grades:
    """Grade a submission of any lab on the tiny data, by baselines measured before."""
    course = tmp_path_factory.mktemp("labs")
    for name in ("assignments", "rubrics"):
        shutil.copytree(ROOT / name, course / name)
    shutil.rmtree(course / "rubrics" / "baselines")
    shutil.copytree(TINY_BASELINES, course / "rubrics" / "baselines")
    labs = {slug: tiny(slug, course) for slug in ("lab1", "lab2", "lab3")}
    if chosen is not None:
        labs = {slug: replace(setup, chosen=chosen) for slug, setup in labs.items()}
    judges = {slug: standard(setup.course, slug, "practice") for slug, setup in labs.items()}

    def run(
        path: Path, slug: str, limits: Mapping[str, float], *, solution_cells: bool = False
    ) -> tuple[Examined, Grade]:
        lab = labs[slug].assignment
        changed = lab.model_copy(update={"limits": lab.limits.model_copy(update=dict(limits))})
        setup = replace(labs[slug], assignment=changed, solution_cells=solution_cells)
        with open_submission(path) as submission:
            return check_submission(submission, setup, judges[slug])

    return run


@pytest.fixture(scope="session")
def check(tiny_course: Path, chosen: Chosen | None) -> Grades:
    """Grade a submission of lab 1 on the tiny data; ``timeout_s`` shortens its time."""
    setup = tiny("lab1", tiny_course)
    return _grades(setup if chosen is None else replace(setup, chosen=chosen))


@pytest.fixture(scope="session")
def strongest_check(tiny_course: Path) -> Grades:
    """The same at the strongest level there is."""
    return _grades(tiny("lab1", tiny_course))


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
