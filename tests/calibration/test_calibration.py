"""The reference over several seeds becomes a baseline."""

import dataclasses
import math
from pathlib import Path

import numpy as np
import pytest
from builders import (
    claims,
    evidence,
    measurements,
    run_figures,
    snapshots,
    trace,
    training_pass,
    unmeasured,
)

from grader.calibration import calibrate, measure, summarise, write_baseline
from grader.course import find_course
from grader.data.dataset import DataSet, Split
from grader.errors import CourseError, Fault
from grader.model.baseline import Baseline
from grader.model.claims import Crash
from grader.model.evidence import GapKind
from grader.pipeline.path import Examined
from grader.pipeline.setup import Setup
from grader.results.store import Logs

REFERENCE = Path("reference/lab1_mnist_mlp.py")


@pytest.fixture
def setup(tmp_path, monkeypatch):
    """Lab 1 of our course, on data nobody reads."""
    monkeypatch.setenv("GRADER_CACHE_HOME", str(tmp_path))
    course = find_course(None)
    split = Split(np.zeros((4, 28, 28), np.uint8), np.arange(4), tmp_path, official=True)
    return Setup(
        course=course,
        assignment=course.assignment("lab1"),
        data=DataSet("mnist", "practice", tmp_path, split, split),
        chosen=None,
        device="cpu",
        seed=0,
        versions={"grader": "0"},
    )


def validation(epoch, accuracy):
    return training_pass(epoch, training=False, accuracy=accuracy, steps=0)


def run(train, valid, epochs=(0.9, 0.95), wall_s=50.0, rss=900.0):
    """Evidence of two epochs; ``valid`` is the final accuracy, ``epochs`` those before."""
    passes = []
    for number, accuracy in enumerate(epochs, 1):
        passes.append(training_pass(number, accuracy=accuracy - 0.1, loss=2 / number, steps=50))
        passes.append(validation(number, accuracy))
    return evidence(
        claims=claims(trace=trace(2, passes=tuple(passes))),
        measurements=measurements(
            train_accuracy=train, valid_accuracy=valid, snapshots=snapshots(*epochs)
        ),
        run=run_figures(wall_s=wall_s, peak_rss_mb=rss),
    )


def test_each_metric_becomes_mean_deviation_and_values_in_seed_order(setup):
    runs = [run(0.99, 0.97, wall_s=40), run(0.97, 0.98, wall_s=60), run(0.98, 0.96)]
    found = summarise(setup, REFERENCE, runs, [3, 1, 2])
    assert (found.assignment, found.profile, found.seeds) == ("lab1", "practice", (3, 1, 2))
    assert found.train_accuracy.values == (0.99, 0.97, 0.98)
    assert found.train_accuracy.mean == pytest.approx(0.98)
    assert found.train_accuracy.sd == pytest.approx(0.01)
    assert (found.train_accuracy.min, found.train_accuracy.max) == (0.97, 0.99)
    assert found.wall_s.mean == pytest.approx(50)


def test_the_deviation_is_that_of_a_sample(setup):
    found = summarise(setup, REFERENCE, [run(0.9, 0.9), run(1.0, 0.9)], [0, 1])
    assert found.train_accuracy.sd == pytest.approx(0.1 / math.sqrt(2))


def test_one_seed_has_no_deviation(setup):
    assert summarise(setup, REFERENCE, [run(0.99, 0.97)], [0]).train_accuracy.sd == 0


def test_the_robust_accuracy_is_the_median_and_the_gap_that_of_one_model(setup):
    found = summarise(
        setup,
        REFERENCE,
        [run(1.0, 0.5, epochs=(0.8, 0.9, 0.7)), run(1.0, 0.9, epochs=(0.8, 0.7))],
        [0, 1],
    )
    assert found.valid_accuracy.values == (0.5, 0.9)
    assert found.robust_valid_accuracy.values == (0.8, 0.9)
    assert found.gap.values == pytest.approx((0.5, 0.1))


def test_a_negative_gap_is_none(setup):
    assert summarise(setup, REFERENCE, [run(0.8, 0.9)], [0]).gap.values == (0,)


def test_what_the_reference_printed_is_its_last_epoch(setup):
    found = summarise(setup, REFERENCE, [run(0.99, 0.97)], [0])
    assert found.running_train_accuracy.mean == pytest.approx(0.85)
    assert found.running_train_loss_sum.mean == pytest.approx(1.0 * 100)
    assert (found.epochs, found.steps) == (2, 100)
    assert found.train_accuracy_per_epoch == pytest.approx((0.8, 0.85))
    assert found.valid_accuracy_per_epoch == pytest.approx((0.9, 0.95))


def test_curves_are_means_over_runs(setup):
    runs = [run(0.99, 0.97, epochs=(0.8, 0.9)), run(0.99, 0.97, epochs=(0.9, 1.0))]
    found = summarise(setup, REFERENCE, runs, [0, 1])
    assert found.valid_accuracy_per_epoch == pytest.approx((0.85, 0.95))


def test_the_layers_and_the_largest_memory_are_kept(setup):
    found = summarise(
        setup, REFERENCE, [run(0.99, 0.97, rss=800), run(0.99, 0.97, rss=950)], [0, 1]
    )
    assert [layer.kind for layer in found.layers][:2] == ["flatten", "linear"]
    assert (found.parameters, found.peak_rss_mb) == (669_706, 950)
    assert found.reference_sha256 == "1" * 64


