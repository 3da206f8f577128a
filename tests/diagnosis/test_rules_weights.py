"""Weights that begin alike, or stay as they are."""

from builders import baseline, layer
from trained import CHANCE, NOTHING_MOVED, passes, run, suspicions, told

from grader.diagnosis import diagnose, load_wording
from grader.model.evidence import Weight


def test_a_last_layer_that_begins_with_zeros_is_right_where_the_network_learns() -> None:
    assert suspicions(run(signs={"equal": ("5.weight",)})) == []


def test_an_older_result_shows_weights_that_stayed_alike() -> None:
    alike = (Weight(name="1.weight", size=100, spread=0.0), Weight(name="1.bias", size=9, spread=0))
    assert told(run(measured={**CHANCE, "weights": alike})) == ["weights-all-equal"]


def test_weights_of_a_normalisation_may_be_alike() -> None:
    norm = layer("batch_norm").model_copy(update={"module": "1"})
    alike = (Weight(name="1.weight", size=25, spread=0.0),)
    assert suspicions(run(measured={**CHANCE, "weights": alike, "layers": (norm,)})) == []


def test_weights_that_moved_are_not_told_of() -> None:
    assert suspicions(run(measured=CHANCE)) == []


def test_a_cause_that_is_known_is_told_instead() -> None:
    still = CHANCE | NOTHING_MOVED
    assert told(run(measured=still)) == ["weights-never-change"]
    signs = {"owned": "none", "empty_steps": 500}
    assert told(run(measured=still, signs=signs)) == ["optimizer-of-another-model"]
    heard = {"learning_rate": 0.0}
    assert told(run(measured=still, heard=heard)) == ["weights-never-change"]


def test_a_rate_that_ends_at_0_is_a_mistake_only_where_nothing_was_learned() -> None:
    zero = {"signs": {"last_rate": 0.0}, "measured": CHANCE}
    falls, stays = passes(2.0, 1.0, 0.5), passes(2.3, 2.3, 2.3)
    assert told(run(heard={"passes": stays}, **zero)) == ["weights-never-change"]
    assert told(run(heard={"passes": falls}, **zero)) == []


def test_weights_that_are_loaded_before_the_training_are_not_put_back() -> None:
    text = 'model.load_state_dict(torch.load("model.pt"))\n'
    before = ("def train", text + "def train")
    function = ("def train", f"def restore():\n    {text}\n\ndef train")
    after = ("    validate()\n", f"    validate()\n{text}")
    told = [
        diagnose(run(one, measured=CHANCE | NOTHING_MOVED), baseline(), load_wording())[0].title
        for one in (before, function, after)
    ]
    assert told == ["No weight ever changed"] * 2 + ["The old weights are put back"]
