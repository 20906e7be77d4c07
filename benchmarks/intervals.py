"""Confidence intervals: DeLong's for areas under the curve, the bootstrap for the rest."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_TWO_SIDED = 1.959964  # 97.5 % of the normal distribution


def area_with_interval(bad: Sequence[float], clean: Sequence[float]) -> tuple[float, float, float]:
    """Area under the ROC curve and its 95 % interval.

    The area is the probability that a bad one scores above a clean one, ties counted half; the
    interval is that of DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988), cut at 0 and 1.
    """
    rows, columns = np.array(bad)[:, None], np.array(clean)[None, :]
    above = (rows > columns) + (rows == columns) / 2
    area = float(above.mean())
    spread = above.mean(axis=1).var(ddof=1) / len(bad) + above.mean(axis=0).var(ddof=1) / len(clean)
    half = _TWO_SIDED * float(np.sqrt(spread))
    return area, max(0.0, area - half), min(1.0, area + half)


def bootstrap_interval(
    values: Floats, statistic: Callable[[Floats], float], draws: int = 2000
) -> tuple[float, float]:
    """95 % interval of a statistic of the rows of an array, by resampling them."""
    rng = np.random.default_rng(0)
    picks = rng.integers(len(values), size=(draws, len(values)))
    found = [statistic(values[pick]) for pick in picks]
    low, high = np.percentile(found, [2.5, 97.5])
    return float(low), float(high)
