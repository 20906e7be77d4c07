"""Enlargement: the rhythm that interpolation leaves in a photo."""

import cv2
import numpy as np
from numpy.typing import NDArray

from .planes import Planes

_LEAST_FREQUENCY = 0.08  # cycles a pixel; slower rhythms are the picture's own
_GRID = 8  # JPEG's own rhythm, left out with a margin
_GRID_MARGIN = 0.1
_SHORTEST = 64


def measure_upscaling(planes: Planes) -> dict[str, float]:
    """Measure `interpolation_peak`, the strongest rhythm in the second differences.

    Interpolated pixels have smaller second differences than those they were made from, so the
    mean second difference of each column (row) repeats with the factor of enlargement
    (Gallagher, "Detection of linear and cubic interpolation in JPEG compressed images", CRV
    2005). The value is the peak of its spectrum over the median, averaged over columns and rows:
    3 to 6 in photos as taken, over 9 in enlarged ones. Lost where the photo was reduced again.
    """
    if min(planes.luma.shape) < _SHORTEST:
        return {"interpolation_peak": 0.0}
    kernel = np.array([[1, -2, 1]], dtype=np.float32)
    columns = np.abs(cv2.filter2D(planes.luma32, cv2.CV_32F, kernel)).mean(axis=0)
    rows = np.abs(cv2.filter2D(planes.luma32, cv2.CV_32F, kernel.T)).mean(axis=1)
    return {"interpolation_peak": (_peak(columns) + _peak(rows)) / 2}


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
