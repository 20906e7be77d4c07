"""Borders: plain bars or a frame around the picture proper."""

import cv2
import numpy as np
from numpy.typing import NDArray

from .planes import Planes

_PLAIN = 3.0  # largest standard deviation within a line of the bar, grey levels
_SAME = 6.0  # largest difference between the bar's lines, grey levels
_STEP = 8.0  # the picture must differ from the bar by this much in a channel, grey levels,
_STEP_SHARE = 0.6  # along this share of the line where it begins,
_PARTS, _PART_SHARE = 6, 0.4  # and along this share of each part of the line
_LARGEST = 0.4


def measure_border(planes: Planes) -> dict[str, float]:
    """Measure `border_share`: the part of the photo that is a bar at two opposite edges, 0..1.

    A bar is a run of lines of one colour that ends at once, from one end of the line to the
    other, which a plain ground behind a straight-edged product does not.
    """
    gray, rgb = planes.medium_luma.astype(np.float32), planes.medium_rgb
    vertical = _pair(gray, rgb)
    horizontal = _pair(np.ascontiguousarray(gray.T), rgb.swapaxes(0, 1))
    return {"border_share": vertical + horizontal - vertical * horizontal}


def _pair(gray: NDArray[np.float32], rgb: NDArray[np.uint8]) -> float:
    first, last = _bar(gray, rgb), _bar(gray[::-1], rgb[::-1])
    if not first or not last:
        return 0.0
    return float((first + last) / gray.shape[0])


def _bar(gray: NDArray[np.float32], rgb: NDArray[np.uint8]) -> int:
    """Number of lines in the bar at the top, 0 where there is none."""
    deviation, mean = _spread(gray[: round(_LARGEST * len(gray)) + 2])
    plain = (deviation <= _PLAIN) & (np.abs(mean - mean[0]) <= _SAME)
    lines = int(np.argmin(plain)) if not plain.all() else 0
    if lines == 0 or lines > _LARGEST * len(gray) or lines + 2 >= len(gray):
        return 0
    # one line further, as reducing may have mixed the first
    off = np.abs(rgb[lines + 1] - rgb[0].mean(axis=0)).max(axis=1) > _STEP
    shares = [float(part.mean()) for part in np.array_split(off, min(_PARTS, len(off)))]
    return lines if off.mean() >= _STEP_SHARE and min(shares) >= _PART_SHARE else 0


def _spread(lines: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Standard deviation and mean of each line."""
    mean = np.asarray(cv2.reduce(lines, 1, cv2.REDUCE_AVG, dtype=cv2.CV_64F), np.float64)
    square = np.asarray(cv2.reduce(lines * lines, 1, cv2.REDUCE_AVG, dtype=cv2.CV_64F), np.float64)
    return np.sqrt(np.maximum(square - mean**2, 0.0)).ravel(), mean.ravel()
