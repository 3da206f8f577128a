"""The JSON Schema editors complete rubrics with."""

import json

import jsonschema
import pytest
import yaml
from builders import criterion

from grader.checks import CHECKS
from grader.course import find_course
from grader.scoring.schema import rubric_schema


@pytest.fixture(scope="module")
def validator():
    schema = rubric_schema(CHECKS)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def accepts(validator, *criteria, **changes):
    document = {"schema": 1, "assignment": "lab1", "pass_mark": 0.5, "criteria": list(criteria)}
    return validator.is_valid(document | changes)


def test_every_check_is_named(validator):
    check = validator.schema["$defs"]["Criterion"]["properties"]["check"]
    assert check["enum"] == sorted(CHECKS)
    assert all(one.summary in check["description"] for one in CHECKS.values())


@pytest.mark.parametrize("slug", ["lab1", "lab2", "lab3"])
def test_our_own_rubrics_fit(validator, slug):
    text = (find_course(None).folder / "rubrics" / f"{slug}.yaml").read_text()
    validator.validate(yaml.safe_load(text))


@pytest.mark.parametrize("slug", ["lab1", "lab2", "lab3"])
def test_our_own_rubrics_name_the_schema_for_editors(slug):
    folder = find_course(None).folder / "rubrics"
    first = (folder / f"{slug}.yaml").read_text().splitlines()[0]
    assert first == "# yaml-language-server: $schema=rubric.schema.json"
    assert (folder / "rubric.schema.json").is_file()


def test_the_published_schema_is_the_one_the_command_prints():
    text = (find_course(None).folder / "rubrics" / "rubric.schema.json").read_text()
    assert json.loads(text) == rubric_schema(CHECKS), (
        "run 'grader rubric schema > rubrics/rubric.schema.json'"
    )


def test_a_right_rubric_fits(validator):
    assert accepts(validator, criterion("a"))
    level = {"full": {"below": 0.1, "of": "lab2"}, "zero": 0.5}
    assert accepts(validator, criterion("a", "training_accuracy", **{"with": level}))


@pytest.mark.parametrize(
    "wrong",
    [
        criterion("a", "nonsense"),
        criterion("a", points=-1),
        criterion("A b"),
        criterion("a", colour="red"),
        criterion("a", visibility="secret"),
        criterion("a", "claims_agree", **{"with": {"limit": 0.1}}),
        criterion("a", "really_trained", **{"with": {"epochs": 0}}),
        criterion("a", "training_accuracy", **{"with": {"full": 0.9}}),
        criterion(
            "a", "training_accuracy", **{"with": {"full": 1, "zero": 0, "statistic": "final"}}
        ),
        criterion("a", "architecture", **{"with": {"match": "order"}}),
        criterion("a", "architecture", **{"with": {"required": {"convolution": 1}}}),
        criterion("a", "architecture", **{"with": {"required": {"conv2d": 0}}}),
        criterion("a", "architecture", **{"with": {"forbidden": ["Linear"]}}),
        criterion("a", "architecture", **{"with": {"ignored": ["dropuot"]}}),
        criterion("a", "completes", **{"with": {"epochs": 1}}),
    ],
)
def test_a_wrong_criterion_does_not_fit(validator, wrong):
    assert not accepts(validator, wrong)


@pytest.mark.parametrize("changes", [{"schema": 2}, {"pass_mark": 70}, {"criteria": []}])
def test_a_wrong_rubric_does_not_fit(validator, changes):
    assert not accepts(validator, criterion("a"), **changes)
