"""Sensor noise: Immerkaer's operator on the photo's flattest patches."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from .percentiles import percentile
from .planes import Planes
from .tiles import mean_bytes, tile_means

PATCH = 16
_DARK, _LIGHT = 12.0, 243.0
# Immerkaer, "Fast Noise Variance Estimation", CVIU 64 (1996): the difference of two Laplacians,
# blind to constant, linear and quadratic image content; it is this along rows, then columns.
_OPERATOR = np.array([1, -2, 1], dtype=np.float32)
_TO_SIGMA = math.sqrt(math.pi / 2) / 6.0


def measure_noise(planes: Planes) -> dict[str, float]:
    """Estimate `noise_luma`, the standard deviation of the noise on luma, in grey levels (0..255).

    It is the 20th percentile over 16 px patches, so that texture does not count as noise. Patches
    near black or white, where noise is clipped away, are left out while others remain.
    """
    if min(planes.luma.shape) < 3:
        return {"noise_luma": 0.0}
    response = np.asarray(
        cv2.sepFilter2D(
            planes.luma, cv2.CV_32F, _OPERATOR, _OPERATOR, borderType=cv2.BORDER_REFLECT
        ),
        dtype=np.float32,
    )
    strength = np.abs(response, out=response)
    rows, columns = _patches(planes.luma)
    means = tile_means(strength, rows, columns).astype(np.float64)
    sigmas = means[_usable_patches(planes.luma)] * _TO_SIGMA
    return {"noise_luma": percentile(sigmas, 20)}


def _usable_patches(luma: NDArray[np.uint8]) -> NDArray[np.bool_]:
    mean = mean_bytes(luma, *_patches(luma))
    usable = (mean > _DARK) & (mean < _LIGHT)
    return usable if usable.mean() >= 0.1 else np.ones_like(usable)


def _patches(luma: NDArray[np.uint8]) -> tuple[int, int]:
    """Rows and columns of patches of at least 16 px, a whole number of them a side."""
    height, width = luma.shape
    return max(1, height // PATCH), max(1, width // PATCH)
