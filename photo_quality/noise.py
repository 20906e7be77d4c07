"""Sensor noise: Immerkaer's operator on the photo's flattest patches."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from .planes import Planes

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
    response = cv2.sepFilter2D(
        planes.luma, cv2.CV_16S, _OPERATOR, _OPERATOR, borderType=cv2.BORDER_REFLECT
    )
    strength = np.abs(response).astype(np.float32)
    sigmas = _patch_means(strength)[_usable_patches(planes.luma)] * _TO_SIGMA
    return {"noise_luma": float(np.percentile(sigmas, 20))}


def _usable_patches(luma: NDArray[np.uint8]) -> NDArray[np.bool_]:
    mean = _patch_means(luma)
    usable = (mean > _DARK) & (mean < _LIGHT)
    return usable if usable.mean() >= 0.1 else np.ones_like(usable)


def _patch_means(plane: NDArray[np.uint8] | NDArray[np.float32]) -> NDArray[np.float64]:
    """Means of patches of at least 16 px, a whole number of them a side."""
    height, width = plane.shape
    rows, columns = max(1, height // PATCH), max(1, width // PATCH)
    size = (columns, rows)
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), dtype=np.float64)
