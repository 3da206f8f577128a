"""Learning curves come from the trace, the measured snapshots and the reference."""

import pytest
from report_cases import CRITERIA, claims, criterion, evidence, grade, passes, right

from grader.model.evidence import Evidence
from grader.reports import charts, curves
from grader.reports.curves import Curves, Point


def read(passes):
    found = evidence(claims={"trace": {"epochs": 1, "passes": passes}}, measurements=None)
    return curves.read(grade(found, [criterion("it-runs", "met")]), found, None)


def one(training, epoch, accuracy, samples=100, loss=1.0):
    counts = dict.fromkeys(("forwards", "backwards", "steps", "eval_mode"), 1)
    figures = {"samples": samples, "loss": loss, "accuracy": accuracy, "wall_s": 1.0}
    return counts | figures | {"training": training, "epoch": epoch}


def test_measured_epochs_replace_what_was_heard_of_them():
    made, found, known, _ = right()
    curve = curves.read(made, found, known).valid_accuracy
    assert [point.epoch for point in curve] == list(range(1, 21))
    assert [point.measured for point in curve] == [False] * 15 + [True] * 5
    assert curve[-1].value == 0.94
    assert curve[0].value == passes()[1]["accuracy"]


def test_passes_that_are_no_epoch_are_left_out():
    found = read([one(True, None, 0.1), one(True, 1, 0.5), one(False, None, 0.2)])
    assert found.train_accuracy == (Point(1, 0.5),)
    assert found.valid_accuracy == ()


def test_of_several_passes_after_an_epoch_the_one_over_the_validation_set_counts():
    made, found, _, _ = right()
    size = sum(map(sum, made.measurements.confusion))
    several = [one(True, 1, 0.5), one(False, 1, 0.7, size), one(False, 1, 0.9, 27455)]
    heard = found.document() | {"claims": {"trace": {"epochs": 1, "passes": several}}}
    again = curves.read(made, Evidence.model_validate(heard), None)
    assert again.valid_accuracy[0] == Point(1, 0.7)


def test_without_evidence_the_measured_epochs_are_still_there():
    made, _, known, _ = right()
    found = curves.read(made, None, known)
    assert [point.epoch for point in found.valid_accuracy] == [16, 17, 18, 19, 20]
    assert len(found.reference_valid) == 20


def test_very_many_epochs_are_thinned_and_keep_the_last():
    found = read([one(True, epoch, 0.5) for epoch in range(1, 5001)])
    assert len(found.train_accuracy) == curves.MOST_EPOCHS
    assert found.train_accuracy[0].epoch == 1
    assert found.train_accuracy[-1].epoch == 5000


def test_a_chart_has_one_marker_per_epoch_inside_its_frame():
    made, found, known, _ = right()
    chart = charts.training_chart(curves.read(made, found, known))
    assert chart is not None
    for line in chart.lines:
        assert len(line.markers) == len(line.points.split()) == 20
        assert all(charts.LEFT <= marker.x <= charts.RIGHT for marker in line.markers)
        assert all(charts.TOP <= marker.y <= charts.BOTTOM for marker in line.markers)
    heights = [marker.y for marker in chart.lines[0].markers]
    assert heights[0] > heights[-1], "better is higher up"


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_a_single_epoch_can_be_drawn(value):
    chart = charts.training_chart(Curves(train_accuracy=(Point(1, value),)))
    assert chart is not None
    assert charts.TOP <= chart.lines[0].markers[0].y <= charts.BOTTOM


@pytest.mark.parametrize("values", [(0.0, 0.0), (1e-9, 1e-9), (1e12, 3.0), (-2.0, 5.0)])
def test_any_loss_can_be_drawn(values):
    points = tuple(Point(epoch, value) for epoch, value in enumerate(values, start=1))
    chart = charts.loss_chart(Curves(train_loss=points))
    assert chart is not None
    assert all(charts.TOP <= m.y <= charts.BOTTOM for m in chart.lines[0].markers)
    assert 2 <= len(chart.y_ticks) <= 8


