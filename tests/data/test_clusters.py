"""Near-duplicates stay together, and chance is what a split by clusters makes of it."""

import numpy as np
import pytest
from builders import images

from grader.data.clusters import Strata, clusters_of
from grader.intake.holdout import LEVEL, detectable_gaps


def bursts(count: int, each: int, seed: int = 0) -> np.ndarray:
    """``each`` pictures of ``count`` different things, in other light and with a little noise."""
    generator = np.random.default_rng(seed)
    things = np.repeat(images(count, seed), each, axis=0).astype(float)
    light = generator.uniform(0.6, 1.0, (len(things), 1, 1))
    noise = generator.normal(0, 4, things.shape)
    return (things * light + noise).clip(0, 255).astype(np.uint8)


def strata(classes: int = 5, each: int = 12, size: int = 6, share: float = 0.2) -> Strata:
    """Clusters of one size, as many in each class."""
    clusters = np.repeat(np.arange(classes * each), size)
    return Strata(clusters, clusters // each, share)


def test_pictures_of_one_thing_are_a_cluster_whatever_the_light() -> None:
    found = clusters_of(bursts(8, 5), np.repeat([0, 1], 20))
    assert found.tolist() == np.repeat(np.arange(8), 5).tolist()


def test_what_a_chain_connects_is_one_cluster_and_two_classes_never_are() -> None:
    first, last = images(2).astype(float)
    steps = np.linspace(0, 1, 25)[:, None, None]
    chain = (first * (1 - steps) + last * steps).astype(np.uint8)
    assert set(clusters_of(chain, np.zeros(25, int))) == {0}
    assert set(clusters_of(chain[[0, -1]], np.zeros(2, int))) == {0, 1}
    assert clusters_of(chain[[0, 0, 0]], np.array([4, 7, 4])).tolist() == [0, 1, 0]


def test_an_image_without_any_contrast_is_like_no_other() -> None:
    blank = np.full((2, 28, 28), 9, np.uint8)
    assert clusters_of(blank, np.zeros(2, int)).tolist() == [0, 1]


@pytest.mark.parametrize("share", [0.05, 0.2, 0.5])
def test_a_part_has_whole_clusters_and_its_share_of_every_class(share: float) -> None:
    generator = np.random.default_rng(1)
    sizes = generator.integers(1, 9, 400)
    clusters = np.repeat(np.arange(400), sizes)
    labels = clusters // 100
    part = Strata(clusters, labels, share).part(seed=3)
    assert not set(clusters[part]) & set(clusters[~part])
    for label in range(4):
        own = labels == label
        assert abs(part[own].sum() - share * own.sum()) <= sizes.max() / 2


def test_a_class_that_is_one_cluster_gives_nothing_and_every_other_keeps_one() -> None:
    clusters = np.array([0, 0, 0, 1, 2, 2, 2, 2])
    labels = np.array([0, 0, 0, 1, 1, 1, 1, 1])
    for seed in range(20):
        part = Strata(clusters, labels, 0.5).part(seed)
        assert not part[labels == 0].any()
        assert 0 < part[labels == 1].sum() < 5


def test_the_seed_decides() -> None:
    parts = [strata().part(seed) for seed in (1, 1, 2)]
    assert np.array_equal(parts[0], parts[1])
    assert not np.array_equal(parts[0], parts[2])


def test_chance_makes_gaps_as_a_sample_of_clusters_does() -> None:
    # 60 clusters that are right or wrong as a whole, 2 or 3 of 12 drawn in each of 5 classes.
    drawn = strata()
    right = (np.random.default_rng(2).random(60) < 0.7).astype(np.float32)[drawn.clusters]
    gaps = drawn.random_gaps(right[:, None], 4000)[:, 0]
    taken = drawn.part(0).sum() / 6 / 5
    within = np.mean(
        [right[drawn.labels == label].reshape(12, 6)[:, 0].var(ddof=1) for label in range(5)]
    )
    expected = within * (1 / taken + 1 / (12 - taken)) / 5
    assert abs(gaps.mean()) < 0.01
    assert gaps.var() == pytest.approx(expected, rel=0.1)


def answers(drawn: Strata, seed: int) -> np.ndarray:
    """What an honest network answers: mostly right or wrong by whole clusters."""
    generator = np.random.default_rng(seed)
    ability = generator.beta(2, 1, len(drawn.sizes))[drawn.clusters]
    return (generator.random(len(ability)) < ability).astype(np.float32)


def test_chance_alone_is_detected_no_more_often_than_stated() -> None:
    drawn = strata(classes=10)
    right = answers(drawn, 0)
    limit = detectable_gaps(right[:, None], drawn)[0]
    gaps = []
    for seed in range(1000):
        part = drawn.part(seed)
        gaps.append(right[~part].mean() - right[part].mean())
    found = int((np.array(gaps) > limit).sum())
    assert found <= 6  # 1 is expected; more than 6 in one of 10,000 such tests
    assert limit < 4 * np.std(gaps)
    assert LEVEL == 0.001


def test_who_knows_the_visible_images_is_detected() -> None:
    drawn = strata(classes=10)
    for seed in range(20):
        part = drawn.part(seed)
        right = np.where(part, answers(drawn, seed), 1).astype(np.float32)
        limit = detectable_gaps(right[:, None], drawn)[0]
        assert right[~part].mean() - right[part].mean() > limit