def test_a_baseline_is_written_where_the_course_looks_for_it(setup, tmp_path):
    found = summarise(setup, REFERENCE, [run(0.99, 0.97)], [0])
    write_baseline(tmp_path / "new/lab1.practice.json", found)
    text = (tmp_path / "new/lab1.practice.json").read_text()
    assert Baseline.model_validate_json(text) == found


class Examiner:
    """Stands for the run of a submission: training accuracy tells the seed."""

    def __init__(self, found=None):
        self.found = found
        self.seeds = []

    def __call__(self, submission, setup):
        self.seeds.append(setup.seed)
        found = self.found or run(0.9 + setup.seed / 100, 0.9)
        return Examined(found.model_copy(update={"seed": setup.seed}), Logs("", "", None))


def test_every_seed_is_run_once_and_kept(setup, monkeypatch):
    examiner = Examiner()
    monkeypatch.setattr(measure, "examine", examiner)
    heard = []
    found = calibrate(setup, [2, 0, 1], 2, lambda seed, _: heard.append(seed))
    assert found.train_accuracy.values == pytest.approx((0.92, 0.9, 0.91))
    assert sorted(examiner.seeds) == sorted(heard) == [0, 1, 2]
    assert calibrate(setup, [2, 0, 1], 1) == found
    assert len(examiner.seeds) == 3
    calibrate(setup, [2, 3], 1)
    assert examiner.seeds[3:] == [3]


@pytest.mark.parametrize("changes", [{"versions": {"grader": "1"}}, {"device": "cuda:0"}])
def test_other_versions_or_devices_are_run_again(setup, monkeypatch, changes):
    examiner = Examiner()
    monkeypatch.setattr(measure, "examine", examiner)
    calibrate(setup, [0], 1)
    calibrate(dataclasses.replace(setup, **changes), [0], 1)
    assert examiner.seeds == [0, 0]


def test_other_data_or_settings_are_run_again(setup, monkeypatch, tmp_path):
    examiner = Examiner()
    monkeypatch.setattr(measure, "examine", examiner)
    calibrate(setup, [0], 1)
    other = dataclasses.replace(setup.data.train, images_file=tmp_path / "other" / "images.npy")
    data = dataclasses.replace(setup.data, train=other)
    calibrate(dataclasses.replace(setup, data=data), [0], 1)
    assignment = setup.assignment.model_copy(update={"snapshots": 1})
    calibrate(dataclasses.replace(setup, assignment=assignment), [0], 1)
    assert examiner.seeds == [0, 0, 0]


BROKEN = [
    (claims(crash=Crash(type="ValueError", message="my bug", line=7)), "line 7 with ValueError"),
    (claims(crash=Crash(type="SystemExit", message="3")), "stops with SystemExit: 3"),
]


@pytest.mark.parametrize(("said", "words"), BROKEN)
def test_a_reference_that_stops_half_way_sets_no_thresholds(setup, monkeypatch, said, words):
    monkeypatch.setattr(measure, "examine", Examiner(evidence(claims=said)))
    with pytest.raises(CourseError, match=words):
        calibrate(setup, [0], 1)


def test_a_reference_that_trains_nothing_is_its_authors_to_mend(setup, monkeypatch):
    found = unmeasured(GapKind.NOTHING_TRAINED, "no epoch of training was seen")
    monkeypatch.setattr(measure, "examine", Examiner(found))
    with pytest.raises(CourseError, match="must train its network"):
        calibrate(setup, [0], 1)


def test_an_accuracy_the_reference_never_computes_has_no_curve(setup):
    silent = run(0.99, 0.97)
    passes = tuple(one.model_copy(update={"accuracy": None}) for one in silent.claims.trace.passes)
    heard = silent.claims.trace.model_copy(update={"passes": passes})
    silent = silent.model_copy(update={"claims": claims(trace=heard)})
    assert summarise(setup, REFERENCE, [silent], [0]).valid_accuracy_per_epoch == ()


def test_a_damaged_kept_run_is_run_again(setup, monkeypatch, tmp_path):
    examiner = Examiner()
    monkeypatch.setattr(measure, "examine", examiner)
    calibrate(setup, [0], 1)
    (kept,) = (tmp_path / "calibration").iterdir()
    kept.write_text("{")
    calibrate(setup, [0], 1)
    assert examiner.seeds == [0, 0]


def test_a_reference_that_cannot_be_measured_is_our_fault(setup, monkeypatch, tmp_path):
    examiner = Examiner(unmeasured(GapKind.NOT_CAPTURED, "its forward is too clever"))
    monkeypatch.setattr(measure, "examine", examiner)
    with pytest.raises(Fault, match="could not be measured: its forward is too clever"):
        calibrate(setup, [0], 1)
    assert not (tmp_path / "calibration").exists()


def test_a_course_without_solutions_cannot_be_calibrated(setup):
    without = setup.assignment.model_copy(update={"reference": None})
    with pytest.raises(CourseError, match="no worked solution"):
        calibrate(dataclasses.replace(setup, assignment=without), [0], 1)
