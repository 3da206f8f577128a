"""Accuracy, loss, confusion and agreement from scores and labels."""

import base64

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.intake import scores


def logits(rows, classes, seed=0, scale=3.0):
    generator = np.random.default_rng(seed)
    return (scale * generator.standard_normal((rows, classes))).astype(np.float32)


def labels(rows, classes, seed=1):
    return np.random.default_rng(seed).integers(0, classes, rows)


@pytest.mark.parametrize("rows", [1, 31, 32, 33, 100])
@pytest.mark.parametrize("scale", [0.0, 1.0, 1e4])
def test_losses_are_torchs_cross_entropy(rows, scale):
    given_logits, given_labels = logits(rows, 24, scale=scale), labels(rows, 24)
    expected = torch.nn.functional.cross_entropy(
        torch.from_numpy(given_logits).double(), torch.from_numpy(given_labels), reduction="none"
    )
    found = scores.losses(given_logits, given_labels)
    assert found is not None
    assert np.allclose(found, expected.numpy(), rtol=1e-12, atol=1e-12)


def test_the_summed_loss_is_the_one_the_labs_print():
    given_logits, given_labels = logits(70, 10), labels(70, 10)
    batches = zip(
        torch.from_numpy(given_logits).split(32),
        torch.from_numpy(given_labels).split(32),
        strict=True,
    )
    printed = sum(torch.nn.functional.cross_entropy(x, y).item() for x, y in batches)
    found = scores.losses(given_logits, given_labels)
    assert scores.summed(found) == pytest.approx(printed, rel=1e-5)


def test_accuracy_is_the_share_of_right_winners():
    given_logits = np.eye(4, dtype=np.float32)
    assert scores.accuracy(given_logits, np.array([0, 1, 2, 0])) == 0.75


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_scores_that_are_no_numbers_are_wrong_and_have_no_loss(bad):
    given_logits = np.eye(3, dtype=np.float32)
    given_logits[1, 0] = bad
    assert scores.predicted(given_logits).tolist() == [0, -1, 2]
    assert scores.accuracy(given_logits, np.arange(3)) == pytest.approx(2 / 3)
    assert scores.losses(given_logits, np.arange(3)) is None


def test_a_network_with_too_few_outputs_has_no_loss_but_an_accuracy():
    assert scores.losses(logits(5, 3), np.array([0, 1, 2, 3, 3])) is None
    assert 0 <= scores.accuracy(logits(5, 3), np.array([0, 1, 2, 3, 3])) <= 1


def test_confusion_counts_labels_in_rows_and_predictions_in_columns():
    found = np.array([0, 1, 1, 2, -1, 5])
    assert scores.confusion(found, np.array([0, 0, 1, 2, 2, 2]), 3) == (
        (1, 1, 0),
        (0, 1, 0),
        (0, 0, 1),
    )


@given(rows=st.integers(0, 40), classes=st.integers(2, 6), seed=st.integers(0, 99))
def test_the_confusion_holds_every_prediction_inside_the_classes(rows, classes, seed):
    found, given_labels = labels(rows, classes, seed), labels(rows, classes, seed + 1)
    matrix = np.array(scores.confusion(found, given_labels, classes))
    assert matrix.sum() == rows
    assert np.trace(matrix) == (found == given_labels).sum()


def test_wrong_images_come_most_confident_first_and_at_most_three_alike():
    given_logits = np.zeros((10, 3), np.float32)
    given_logits[:, 1] = np.arange(10)
    given_labels = np.zeros(10, int)
    images = np.arange(10 * 784).astype(np.uint8).reshape(10, 28, 28)
    found = scores.wrong_images(given_logits, given_labels, images)
    assert [(one.index, one.label, one.predicted) for one in found] == [
        (9, 0, 1),
        (8, 0, 1),
        (7, 0, 1),
    ]
    assert base64.b64decode(found[0].pixels) == images[9].tobytes()
    assert found[0].confidence == pytest.approx(
        torch.from_numpy(given_logits[9]).softmax(0).max().item()
    )


def test_the_commonest_mistakes_have_a_picture_however_unsure_they_were():
    given_labels = np.array([0, 1, 2, 3, 5, 5, 5, 5])
    winners = np.array([1, 2, 3, 4, 0, 0, 0, 0])
    sure = np.array([9, 8, 7, 6, 1, 1, 1, 2])
    given_logits = np.eye(6, dtype=np.float32)[winners] * sure[:, None]
    images = np.zeros((8, 28, 28), np.uint8)
    found = scores.wrong_images(given_logits, given_labels, images, limit=5)
    assert [one.index for one in found] == [0, 1, 7, 4, 5], "the most confident still come first"


def test_wrong_images_are_limited_and_skip_scores_that_are_no_numbers():
    given_logits, given_labels = logits(400, 10), labels(400, 10)
    given_logits[0] = np.nan
    images = np.zeros((400, 28, 28), np.uint8)
    found = scores.wrong_images(given_logits, given_labels, images, limit=5)
    assert len(found) == 5
    assert all(one.index for one in found)
    right = np.eye(3, dtype=np.float32)
    assert scores.wrong_images(right, np.arange(3), images[:3]) == ()


def test_the_same_scores_agree():
    found = scores.agreement(logits(64, 10), logits(64, 10))
    assert (found.rows, found.disagreements, found.largest_difference) == (64, 0, 0)
    assert found.agrees


def test_a_clear_margin_that_flips_disagrees():
    live, graph = logits(64, 10), logits(64, 10)
    graph[3] = -graph[3]
    found = scores.agreement(graph, live)
    assert (found.disagreements, found.agrees) == (1, False)


def test_a_near_tie_may_flip():
    live = np.array([[1.0, 1.0 + 1e-4, 0.0]], np.float32)
    graph = np.array([[1.0 + 1e-4, 1.0, 0.0]], np.float32)
    found = scores.agreement(graph, live)
    assert found.agrees
    assert found.largest_difference > 0


def test_noise_does_not_count_and_a_table_of_answers_does():
    live = logits(64, 10)
    noisy = live + np.random.default_rng(5).normal(0, 1e-5, live.shape).astype(np.float32)
    assert scores.agreement(noisy, live).agrees
    assert not scores.agreement(logits(64, 10, seed=9), live).agrees


@pytest.mark.parametrize("shape", [(63, 10), (64, 9)])
def test_scores_of_another_shape_do_not_agree(shape):
    found = scores.agreement(logits(*shape), logits(64, 10))
    assert (found.disagreements, found.agrees) == (64, False)


def test_a_network_with_one_output_can_be_compared():
    live = logits(64, 1)
    assert scores.agreement(live, live).agrees


def test_a_diverged_network_agrees_with_itself_and_with_nothing_else():
    live = logits(64, 10)
    broken = np.full((64, 10), np.nan, np.float32)
    assert scores.agreement(broken, broken).agrees
    assert not scores.agreement(broken, live).agrees
    assert not scores.agreement(live, broken).agrees


def test_scores_of_any_size_can_be_recorded():
    live = np.array([[3e38, -3e38]], np.float32)
    found = scores.agreement(-live, live)
    assert not found.agrees
    assert found.model_dump_json()
