"""``grader rubric check`` finds what would be a false zero, or cannot be used."""

import json
from pathlib import Path

import pytest
import yaml
from builders import ASSIGNMENT, baseline, criterion, statistic
from endings import Command, mistake

from grader.course import Course, find_course
from grader.errors import CourseError
from grader.pipeline.setup import standard

BELOW = {"full": {"below": 0.1}, "zero": 0.5}


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course with one lab and baselines on two kinds of data."""
    folder = tmp_path / "course"
    for name in ("assignments/lab9", "rubrics/baselines"):
        (folder / name).mkdir(parents=True)
    (folder / "assignments/lab9/assignment.yaml").write_text(yaml.safe_dump(ASSIGNMENT))
    for profile, mean in (("official", 0.99), ("practice", 0.55)):
        one = baseline("lab9", profile=profile, robust_train_accuracy=statistic(mean))
        text = one.model_dump_json(by_alias=True)
        (folder / f"rubrics/baselines/lab9.{profile}.json").write_text(text)
    return folder


def write(course: Path, *criteria: dict) -> Path:
    path = course / "rubrics/lab9.yaml"
    document = {"schema": 1, "assignment": "lab9", "pass_mark": 0.5, "criteria": list(criteria)}
    path.write_text(yaml.safe_dump(document))
    return path


def judged(name: str, check: str, **parameters: object) -> dict:
    return criterion(name, check, **{"with": parameters})


def check(grader: Command, course: Path, *criteria: dict) -> tuple[int, str, str]:
    return grader("rubric", "check", write(course, *criteria), "--course", course)


@pytest.mark.parametrize(
    "parameters",
    [
        {"required": {"convolution": 1}},
        {"required": {"conv2d": 0}},
        {"forbidden": ["Linear"]},
        {"match": "sequence", "ignored": ["dropuot"]},
    ],
)
def test_a_layer_that_is_never_found_is_refused(
    grader: Command, course: Path, parameters: dict
) -> None:
    said = mistake(check(grader, course, judged("net", "architecture", **parameters)))
    assert "lab9.yaml is wrong: criterion 'net' has a wrong parameter" in said


def test_levels_are_compared_with_every_baseline(grader: Command, course: Path) -> None:
    said = mistake(check(grader, course, judged("learns", "training_accuracy", **BELOW)))
    assert "lab9.yaml is wrong: criterion 'learns': its levels give no points at 50.0 %" in said
    assert said.rstrip().endswith("(practice data)")


def test_a_level_of_an_assignment_without_baseline_is_refused(
    grader: Command, course: Path
) -> None:
    levels = {"full": 0.9, "zero": {"above": 0.0, "of": "lab8"}}
    said = mistake(check(grader, course, judged("valid", "validation_accuracy", **levels)))
    assert "criterion 'valid': its level refers to the baseline of 'lab8'" in said
    assert "(official data, practice data)" in said


def test_all_that_is_wrong_is_said_at_once(grader: Command, course: Path) -> None:
    said = mistake(
        check(
            grader,
            course,
            judged("net", "architecture", forbidden=["Linear"]),
            judged("learns", "training_accuracy", **BELOW),
        )
    )
    assert said.index("criterion 'net'") < said.index("criterion 'learns'")


def test_a_right_rubric_is_listed(grader: Command, course: Path) -> None:
    (course / "rubrics/baselines/lab9.practice.json").unlink()
    code, out, err = check(grader, course, judged("learns", "training_accuracy", **BELOW))
    assert (code, err) == (0, "")
    assert "✓ 10  The learns criterion" in out
    assert "not compared" not in out


def test_without_a_baseline_it_says_that_levels_were_not_compared(
    grader: Command, course: Path
) -> None:
    for path in (course / "rubrics/baselines").iterdir():
        path.unlink()
    code, out, _ = check(grader, course, judged("learns", "training_accuracy", **BELOW))
    assert code == 0
    assert "grader calibrate lab9" in out


def test_at_use_the_criterion_is_named_too(course: Path) -> None:
    write(course, judged("learns", "training_accuracy", **BELOW))
    assert standard(Course(course), "lab9", "official").rubric.max_score == 10
    with pytest.raises(CourseError, match="criterion 'learns': its levels give no points"):
        standard(Course(course), "lab9", "practice")


def test_the_schema_lists_the_names_of_layers(grader: Command) -> None:
    schema = json.loads(grader("rubric", "schema")[1])
    inner = [rule["then"]["properties"]["with"] for rule in schema["$defs"]["Criterion"]["allOf"]]
    (network,) = [one["properties"] for one in inner if "forbidden" in one["properties"]]
    for names in (network["forbidden"]["items"], network["required"]["propertyNames"]):
        assert {"conv2d", "activation", "pool"} <= set(names["enum"])


OWN = "texts: {no-step: {fix: Call step., idea: Nowhere}}"


def with_words(course: Path, text: str) -> Path:
    (course / "rubrics/diagnosis.yaml").write_text(text)
    (course / "assignments/lab9/README.md").write_text("# Lab 9\n\n### Training loop\n")
    return course / "rubrics/diagnosis.yaml"


@pytest.mark.parametrize("option", [True, False])
def test_the_wording_is_checked_with_the_rubric(
    grader: Command, course: Path, option: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_words(course, "texts: {no-step: {fix: '{epochs}'}}")
    rubric = write(course, judged("learns", "training_accuracy", **BELOW))
    if not option:
        monkeypatch.setenv("GRADER_COURSE", str(course))
    said = mistake(grader("rubric", "check", rubric, *(("--course", course) if option else ())))
    assert said.index("criterion 'learns'") < said.index("the fix of 'no-step' asks for {epochs}")


def test_the_wording_beside_a_rubric_is_checked_whatever_the_course(
    grader: Command, course: Path
) -> None:
    with_words(course, "texts: {no-stp: {fix: X}}")
    own = course / "rubrics/lab1.yaml"
    own.write_text((find_course(None).folder / "rubrics/lab1.yaml").read_text())
    said = mistake(grader("rubric", "check", own))
    assert "no mistake we know, did you mean 'no-step'?" in said


def test_a_right_wording_is_listed_and_what_is_doubtful_in_it(
    grader: Command, course: Path
) -> None:
    words = with_words(course, OWN)
    said = f"✓ {words}: 1 text in the course's words\n! the idea of 'no-step', 'Nowhere', is a"
    assert said in grader("rubric", "check", words)[1].replace("\r", "")
    (course / "rubrics/baselines/lab9.practice.json").unlink()
    code, out, _ = check(grader, course, judged("learns", "training_accuracy", **BELOW))
    assert code == 0
    assert said in out


@pytest.mark.parametrize("name", ["diagnosis.yaml", "diagnosis.yml"])
def test_a_wrong_wording_is_told_as_that(grader: Command, course: Path, name: str) -> None:
    words = with_words(course, "texts: {no-step: {fix: ' '}}").rename(course / "rubrics" / name)
    said = mistake(grader("rubric", "check", words, "--course", course))
    assert "is empty" in said or "diagnosis.yml is not read" in said


def test_a_wording_that_is_not_there_is_said(grader: Command, course: Path) -> None:
    said = mistake(grader("rubric", "check", course / "rubrics/diagnosis.yaml"))
    assert "there is no wording at" in said


def test_texts_are_printed_in_the_courses_words(grader: Command, course: Path) -> None:
    with_words(course, OWN)
    code, out, _ = grader("rubric", "texts", "no-step", "--course", course)
    assert code == 0
    assert {"no-step", "no-step/once"} <= set(yaml.safe_load(out)["texts"])
    assert yaml.safe_load(out)["texts"]["no-step"]["fix"] == "Call step."
    said = mistake(grader("rubric", "texts", "nostep", "--course", course))
    assert "'nostep' is no mistake we know, did you mean 'no-step'?" in said
