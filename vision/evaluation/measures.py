"""The figures, from plain numbers: rankings, F1, nearest neighbours.

Classes are ints from 0; -1 stands for no answer, and as a truth for no label.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from weights.labels import FloatArray

Ints = NDArray[np.int64]
NONE = -1
MISSED = np.iinfo(np.int64).max
"""The rank of a right class that was not scored at all."""

CHUNK_PHOTOS = 512


@dataclass(frozen=True, slots=True)
class Ranking:
    """Where the right class came among all: `predicted` the likeliest, `rank` from 0 for best."""

    predicted: int
    rank: int


def ranking(scores: Sequence[float], truth: int) -> Ranking:
    """Ranks the class `truth` by falling score, ties in the order of the classes.

    A class of no score at all is not an answer: its rank is `MISSED`, however few classes.
    """
    order = sorted(range(len(scores)), key=lambda place: -scores[place])
    predicted = order[0] if scores[order[0]] > 0 else NONE
    return Ranking(predicted, order.index(truth) if scores[truth] > 0 else MISSED)


def top_k(ranks: Ints, k: int) -> float | None:
    """The share of photos whose right class is among the `k` likeliest; None without photos."""
    return float((ranks < k).mean()) if len(ranks) else None


@dataclass(frozen=True)
class ClassCounts:
    """Of one class: photos that carry it, photos given it, and photos both."""

    support: int
    given: int
    right: int

    @property
    def precision(self) -> float | None:
        """The share of the photos given the class that carry it; None where none was given it."""
        return self.right / self.given if self.given else None

    @property
    def recall(self) -> float | None:
        """The share of the photos that carry the class that were given it."""
        return self.right / self.support if self.support else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall; None where the class was not met at all."""
        met = self.support + self.given
        return 2 * self.right / met if met else None


def class_counts(truth: Ints, predicted: Ints, classes: int) -> tuple[ClassCounts, ...]:
    """The counts of each class from one prediction a photo."""
    return tuple(
        ClassCounts(
            support=int((truth == one).sum()),
            given=int((predicted == one).sum()),
            right=int(((truth == one) & (predicted == one)).sum()),
        )
        for one in range(classes)
    )


def macro_f1(counts: Sequence[ClassCounts]) -> float | None:
    """The mean F1 over the classes that some photo carries or was given.

    scikit-learn's `f1_score(average="macro")` averages over the same classes.
    """
    scores = [one.f1 for one in counts if one.f1 is not None]
    return sum(scores) / len(scores) if scores else None


def confusions(truth: Ints, predicted: Ints) -> Mapping[tuple[int, int], Ints]:
    """The places of the photos of class A taken for class B, by (A, B); the most frequent first."""
    wrong = np.flatnonzero((truth != predicted) & (predicted != NONE))
    pairs: dict[tuple[int, int], list[int]] = {}
    for place in wrong:
        pairs.setdefault((int(truth[place]), int(predicted[place])), []).append(int(place))
    ordered = sorted(pairs.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return {pair: np.array(places, np.int64) for pair, places in ordered}


def nearest_neighbour_rates(embeddings: FloatArray, truths: Sequence[Ints]) -> list[float | None]:
    """For each labelling, how often the nearest other photo by cosine is of the same class.

    `embeddings` is N x D of unit norm; each of `truths` is N classes. Photos without a label are
    neither asked nor answer. A class with a single photo counts in the denominator, and is missed.
    None where fewer than two photos are labelled. Only `CHUNK_PHOTOS` x N cosines are held.
    """
    hits = [0] * len(truths)
    for start in range(0, len(embeddings), CHUNK_PHOTOS):
        asked = np.arange(start, min(start + CHUNK_PHOTOS, len(embeddings)))
        cosines = embeddings[asked] @ embeddings.T
        cosines[np.arange(len(asked)), asked] = -np.inf
        for column, truth in enumerate(truths):
            labelled = truth != NONE
            nearest = np.where(labelled, cosines, -np.inf).argmax(axis=1)
            hits[column] += int(
                ((truth[nearest] == truth[asked]) & labelled[asked] & (nearest != asked)).sum()
            )
    counts = [int((truth != NONE).sum()) for truth in truths]
    return [hit / count if count > 1 else None for hit, count in zip(hits, counts, strict=True)]
