"""``grader doctor``: what works here, what does not, and whether the course is whole."""

import pytest
import yaml
from builders import baseline, criterion
from data_files import write_mnist

from grader.sandbox import choose
from grader.sandbox.choose import Inspection


@pytest.fixture(autouse=True)
def isolation(monkeypatch):
    """A machine on which one backend works; nothing is tried."""
    found = (
        Inspection("bubblewrap", 3, False, "bwrap is not installed", ()),
        Inspection("plain", 0, True, "", ("no isolation at all",)),
    )
    monkeypatch.setattr(choose, "inspect_all", lambda fresh: found)


def test_the_doctor_shows_what_works_and_what_does_not(grader, here):
    write_mnist(here / "home")
    code, out, err = grader("doctor")
    assert (code, err) == (0, "")
    assert "– level 3, bubblewrap: does not work: bwrap is not installed" in out
    assert "known hole: no isolation at all" in out
    assert "  ! mnist: 12 + 6 images, not the published files" in out
    for words in ("✓ cpu", "– asl: not there", "torch", "python"):
        assert words in out


def test_our_course_is_whole(grader):
    out = grader("doctor")[1]
    assert "  ✓ lab1: worked solution lab1_mnist_mlp.py\n" in out
    assert "  ✓ lab2: worked solution lab2_asl_mlp.py\n" in out
    assert "  ✓ lab3: worked solution lab3_asl_cnn.py\n" in out


@pytest.fixture
def whole(course):
    """The course of one lab with both of its baselines."""
    text = baseline("lab9", profile="official").model_dump_json(by_alias=True)
    (course / "rubrics/baselines/lab9.official.json").write_text(text)
    return course


def test_a_lab_without_a_worked_solution_is_whole(grader, whole):
    out = grader("doctor", "--course", whole)[1]
    assert f"course {whole}\n  ✓ lab9: no worked solution found\nversions\n" in out


WRONG_CHECK = {
    "schema": 1,
    "assignment": "lab9",
    "pass_mark": 0.5,
    "criteria": [criterion("a", "nonsense")],
}


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("assignments/lab9/assignment.yaml", "[", "the assignment {} is not valid YAML"),
        ("rubrics/lab9.yaml", None, "there is no rubric at {}"),
        ("rubrics/lab9.yaml", "{}", "the rubric {} is wrong"),
        ("rubrics/lab9.yaml", yaml.safe_dump(WRONG_CHECK), "'nonsense', which does not exist"),
        ("rubrics/baselines/lab9.official.json", None, "there is no baseline at {}"),
        ("rubrics/baselines/lab9.practice.json", "{", "the baseline {} is not valid JSON"),
        ("checks/always.py", "1 / 0", "the check {} cannot be loaded: division by zero"),
    ],
)
def test_what_is_missing_or_wrong_with_a_lab_is_said_once(grader, whole, file, text, words):
    path = whole / file
    path.unlink()
    if text is not None:
        path.write_text(text)
    code, out, err = grader("doctor", "--course", whole)
    assert (code, err) == (0, "")
    assert "  ! lab9: " in out
    assert "✓ lab9" not in out
    assert out.count(words.format(path)) == 1
    assert "versions" in out


def test_a_course_without_assignments_is_not_fine(grader, here):
    (here / "empty/assignments").mkdir(parents=True)
    assert "! it has no assignments" in grader("doctor", "--course", "empty")[1]
