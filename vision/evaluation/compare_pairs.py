"""Two bundles on the same photos: paired differences, with bootstrap intervals.

The photos of a file are drawn again with replacement, both bundles' answers together, so that what
makes a photo hard for both does not widen the interval (Efron and Tibshirani, 1993, "An
Introduction to the Bootstrap", chapter 13: percentile intervals).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Outcomes = Mapping[str, tuple[Floats, Floats]]
"""Of each figure, N numerators and N denominators by photo: the figure is the ratio of sums."""

DRAWS, SEED, CHUNK = 2000, 11, 100
INTERVAL = (2.5, 97.5)


@dataclass(frozen=True)
class Difference:
    """One figure of bundles A and B, 0..1, over `photos` that either counts.

    `difference` is B minus A; `low` and `high` bound its 95 % interval. Each is None where the
    figure is not defined: no photo, or no suggestion, of one of them.
    """

    figure: str
    photos: int
    a: float | None
    b: float | None
    difference: float | None
    low: float | None
    high: float | None

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out nought."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def differences(a: Outcomes, b: Outcomes) -> tuple[Difference, ...]:
    """The figures that both bundles have, in A's order; deterministic.

    The outcomes are of the same photos in the same order: raises ValueError for other lengths.
    """
    return tuple(_difference(name, a[name], b[name]) for name in a if name in b)


def _difference(name: str, a: tuple[Floats, Floats], b: tuple[Floats, Floats]) -> Difference:
    table = np.stack([*a, *b])
    counted = int(((table[1] > 0) | (table[3] > 0)).sum())
    first, second = (_ratio(*(float(one.sum()) for one in pair)) for pair in (a, b))
    if first is None or second is None:
        return Difference(name, counted, first, second, None, None, None)
    drawn = np.concatenate(list(_drawn(table)))
    with np.errstate(invalid="ignore", divide="ignore"):
        found = drawn[:, 2] / drawn[:, 3] - drawn[:, 0] / drawn[:, 1]
    low, high = np.percentile(found[np.isfinite(found)], INTERVAL)
    return Difference(name, counted, first, second, second - first, float(low), float(high))


def _drawn(table: Floats) -> Iterator[Floats]:
    """Sums of the four rows over photos drawn with replacement, DRAWS x 4 in parts."""
    random = np.random.default_rng(SEED)
    count = table.shape[1]
    for _ in range(DRAWS // CHUNK):
        picks = random.integers(count, size=(CHUNK, count))
        yield np.stack([row[picks].sum(axis=1) for row in table], axis=1)


def _ratio(right: float, counted: float) -> float | None:
    return right / counted if counted else None
