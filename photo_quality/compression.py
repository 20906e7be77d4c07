"""Compression: steps along the 8 x 8 grid that JPEG and its kin code blocks on."""

import cv2
import numpy as np
from numpy.typing import NDArray

from .planes import Planes

_BLOCK = 8
# Below this the grid is too fine to be told from texture.
_LEAST_PERIOD = 4.0
_LARGEST_STEP = 24


def measure_compression(planes: Planes, scale: float) -> dict[str, float]:
    """Measure `blockiness`: how much larger steps across block borders are than beside them.

    The excess of the mean absolute step at the borders over the mean elsewhere, divided by the
    latter (after Wang, Bovik and Evans, "Blind measurement of blocking artifacts", ICIP 2000, in
    the spatial domain), averaged over rows and columns; 0 means no grid. Steps are limited to 24
    grey levels so that edges of things do not drown it. 0 as well where the photo was reduced so
    far that its blocks are under 4 px.

    Args:
        planes: the photo.
        scale: working size divided by the photo's own size, 0..1.
    """
    period = _BLOCK * min(1.0, scale)
    if period < _LEAST_PERIOD or min(planes.luma.shape) < 3 * _BLOCK:
        return {"blockiness": 0.0}
    luma = planes.luma
    columns = _mean_steps(luma[:, 1:], luma[:, :-1], along=0)
    rows = _mean_steps(luma[1:], luma[:-1], along=1)
    across = (_excess(columns, period) + _excess(rows, period)) / 2
    return {"blockiness": float(max(0.0, across))}


def _mean_steps(
    ahead: NDArray[np.uint8], behind: NDArray[np.uint8], along: int
) -> NDArray[np.float64]:
    """Mean limited step of each column (along 0) or row (along 1)."""
    steps = np.minimum(cv2.absdiff(ahead, behind), _LARGEST_STEP)
    sums = np.asarray(cv2.reduce(steps, along, cv2.REDUCE_SUM, dtype=cv2.CV_32S), dtype=np.float64)
    return np.asarray(sums.ravel() / steps.shape[along])


def _excess(steps: NDArray[np.floating], period: float) -> float:
    """Relative excess at the phase of the grid where it is largest (a crop moves the grid)."""
    positions = np.arange(steps.size)
    phase = np.floor((positions + 1) % period).astype(np.intp)
    sums = np.bincount(phase, weights=steps)
    counts = np.bincount(phase)
    means = sums / np.maximum(counts, 1)
    best = int(np.argmax(means))
    rest = (sums.sum() - sums[best]) / max(1, positions.size - counts[best])
    return float((means[best] - rest) / (rest + 0.5))
