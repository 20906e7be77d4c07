"""Enlargement: the rhythm that interpolation leaves in a photo."""

import cv2
import numpy as np
from numpy.typing import NDArray

from .planes import Planes

_LEAST_FREQUENCY = 0.08  # cycles a pixel; slower rhythms are the picture's own
_GRID = 8  # JPEG's own rhythm, left out with a margin
_GRID_MARGIN = 0.1
_SHORTEST = 64
_SOFTNESS_WEIGHT = 4.0  # what a softness of 1 counts for, in units of the peak


def measure_upscaling(planes: Planes, softness: float) -> dict[str, float]:
    """Measure how surely the photo was enlarged.

    Interpolated pixels have smaller second differences than those they were made from, so the
    mean second difference of each column (row) repeats with the factor of enlargement
    (Gallagher, "Detection of linear and cubic interpolation in JPEG compressed images", CRV
    2005). The peak is the greatest value of its spectrum over its median, averaged over columns
    and rows: 3 to 6 in photos as taken, over 9 in enlarged ones. Lost where the photo was reduced
    again.

    Args:
        planes: the photo.
        softness: that of its edges, as `measure_sharpness` gives it.

    Returns:
        `interpolation_peak`, and `enlargement`: the same plus four times the softness (-1 to 1
        of it), for fabric has a rhythm of its own, but an enlarged photo is soft as well.
    """
    if min(planes.luma.shape) < _SHORTEST:
        return {"interpolation_peak": 0.0, "enlargement": 0.0}
    columns, rows = _mean_differences(planes.luma, 0), _mean_differences(planes.luma, 1)
    peak = (_peak(columns) + _peak(rows)) / 2
    soft = min(1.0, max(-1.0, softness))
    return {"interpolation_peak": peak, "enlargement": peak + _SOFTNESS_WEIGHT * soft}


def _mean_differences(luma: NDArray[np.uint8], along: int) -> NDArray[np.float64]:
    """Mean absolute second difference of each column (along 0) or row (along 1)."""
    differences = cv2.Sobel(luma, cv2.CV_16S, 2 * (along == 0), 2 * (along == 1), ksize=1)
    steps = cv2.convertScaleAbs(differences)
    sums = np.asarray(cv2.reduce(steps, along, cv2.REDUCE_SUM, dtype=cv2.CV_32S), dtype=np.float64)
    return np.asarray(sums.ravel() / steps.shape[along])


def _peak(differences: NDArray[np.floating]) -> float:
    signal = np.log(differences[2:-2].astype(np.float64) + 1.0)
    signal -= cv2.blur(signal[None, :], (31, 1))[0]
    spectrum = np.abs(np.fft.rfft(signal * np.hanning(signal.size)))
    frequency = np.arange(spectrum.size) / signal.size
    fast = frequency > _LEAST_FREQUENCY
    from_grid = np.abs((frequency * _GRID + 0.5) % 1.0 - 0.5)
    candidates = spectrum[fast & (from_grid > _GRID_MARGIN)]
    typical = float(np.median(spectrum[fast]))
    return float(candidates.max()) / (typical + 0.05)
