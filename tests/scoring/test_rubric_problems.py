"""What is wrong with the parameters of a rubric, in an instructor's words."""

import pytest
from builders import baseline, criterion, evidence, expectation, rubric, statistic

from grader.checks import CHECKS
from grader.scoring.verdicts import judge_all, problems_of


def problems(*criteria, **expectations):
    return problems_of(rubric(*criteria), CHECKS, expectations)


def wrong(check, **parameters):
    """What is said of one criterion ``a`` with those parameters."""
    return problems(criterion("a", check, **{"with": parameters}))


def level(full):
    return wrong("training_accuracy", full=full, zero=0.0)


def test_a_right_rubric_has_no_problem():
    good = criterion("a", "training_accuracy", **{"with": {"full": {"below": 0.1}, "zero": 0}})
    assert problems(good, criterion("b"), practice=expectation()) == []


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        (
            {"required": {"convolution": 1}},
            "required.convolution: this key is not known here, did you mean 'conv2d'?",
        ),
        (
            {"forbidden": ["conv2d", "Linear"]},
            "forbidden, entry 2: 'Linear' is not known here, did you mean 'linear'?",
        ),
        (
            {"allowed": ["linear"], "ignored": ["dropuot"]},
            "ignored, entry 1: 'dropuot' is not known here, did you mean 'dropout'?",
        ),
        (
            {"required": {"linear": 0}},
            "required.linear: must be a whole number of at least 1 or 'reference', not 0",
        ),
        ({"required": ["linear"]}, "required: must be keys with values, not a list"),
        (
            {"match": "order", "forbidden": ["conv2d"]},
            "match: must be one of sequence, kinds, not the text 'order'",
        ),
        (
            {"match": "sequence", "any_activation": "maybe"},
            "any_activation: must be true or false, not the text 'maybe'",
        ),
    ],
)
def test_a_layer_no_network_can_have_is_found(parameters, said):
    assert wrong("architecture", **parameters) == [f"criterion 'a' has a wrong parameter {said}"]


def test_every_known_layer_is_listed_where_none_is_near():
    (said,) = wrong("architecture", forbidden=["zzz"])
    assert "must be one of activation, pool, linear, conv1d, conv2d" in said


def test_a_rule_between_parameters_names_the_criterion():
    assert wrong("architecture") == [
        "criterion 'a': with 'match: kinds', say what is required, forbidden or allowed"
    ]


LEVEL = "full: must be a number between 0 and 1 or keys with values (below, above, of), "


@pytest.mark.parametrize(
    ("full", "said"),
    [
        ({"belw": 1.5}, "full.belw: this key is not known here, did you mean 'below'?"),
        (1.5, LEVEL + "not 1.5"),
        ("0.9", LEVEL + "not the text '0.9'"),
        (True, LEVEL + "not true"),
        ([0.9], LEVEL + "not a list"),
        (None, LEVEL + "but nothing is written there"),
        ({"below": 2}, "full.below: must be a number between 0 and 1, not 2"),
        ({"below": True}, "full.below: must be a number between 0 and 1, not true"),
        ({"below": 0.1, "of": 3}, "full.of: must be text, not 3"),
        ({}, "full: give either 'below' or 'above'"),
    ],
)
def test_a_wrong_level_is_one_sentence_without_names_of_types(full, said):
    assert level(full) == [f"criterion 'a' has a wrong parameter {said}"]


def test_a_whole_number_is_a_level():
    assert level(1) == []


def test_the_statistic_of_a_training_accuracy_is_refused():
    (said,) = wrong("training_accuracy", full=0.9, zero=0.5, statistic="final")
    assert said.endswith("statistic: this key is not known here, use one of full, zero")


@pytest.mark.parametrize(
    ("check", "parameters", "said"),
    [
        ("completes", {"epochs": 1}, "epochs: this key is not known here, nothing can be set"),
        ("really_trained", {"epochs": True}, "epochs: must be a whole number of at least 1, not"),
        ("really_trained", {"epochs": "2"}, "not the text '2'"),
        (
            "really_trained",
            {"epochs": 2.5},
            "epochs: must be a whole number of at least 1, not 2.5",
        ),
        ("claims_agree", {"tolerance": 0}, "must be a number above 0 and of at most 1, not 0"),
    ],
)
def test_numbers_are_numbers_in_every_check(check, parameters, said):
    (found,) = wrong(check, **parameters)
    assert said in found


def test_the_problems_of_all_criteria_are_listed():
    found = problems(
        criterion("a", "nonsense"),
        criterion("b", "training_accuracy"),
        criterion("c", "training_accuracy", **{"with": {"full": 0.5, "zero": 0.9}}),
        practice=expectation(),
    )
    assert [one.split("'")[1] for one in found] == ["a", "b", "c"]
    assert found[1].count("this key is missing") == 2


def test_levels_are_held_against_each_baseline_and_say_on_which_data():
    rules = criterion("a", "training_accuracy", **{"with": {"full": {"below": 0.1}, "zero": 0.5}})
    poor = expectation(robust_train_accuracy=statistic(0.55))
    (found,) = problems(rules, official=expectation(), practice=poor)
    assert found.startswith("criterion 'a': its levels give no points at 50.0 %")
    assert "wrong way round" in found
    assert found.endswith("(practice data)")


def test_a_mistake_on_all_data_is_said_once():
    rules = criterion("a", "training_accuracy", **{"with": {"full": 0.5, "zero": 0.9}})
    (found,) = problems(rules, official=expectation(), practice=expectation())
    assert found.endswith("(official data, practice data)")


def test_a_level_of_a_lab_without_baseline_names_the_criterion():
    levels = {"full": 0.9, "zero": {"above": 0.0, "of": "lab9"}}
    rules = criterion("a", "validation_accuracy", **{"with": levels})
    (found,) = problems(rules, practice=expectation())
    assert found.startswith("criterion 'a': its level refers to the baseline of 'lab9'")
    other = expectation({"lab9": baseline("lab9", robust_valid_accuracy=statistic(0.5))})
    assert problems(rules, practice=other) == []


def test_judging_does_not_depend_on_how_parameters_are_written():
    rules = rubric(criterion("a", "training_accuracy", **{"with": {"full": 1, "zero": 0}}))
    assert judge_all(evidence(), rules, expectation(), CHECKS)["a"].share == pytest.approx(0.99)
