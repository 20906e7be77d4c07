"""Percentiles by sorting, which NumPy does many times faster than selecting."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def percentiles(values: NDArray[np.generic], shares: Sequence[float]) -> list[float]:
    """As `np.percentile`: between two values by linear interpolation.

    Args:
        values: numbers of any shape, at least one.
        shares: percent of the values that lie below, 0..100.
    """
    if values.dtype == np.uint8:
        values = values.astype(np.int16)  # bytes alone are sorted slowly
    ordered = np.sort(values, axis=None)
    last = ordered.size - 1
    found = []
    for share in shares:
        place = share / 100 * last
        below = int(place)
        low, high = float(ordered[below]), float(ordered[min(below + 1, last)])
        found.append(low + (high - low) * (place - below))
    return found


def percentile(values: NDArray[np.generic], share: float) -> float:
    """One percentile, as `percentiles`."""
    return percentiles(values, (share,))[0]
