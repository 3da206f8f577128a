"""The models every part hands to the next."""

import jsonschema
import pytest
from builders import (
    baseline,
    criterion,
    evidence,
    expectation,
    measurements,
    rubric,
    unmeasured,
)
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from grader.checks import CHECKS
from grader.model.baseline import Baseline, Statistic
from grader.model.evidence import Evidence, GapKind, Layer, Snapshot
from grader.model.grade import Grade
from grader.model.rubric import Criterion
from grader.model.run import Limits
from grader.model.verdict import Finding, Verdict
from grader.scoring import score


def graded(found):
    return score(found, rubric(criterion("runs")), expectation(), CHECKS)


def test_a_model_cannot_be_changed():
    with pytest.raises(ValidationError, match="frozen"):
        evidence().seed = 5


def test_a_typo_never_passes_silently():
    with pytest.raises(ValidationError, match="extra_forbidden"):
        Limits.model_validate({"wall": 5})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_numbers_are_finite(value):
    with pytest.raises(ValidationError):
        Snapshot(name="final", epoch=None, accuracy=value, loss=None)
    with pytest.raises(ValidationError):
        measurements(valid_accuracy=value)


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_a_share_is_between_none_and_all(share):
    with pytest.raises(ValidationError):
        Finding(verdict=Verdict.PARTIAL, share=share, expected="", found="")


@pytest.mark.parametrize("found", [evidence(), unmeasured(GapKind.NOT_FITTED)])
def test_evidence_and_grade_survive_their_documents(found):
    assert Evidence.model_validate(found.document()) == found
    assert Evidence.model_validate_json(found.model_dump_json(by_alias=True)) == found
    assert Grade.model_validate(graded(found).document()) == graded(found)


@pytest.mark.parametrize("found", [evidence(), unmeasured(GapKind.FAULT)])
def test_a_grade_fits_its_schema(found):
    schema = Grade.model_json_schema(by_alias=True, mode="serialization")
    jsonschema.validate(graded(found).document(), schema)


def test_a_baseline_survives_its_document():
    text = baseline().model_dump_json(by_alias=True)
    assert Baseline.model_validate_json(text) == baseline()


values = st.none() | st.booleans() | st.integers(-99, 99) | st.floats(-9, 9) | st.text(max_size=5)


@given(st.dictionaries(st.text(max_size=5), values | st.tuples(st.integers(), st.integers())))
def test_settings_of_a_layer_survive_their_document(settings):
    found = Layer(kind="linear", settings=settings)
    assert Layer.model_validate_json(found.model_dump_json()) == found


def test_a_statistic_needs_a_value():
    with pytest.raises(ValidationError):
        Statistic(mean=0, sd=0, min=0, max=0, values=())


@pytest.mark.parametrize("name", ["", "A", "1a", "a b", "a_b", "-a", "ä", "a\n"])
def test_an_id_is_plain(name):
    with pytest.raises(ValidationError):
        Criterion.model_validate(criterion(name))


def test_the_maximum_is_the_sum_of_points():
    found = rubric(criterion("a", points=0.1), criterion("b", points=0.2), pass_mark=0.55)
    assert found.max_score == 0.3
    assert rubric(criterion("a", points=100), pass_mark=0.55).pass_score == 55
