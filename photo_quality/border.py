"""Borders: plain bars or a frame around the picture proper."""

import cv2
import numpy as np
from numpy.typing import NDArray

from .planes import Planes

_SIDE = 256
_PLAIN = 3.0  # largest standard deviation within a line of the bar, grey levels
_SAME = 6.0  # largest difference between the bar's lines, grey levels
_STEP = 10.0  # the picture must differ from the bar by this much, grey levels,
_STEP_SHARE = 0.75  # along this share of the line where it begins
_LARGEST = 0.4


def measure_border(planes: Planes) -> dict[str, float]:
    """Measure `border_share`: the part of the photo that is a bar at two opposite edges, 0..1.

    A bar is a run of lines of one colour that ends at once along nearly the whole line, which a
    plain studio ground does not.
    """
    gray = planes.luma
    scale = min(1.0, _SIDE / max(gray.shape))
    size = (max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale)))
    small = np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), dtype=np.float32)
    vertical = _pair(small)
    horizontal = _pair(small.T)
    return {"border_share": vertical + horizontal - vertical * horizontal}


def _pair(gray: NDArray[np.float32]) -> float:
    first, last = _bar(gray), _bar(gray[::-1])
    if not first or not last:
        return 0.0
    return float((first + last) / gray.shape[0])


def _bar(gray: NDArray[np.float32]) -> int:
    """Number of lines in the bar at the top, 0 where there is none."""
    deviation, mean = gray.std(axis=1), gray.mean(axis=1)
    plain = (deviation <= _PLAIN) & (np.abs(mean - mean[0]) <= _SAME)
    lines = int(np.argmin(plain)) if not plain.all() else 0
    if lines == 0 or lines > _LARGEST * len(gray) or lines + 2 >= len(gray):
        return 0
    # one line further, as reducing may have mixed the first
    differs = np.abs(gray[lines + 1] - mean[0]) > _STEP
    return lines if differs.mean() >= _STEP_SHARE else 0
