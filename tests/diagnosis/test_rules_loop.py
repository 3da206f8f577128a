"""The moves of a batch: what is told of them, and how right work differs."""

import pytest
from builders import baseline, claims, evidence, measurements, trace
from trained import CHANCE, LOW, NOTHING_MOVED, REFUSED, crashed, run, suspicions, told

from grader.diagnosis import diagnose, load_wording

STILL = {**CHANCE, **NOTHING_MOVED}
ZERO = "        optimizer.zero_grad()\n"
BACKWARD = "        loss.backward()\n"
STEP = "        optimizer.step()\n"


@pytest.mark.parametrize(
    "order",
    [
        "FLZBS" * 40,
        "ZFLBS" * 40,
        "FLBSZ" * 40,
        "FLBFLBFLBFLBSZ" * 12,  # gradients of four batches in a step
        "SZFLB" * 40,  # the step of the last batch at the top of the loop
        "ZFFLBS" * 30,  # two parts of a network, called one after the other
        "FLZBSfLfLfLfLfL" * 12,  # a look at other images after each step
        "SZ" + "ZFLBS" * 39,  # one early step, as some schedules want it
        "ZFLFLFLBS" * 20,  # a closure that is asked several times
        "",
    ],
)
def test_right_orders_are_right_even_where_little_was_learned(order: str) -> None:
    assert suspicions(run(measured=LOW, signs={"order": order})) == []


def test_a_hand_written_optimizer_needs_no_step() -> None:
    assert suspicions(run((STEP, ""), heard={"steps": 0}, signs={"owned": None})) == []


def test_gradients_from_autograd_need_no_backward() -> None:
    grad = (BACKWARD, "        torch.autograd.grad(loss, model.parameters())\n")
    assert suspicions(run(grad, heard={"backwards": 0})) == []


def test_a_program_that_only_evaluates_is_not_told_to_train() -> None:
    looks = (
        ("    train()\n", ""),
        (ZERO + BACKWARD + STEP, ""),
        ("optimizer = torch.optim.Adam(model.parameters())", ""),
    )
    assert suspicions(run(*looks, heard={"backwards": 0, "steps": 0})) == []


def test_a_few_gradients_that_were_added_to_old_ones_are_no_habit() -> None:
    assert suspicions(run(measured=LOW, signs={"carried": 40})) == []


def test_old_gradients_that_did_no_harm_are_harmless() -> None:
    found = run((ZERO, ""), signs={"carried": 499})
    assert told(found) == ["no-zero-grad"]


@pytest.mark.parametrize(
    ("changed", "heard", "signs", "name"),
    [
        ((BACKWARD, ""), {"backwards": 0}, {"order": "ZFLS" * 40}, "no-backward"),
        ((STEP, ""), {"steps": 0}, {"order": "ZFLB" * 40}, "no-step"),
        (
            (BACKWARD + STEP, STEP + BACKWARD),
            {},
            {"order": "FLZSB" * 40, "empty_steps": 500},
            "step-before-backward",
        ),
        (
            (ZERO + BACKWARD, BACKWARD + ZERO),
            {},
            {"order": "FLBZS" * 40, "empty_steps": 500},
            "zero-grad-after-backward",
        ),
        (
            (ZERO, ""),
            {"without_gradients": True},
            {"order": "fLBS" * 40, "empty_steps": 500, "from_model": False},
            "training-without-gradients",
        ),
        (
            (ZERO, ""),
            {},
            {"owned": "none", "empty_steps": 500},
            "optimizer-of-another-model",
        ),
    ],
)
def test_of_what_leaves_every_weight_as_it_was_one_cause_is_told(
    changed: tuple[str, str], heard: dict[str, object], signs: dict[str, object], name: str
) -> None:
    assert told(run(changed, measured=STILL, heard=heard, signs=signs)) == [name]


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ((BACKWARD + STEP, STEP + BACKWARD), "step-before-backward"),
        ((ZERO + BACKWARD, BACKWARD + ZERO), "zero-grad-after-backward"),
    ],
)
def test_an_older_result_has_no_order_and_the_code_shows_it(
    changed: tuple[str, str], name: str
) -> None:
    found = run(changed, measured=STILL)
    old = found.claims.model_copy(update={"trace": trace(steps=500, backwards=500, signs=None)})
    assert told(found.model_copy(update={"claims": old})) == [name]


def test_an_older_result_of_training_under_no_grad() -> None:
    said = claims(trace=trace(steps=500, backwards=500, without_gradients=True, signs=None))
    found = evidence(claims=said, measurements=measurements(**STILL))
    assert told(found) == ["training-without-gradients"]


def test_gradients_that_are_put_back_after_zeroing_are_not_lost() -> None:
    copied = "        kept = [p.grad.clone() for p in model.parameters()]\n"
    back = "        for p, g in zip(model.parameters(), kept):\n            p.grad = g - g.mean()\n"
    change = (ZERO + BACKWARD, BACKWARD + copied + ZERO + back)
    signs = {"order": "FLBZS" * 40, "lost_gradients": 500}
    assert suspicions(run(change, signs=signs)) == []
    assert suspicions(run(change, measured=LOW, signs=signs)) == []
    assert suspicions(run((ZERO + BACKWARD, BACKWARD + ZERO), signs=signs)) == []
    lost = run((ZERO + BACKWARD, BACKWARD + ZERO), measured=LOW, signs=signs)
    assert told(lost) == ["zero-grad-after-backward"]


def test_a_crash_under_no_grad_is_not_one_of_detached_outputs() -> None:
    message = f"RuntimeError: {REFUSED}"
    cut = crashed(message=message, line=17, signs={"order": "ZfLB", "from_model": False})
    detached = crashed(message=message, line=17, signs={"order": "ZFLB", "from_model": False})
    assert told(cut) == ["training-without-gradients"]
    assert told(detached) == ["loss-on-wrong-tensors"]


def test_a_call_without_brackets_is_named_as_it_is_written() -> None:
    found = run(
        (ZERO, "        self.opt.zero_grad\n"),
        measured=LOW,
        signs={"carried": 499, "order": "FLBS" * 40},
    )
    (one,) = diagnose(found, baseline(), load_wording())
    assert one.fix == "Write self.opt.zero_grad() with brackets."
