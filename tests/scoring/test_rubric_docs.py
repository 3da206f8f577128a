"""The page on rubrics says everything a rubric may."""

import re
from pathlib import Path
from typing import get_args

import pytest
import yaml
from builders import expectation

from grader.checks import CHECKS
from grader.checks.architecture import Kind
from grader.checks.curve import Relative
from grader.model.rubric import Criterion, Rubric, Told, Visibility
from grader.scoring.verdicts import problems_of

PAGE = (Path(__file__).parents[2] / "docs" / "rubrics.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def keys(model):
    return [field.alias or name for name, field in model.model_fields.items()]


def section(check):
    """What the page says between one check and the next."""
    assert f"**`{check}`**" in PAGE
    return re.split(r"\n\*\*`|\n#", PAGE.split(f"**`{check}`**")[1])[0]


@pytest.mark.parametrize("name", CHECKS)
def test_each_check_is_explained_with_each_of_its_parameters(name):
    text = section(name)
    missing = [one for one in keys(CHECKS[name].parameters) if f"`{one}`" not in text]
    assert missing == []


@pytest.mark.parametrize(
    "names",
    [keys(Rubric), keys(Told), keys(Criterion), keys(Relative), list(Visibility), get_args(Kind)],
    ids=["rubric", "diagnosis", "criterion", "level", "visibility", "layers"],
)
def test_each_key_and_name_is_on_the_page(names):
    assert [name for name in names if not re.search(rf"`\{{?{name}\b", PAGE)] == []


def test_each_default_of_a_choice_is_said():
    for name in ("kinds", "free", "median_last_k", "visible"):
        assert re.search(rf"`{name}` \(the default", PAGE), name


def test_the_example_of_a_rubric_is_right():
    assert problems_of(Rubric.model_validate(yaml.safe_load(EXAMPLES[0])), CHECKS, {}) == []


@pytest.mark.parametrize("text", EXAMPLES[1:])
def test_each_example_of_a_check_is_right(text):
    line = {"id": "a", "title": "A", "points": 1} | yaml.safe_load(text)
    document = {"schema": 1, "assignment": "lab1", "pass_mark": 0.5, "criteria": [line]}
    own = expectation()
    usable = {"practice": own} if "lab2" not in text else {}
    assert problems_of(Rubric.model_validate(document), CHECKS, usable) == []
