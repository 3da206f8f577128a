"""What is flagged, and what only looks as if it should be."""

import pytest
from builders import baseline, claims, evidence, measurements, snapshots, trace

from grader.model.evidence import Moved, Stored
from grader.scoring.flags import flags_of

FAR = Moved(parameters=6, moved=6, relative_distance=0.8)


def flags(most_values=None, epochs=5, **changes):
    found = measurements(**({"moved": FAR} | changes))
    return flags_of(
        evidence(measurements=found, claims=claims(trace=trace(epochs))),
        most_values,
    )


def test_an_honest_run_has_no_flag():
    stored = Stored(values=669_706, untrained=0, table=784)
    assert flags(6_697_060, stored=stored, leap=0.4, settled=0.3) == ()


def test_more_values_than_allowed_are_flagged_without_the_limit():
    (flag,) = flags(6_697_060, stored=Stored(values=6_697_061))
    assert "6,697,061" in flag
    assert "6,697,060" not in flag
    assert flags(6_697_061, stored=Stored(values=6_697_061)) == ()


def test_without_a_limit_no_number_of_values_is_too_large():
    assert flags(None, stored=Stored(values=10**9)) == ()


def test_a_table_outside_the_layers_is_flagged_and_a_mean_image_is_not():
    (flag,) = flags(stored=Stored(values=700_000, table=500_000))
    assert "table of 500,000 values" in flag
    assert flags(stored=Stored(values=700_000, table=3 * 784)) == ()


def test_fixed_values_are_flagged_where_they_are_most_of_the_network():
    (flag,) = flags(stored=Stored(values=100, untrained=51))
    assert "was not trained" in flag
    assert flags(stored=Stored(values=100, untrained=50)) == ()


def test_a_network_of_which_nothing_moved_is_judged_and_not_flagged():
    still = Moved(parameters=6, moved=0, relative_distance=0)
    assert flags(moved=still, stored=Stored(values=100, untrained=100)) == ()


@pytest.mark.parametrize(("leap", "count"), [(1.0, 0), (1.5, 1)])
def test_a_leap_after_the_last_epoch_is_flagged_beyond_the_first_weights(leap, count):
    assert len(flags(leap=leap)) == count


def test_a_network_that_is_finished_after_its_first_epoch_is_flagged():
    (flag,) = flags(settled=1e-6)
    assert "After its first epoch" in flag


@pytest.mark.parametrize(
    "changes",
    [
        {"settled": 1e-6, "finite": False},
        {"settled": 9e-4, "moved": Moved(parameters=6, moved=6, relative_distance=2e-3)},
        {"settled": 2e-3},
        {"settled": None},
    ],
    ids=["diverged", "slow all along", "moves", "unknown"],
)
def test_a_network_that_settles_for_another_reason_is_not_flagged(changes):
    assert flags(**changes) == ()


def test_more_epochs_than_the_kept_weights_show_are_flagged():
    (flag,) = flags(epochs=5, snapshots=snapshots(0.9))
    assert "5 epochs" in flag
    assert flags(epochs=1, snapshots=snapshots(0.9)) == ()


def test_the_reference_is_far_below_its_own_limit():
    reference = baseline()
    assert flags(10 * reference.parameters, stored=Stored(values=reference.parameters)) == ()


def kept(**changes):
    """The flags of a run of which the first epoch's weights were kept, too."""
    found = measurements(moved=FAR, snapshots=snapshots(0.9, 0.95, 0.96), **changes)
    return flags_of(
        evidence(measurements=found, claims=claims(trace=trace(3)), work="a" * 64), None
    )


def test_a_record_without_the_weights_of_the_first_epoch_is_flagged_where_they_are_always_kept():
    (flag,) = kept(settled=None)
    assert "weights of the first epoch are missing" in flag
    assert kept(settled=0.5) == ()


def test_a_record_without_the_weights_from_before_the_training_is_flagged():
    (flag,) = flags(moved=None)
    assert "from before the training are missing" in flag
