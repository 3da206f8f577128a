"""Sizes of batches and numbers of epochs: what works is right."""

from typing import Any

import pytest
from cases_schedule import REFERENCE, SHORT, epochs_of
from trained import LOW, passes, run, suspicions, told

from grader.diagnosis import diagnose, load_wording
from grader.model.run import Outcome


@pytest.mark.parametrize(("size", "steps"), [(1, 6000), (4, 1500), (512, 12), (6000, 1)])
def test_batches_of_any_size_are_right_where_the_network_learns(size: int, steps: int) -> None:
    heard = {"batch_size": size, "passes": epochs_of(steps)}
    assert suspicions(run(heard=heard), REFERENCE) == []


def test_usual_batches_are_not_the_reason() -> None:
    heard = {"batch_size": 64, "passes": epochs_of(94)}
    assert suspicions(run(measured=LOW, heard=heard), REFERENCE) == []


def test_small_batches_whose_gradients_are_added_up_are_not_small() -> None:
    heard = {"batch_size": 4, "steps": 250, "backwards": 2000}
    assert "batch-of-one" not in suspicions(run(measured=LOW, heard=heard), REFERENCE)
    each = heard | {"steps": 2000}
    assert "batch-of-one" in suspicions(run(measured=LOW, heard=each), REFERENCE)


def test_few_steps_of_small_batches_are_not_large_batches() -> None:
    heard = {"batch_size": 32, "passes": epochs_of(10)}
    assert "batch-too-large" not in suspicions(run(measured=LOW, heard=heard), REFERENCE)


def test_few_epochs_that_suffice_are_right() -> None:
    assert suspicions(run(heard={"passes": passes(0.4)}), REFERENCE) == []


def test_more_epochs_than_the_references_are_not_few() -> None:
    assert suspicions(run(measured=LOW, heard={"passes": passes(*[2.0] * 6)}), REFERENCE) == []


def test_a_run_that_was_stopped_did_not_choose_its_epochs() -> None:
    found = run(measured=SHORT, heard={"passes": passes(0.6)}, outcome=Outcome.TIMEOUT)
    assert suspicions(found, REFERENCE) == []


@pytest.mark.parametrize(
    ("epochs", "measured", "sure"),
    [
        (1, SHORT, "certain"),
        (4, {"train_accuracy": 0.95, "valid_accuracy": 0.96}, "certain"),
        (1, LOW, "possible"),
        (4, LOW, None),
    ],
)
def test_few_epochs_are_the_reason_where_the_reference_is_no_better_after_as_many(
    epochs: int, measured: dict[str, Any], sure: str | None
) -> None:
    found = run(measured=measured, heard={"passes": passes(*[0.6] * epochs)})
    said = diagnose(found, REFERENCE, load_wording())
    assert [one.confidence for one in said] == ([sure] if sure else [])


def test_large_batches_and_few_epochs_are_two_things() -> None:
    heard = {"batch_size": 1000, "passes": epochs_of(6, count=2)}
    assert told(run(measured=LOW, heard=heard), REFERENCE) == ["batch-too-large", "too-few-epochs"]


def test_a_single_epoch_is_told_of_however_well_it_went() -> None:
    assert told(run(heard={"passes": passes(0.1), "epochs": 1}), REFERENCE) == ["too-few-epochs"]


@pytest.mark.parametrize(
    ("loop", "said"),
    [
        ("range(1)", "."),
        ("range(n)", ": change n in line 30 of lab.py."),
        ("range(1, n + 1)", ": change n in line 30 of lab.py."),
        ("range(0, n)", ": change n in line 30 of lab.py."),
        ("range(1, n)", "."),
        ("range(other)", "."),
    ],
)
def test_the_name_that_counts_the_epochs_is_to_be_changed(loop: str, said: str) -> None:
    changes = [("for epoch in", "n = 1\nother = 7\nfor epoch in"), ("range(5)", loop)]
    found = run(*changes, measured=SHORT, heard={"passes": passes(0.61)})
    (one,) = diagnose(found, REFERENCE, load_wording())
    assert one.fix == f"Set the number of epochs to 5{said}"


def test_the_name_of_a_batch_size_is_to_be_changed() -> None:
    size = ("batch_size=32, shuffle=True", "batch_size=cfg.size, shuffle=True")
    made = ("train_loader =", "class cfg:\n    size = 1\ntrain_loader =")
    found = run(size, made, measured=LOW, heard={"batch_size": 1})
    said = [one.fix for one in diagnose(found, REFERENCE, load_wording())]
    assert "Set batch_size=32 in the training DataLoader: change size in line 6 of lab.py." in said
