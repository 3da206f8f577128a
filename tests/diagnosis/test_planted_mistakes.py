"""The bench's mutants are what they claim to be, and some of them are graded for real."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader.course import find_course
from grader.data.practice import PracticeSize
from grader.diagnosis.table import MISTAKES
from grader.discovery import find_submission
from grader.model.grade import Grade
from grader.pipeline import Request, check_submission, prepare
from grader.pipeline.setup import Setup, Standard, standard
from grader.sandbox.choose import Chosen, isolation_of
from grader.sandbox.plain import Plain
from grader.sandbox.warm.templates import Templates

patches = pytest.importorskip(
    "benchmarks.diagnosis.patches", reason="needs the checkout's benchmarks"
)
catalogue = pytest.importorskip("benchmarks.diagnosis.catalogue")

TINY_BASELINES = Path(__file__).parent.parent / "submissions" / "baselines"
STYLES = patches.styles()
WITH_MUTANTS = [style for style in STYLES if patches.table(style)]
RULES = {mistake.id for mistake in MISTAKES}
GRADED = ("softmax-before-loss", "sigmoid-before-loss", "no-zero-grad", "no-step", "rate-too-low")
"""Told at once on the tiny data, in seconds."""


@pytest.mark.parametrize("style", WITH_MUTANTS)
def test_every_patch_of_a_style_applies_and_leaves_a_program(style: str) -> None:
    found = patches.mutants(style)
    for one in found:
        compile(one.text, one.name, "exec")
    assert len({(one.lab, one.text) for one in found}) == len(found)


@pytest.mark.parametrize("style", WITH_MUTANTS)
def test_a_style_plants_every_mistake_in_every_lab_or_says_why_not(style: str) -> None:
    planted = {(one.mistake, one.lab) for one in patches.mutants(style) if one.mistake}
    left_out = set(patches.left_out(style))
    wanted = {(one.id, lab) for one in catalogue.MISTAKES for lab in one.labs}
    assert planted | left_out == wanted
    assert not planted & left_out


def test_a_mistake_is_planted_in_each_lab_or_the_catalogue_says_why_not() -> None:
    for one in catalogue.MISTAKES:
        assert {*one.labs, *one.left_out} == set(catalogue.LABS), one.id


def test_every_mistake_that_has_a_rule_is_planted() -> None:
    assert {one.id for one in catalogue.MISTAKES} >= RULES


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("lab", catalogue.LABS)
def test_a_right_solution_is_shortened_in_one_place(style: str, lab: str) -> None:
    text = patches.source(style, lab)
    short = patches.shortened(text, lab, 2)
    assert short is not None
    changed = [
        (old, new)
        for old, new in zip(text.splitlines(), short.splitlines(), strict=True)
        if old != new
    ]
    assert len(changed) == 1


@pytest.mark.parametrize("times", [0, 2])
def test_a_patch_that_does_not_fit_exactly_once_is_refused(times: int) -> None:
    edit = patches.Edit("x = 1\n", "x = 2\n")
    assert patches.applied("x = 1\n", [edit], "one") == "x = 2\n"
    with pytest.raises(patches.PatchError, match=f"{times} times"):
        patches.applied("x = 1\n" * times, [edit], "one")


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("n_epochs = 20\n", "n_epochs = 8\n"),
        ("EPOCHS: int = 20\n", "EPOCHS: int = 8\n"),
        ("for epoch in range(20):\n", "for epoch in range(8):\n"),
        ("for epoch in range(1, 21):\n", "for epoch in range(1, 9):\n"),
        ("epochs = 20\nfor i in range(20):\n", None),
        ("epochs = 12\n", None),
    ],
)
def test_epochs_are_shortened_only_where_it_is_plain_what_they_are(
    text: str, short: str | None
) -> None:
    assert patches.shortened(text, "lab2", 8) == short


@pytest.fixture(scope="module")
def copies() -> Iterator[Chosen]:
    with Templates() as templates:
        backend = Plain(templates)
        yield Chosen(backend, isolation_of(backend))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory, copies: Chosen) -> tuple[Setup, Standard]:
    """Lab 1 on the tiny data, and what judges it there."""
    course = tmp_path_factory.mktemp("course")
    whole = find_course(None).folder
    for name in ("assignments/lab1", "rubrics/lab1.yaml"):
        (course / name).parent.mkdir(exist_ok=True)
        (course / name).symlink_to(whole / name)
    (course / "rubrics" / "baselines").symlink_to(TINY_BASELINES)
    request = Request(
        "lab1", course, practice=True, practice_size=PracticeSize.TINY, device="cpu", threads=1
    )
    setup = prepare(replace(request, reruns=0, isolation=0))
    return replace(setup, chosen=copies), standard(setup.course, "lab1", "practice")


def graded(text: str, tiny: tuple[Setup, Standard], folder: Path) -> Grade:
    (folder / "lab1.py").write_text(text)
    return check_submission(find_submission(folder / "lab1.py"), *tiny)[1]


@pytest.mark.training
@pytest.mark.parametrize("style", WITH_MUTANTS)
def test_nothing_harmful_is_told_of_a_right_solution(
    style: str, tiny: tuple[Setup, Standard], tmp_path: Path
) -> None:
    grade = graded(patches.source(style, "lab1"), tiny, tmp_path)
    assert (grade.score, grade.diagnosis) == (grade.max_score, ())


@pytest.mark.training
@pytest.mark.parametrize("mistake", GRADED)
def test_a_planted_mistake_is_named_first(
    mistake: str, tiny: tuple[Setup, Standard], tmp_path: Path
) -> None:
    if mistake not in RULES:
        pytest.skip("it has no rule yet")
    (one,) = [
        each for each in patches.mutants("a") if (each.lab, each.mistake) == ("lab1", mistake)
    ]
    grade = graded(one.text, tiny, tmp_path)
    assert grade.score is not None
    assert grade.score < grade.max_score
    assert [told.id for told in grade.diagnosis][:1] == [mistake]
