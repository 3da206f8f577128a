"""Groups of near-duplicate images, and random parts of a data set that split no group.

Two images of one class are near-duplicates where their pixels correlate at ``ALIKE`` or more, which
a change of brightness or contrast leaves as it is; a cluster is everything that a chain of these
connects. What was measured on the published files is in ``docs/decisions/013-holdout.md``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from grader.data.dataset import Images, Labels

ALIKE = 0.97
"""ASL: within bursts above, between them below .92. MNIST: from .96 down chains join all the 1s."""

_BLOCK = 2048
_DRAWS = 500
Mask = NDArray[np.bool_]


def clusters_of(images: Images, labels: Labels) -> Labels:
    """The cluster of each image (N,), numbered from 0; no cluster has images of two classes."""
    clusters = np.zeros(len(labels), np.int64)
    count = 0
    for label in np.unique(labels):
        own = np.flatnonzero(labels == label)
        parts = _components(_alike(images[own]))
        clusters[own] = count + parts
        count += int(parts.max()) + 1
    return clusters


def _alike(images: Images) -> Mask:
    """Which of N images are near-duplicates of which, (N, N)."""
    rows = images.reshape(len(images), -1).astype(np.float32)
    rows -= rows.mean(1, keepdims=True)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    rows = np.divide(rows, length, out=np.zeros_like(rows), where=length > 0)
    found = np.zeros((len(rows), len(rows)), bool)
    for start in range(0, len(rows), _BLOCK):
        found[start : start + _BLOCK] = rows[start : start + _BLOCK] @ rows.T >= ALIKE
    return found


def _components(linked: Mask) -> Labels:
    """The connected component of each node of a symmetric graph (N, N), numbered from 0."""
    component = np.full(len(linked), -1, np.int64)
    for first in range(len(linked)):
        if component[first] >= 0:
            continue
        number = component.max(initial=-1) + 1
        component[first] = number
        reached = [first]
        while reached:
            new = np.flatnonzero(linked[reached.pop()] & (component < 0))
            component[new] = number
            reached.extend(new.tolist())
    return component


@dataclass(frozen=True)
class Strata:
    """How a part of N images is drawn: in every class whole clusters, about ``share`` of its rows.

    ``clusters`` and ``labels`` are (N,). A class of one cluster gives none.
    """

    clusters: Labels
    labels: Labels
    share: float

    @cached_property
    def sizes(self) -> Labels:
        """How many images each cluster has, (K,)."""
        return np.bincount(self.clusters)

    def part(self, seed: int) -> Mask:
        """The images (N,) of the part that ``seed`` draws."""
        ((hidden,),) = self._drawn(1, seed)
        chosen: Mask = hidden[self.clusters]
        return chosen

    def random_gaps(self, scores: NDArray[np.float32], draws: int) -> NDArray[np.float64]:
        """What chance makes of ``scores`` (N, S): (draws, S) means of the rest minus the part's."""
        count = len(self.sizes)
        sums = np.zeros((count, scores.shape[1]))
        np.add.at(sums, self.clusters, scores)
        totals = np.column_stack([self.sizes, sums]).astype(np.float32)
        gaps = []
        for hidden in self._drawn(draws, seed=0):
            within = (hidden.astype(np.float32) @ totals).astype(np.float64)
            outside = totals.sum(0, dtype=np.float64) - within
            gaps.append(outside[:, 1:] / outside[:, :1] - within[:, 1:] / within[:, :1])
        return np.concatenate(gaps)

    def _drawn(self, draws: int, seed: int) -> Iterator[Mask]:
        """Yield blocks (up to 500, K) of the clusters drawn."""
        generator = np.random.default_rng(seed)
        first = np.unique(self.clusters, return_index=True)[1]
        strata = [np.flatnonzero(self.labels[first] == one) for one in np.unique(self.labels)]
        for start in range(0, draws, _DRAWS):
            block = np.zeros((min(_DRAWS, draws - start), len(first)), bool)
            for own in strata:
                block[:, own] = _prefixes(self.sizes[own], self.share, len(block), generator)
            yield block


def _prefixes(sizes: Labels, share: float, draws: int, generator: np.random.Generator) -> Mask:
    """Clusters (draws, K) in random order until their rows are closest to ``share`` of all.

    At least one is taken and at least one is left.
    """
    taken = np.zeros((draws, len(sizes)), bool)
    if len(sizes) < 2:
        return taken
    order = np.argsort(generator.random((draws, len(sizes)), np.float32), axis=1)
    rows = np.cumsum(sizes[order], axis=1)[:, :-1]
    last = np.abs(rows - share * sizes.sum()).argmin(1)
    np.put_along_axis(taken, order, np.arange(len(sizes)) <= last[:, None], axis=1)
    return taken