def test_without_points_there_is_no_chart():
    only_the_reference = Curves(reference_train=(Point(1, 0.5),), reference_valid=(Point(1, 0.5),))
    assert charts.charts(only_the_reference) == []
    assert charts.charts(Curves()) == []


def drawn(value, epochs=3, reference=0.9, **more):
    """A validation chart: a flat curve at ``value`` over a reference of three epochs."""
    own = tuple(Point(epoch, value) for epoch in range(1, epochs + 1))
    known = tuple(Point(epoch, reference) for epoch in range(1, 4))
    chart = charts.validation_chart(Curves(valid_accuracy=own, reference_valid=known, **more))
    assert chart is not None
    return chart


def corners(chart):
    return [tuple(map(float, corner.split(","))) for corner in chart.band.split()]


def test_the_band_surrounds_the_reference_by_its_spread():
    chart = drawn(0.9, valid_spread=0.05)
    above, below = corners(chart)[:3], corners(chart)[:2:-1]
    middle = [marker.y for marker in chart.lines[0].markers]
    assert [x for x, _ in above] == [x for x, _ in below]
    for (_, high), centre, (_, low) in zip(above, middle, below, strict=True):
        assert high < centre < low, "higher up is better"
        assert centre - high == pytest.approx(low - centre, abs=0.11)


def test_the_band_never_leaves_what_an_accuracy_can_be():
    chart = drawn(0.5, reference=0.99, valid_spread=0.05)
    assert min(y for _, y in corners(chart)) == charts.TOP
    assert charts.TOP <= min(y for _, y in corners(drawn(0.5, reference=0.01))) <= charts.BOTTOM


def test_a_reference_of_one_epoch_has_a_band_that_can_be_seen():
    one = (Point(1, 0.9),)
    chart = charts.training_chart(Curves(train_accuracy=one, reference_train=one))
    assert chart is not None
    assert len({x for x, _ in corners(chart)}) == 2


@pytest.mark.parametrize(
    ("value", "epochs", "words"),
    [
        (0.9, 3, "ends inside the band"),
        (0.9, 2, "ends inside the band"),
        (0.6, 3, "ends 27.0 points below the band"),
        (0.96, 3, "ends 3.0 points above the band"),
        (0.6, 20, "ends 27.0 points below where the band ended"),
        (0.9, 20, "ends where the band ended"),
    ],
)
def test_a_chart_says_where_its_curve_ends_beside_the_band(value, epochs, words):
    assert drawn(value, epochs).note == words


def test_without_a_reference_there_is_no_band_and_no_word_of_it():
    chart = charts.validation_chart(Curves(valid_accuracy=(Point(1, 0.5),)))
    assert chart is not None
    assert (chart.band, chart.note) == ("", "")
    assert "reference" not in chart.description


def test_the_band_is_as_wide_as_seeds_differ_but_never_too_narrow():
    made, found, known, _ = right()
    assert known is not None
    for sd, spread in ((0.02, 0.06), (0.001, curves.NARROWEST)):
        statistic = known.robust_valid_accuracy.model_copy(update={"sd": sd})
        again = known.model_copy(update={"robust_valid_accuracy": statistic})
        assert curves.read(made, found, again).valid_spread == pytest.approx(spread)


def test_both_accuracies_are_drawn_to_one_scale():
    both = Curves(train_accuracy=(Point(1, 0.99),), valid_accuracy=(Point(1, 0.31),))
    first, second = charts.training_chart(both), charts.validation_chart(both)
    assert first is not None
    assert second is not None
    assert first.y_ticks == second.y_ticks


def test_the_description_says_what_the_picture_shows():
    found = evidence(claims=claims(2), measurements=None)
    chart = charts.loss_chart(
        curves.read(grade(found, [criterion(CRITERIA[0], "met")]), found, None)
    )
    assert chart is not None
    assert chart.description.startswith("Training: from 2.10 in epoch 1 to 1.16 in epoch 2.")
