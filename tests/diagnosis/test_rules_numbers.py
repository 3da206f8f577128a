"""Losses and gradients that go astray, beside those of networks that learn."""

from trained import CHANCE, LOW, gradients, run, suspicions, told

from grader.model.evidence import Units

USUAL = gradients(("1.weight", 0.29, 13.1), ("3.weight", 0.22, 13.1), ("5.weight", 0.2, 1.8))
TORN = gradients(("1.weight", 900.0, 13.1), ("3.weight", 40.0, 13.1), ("5.weight", 3.0, 1.8))
FADED = gradients(("1.weight", 1e-7, 13.1), ("3.weight", 1e-3, 13.1), ("5.weight", 0.2, 1.8))
DEAD = (Units(kind="relu", units=512, dead=500),)


def test_odd_gradients_and_dead_units_are_right_where_the_network_learns() -> None:
    for signs in ({"first_gradients": TORN}, {"first_gradients": FADED}):
        assert suspicions(run(signs=signs)) == []
    assert suspicions(run(measured={"units": DEAD})) == []


def test_usual_gradients_and_a_few_dead_units_are_not_the_reason() -> None:
    few = {**LOW, "units": (Units(kind="relu", units=512, dead=200),)}
    assert suspicions(run(measured=few, signs={"first_gradients": USUAL})) == []


def test_a_first_gradient_of_nothing_vanishes_too() -> None:
    none = gradients(("1.weight", 0.0, 13.1), ("3.weight", 0.0, 13.1), ("5.weight", 0.2, 1.8))
    assert told(run(measured=LOW, signs={"first_gradients": none})) == ["vanishing-gradients"]


def test_dead_units_explain_that_gradients_vanish() -> None:
    dead = {**LOW, "units": DEAD}
    assert told(run(measured=dead, signs={"first_gradients": FADED})) == ["dead-relus"]


def test_a_softmax_before_the_loss_explains_that_gradients_vanish() -> None:
    heard = {"signs": {"first_gradients": FADED, "probabilities": "softmax"}}
    assert told(run(measured=LOW, **heard)) == ["softmax-before-loss"]


def test_nan_explains_what_gradients_did_before() -> None:
    signs = {"first_gradients": TORN, "losses": (2.3, None)}
    assert told(run(measured={**CHANCE, "finite": False}, signs=signs)) == ["loss-not-a-number"]


def test_a_logarithm_beside_a_loss_of_torchs_own_is_not_the_reason() -> None:
    entropy = ("    print(correct / len(train_set))", "    print(torch.log(output).sum())")
    found = run(entropy, measured={**CHANCE, "finite": False}, signs={"losses": (None,)})
    assert told(found) == ["loss-not-a-number"]
