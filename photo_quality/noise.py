"""Sensor noise: Immerkaer's operator on the photo's flattest patches."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from .planes import Planes

PATCH = 16
_DARK, _LIGHT = 12.0, 243.0
# Immerkaer, "Fast Noise Variance Estimation", CVIU 64 (1996): the difference of two Laplacians,
# blind to constant, linear and quadratic image content.
_OPERATOR = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], dtype=np.float32)
_TO_SIGMA = math.sqrt(math.pi / 2) / 6.0


def measure_noise(planes: Planes) -> dict[str, float]:
    """Estimate the standard deviation of the noise, in grey levels (0..255).

    Returns `noise_luma`, on luma, and `noise_chroma`, on the difference of red and green; each
    is the 20th percentile over 16 px patches, so that texture does not count as noise. Patches
    near black or white, where noise is clipped away, are left out while others remain.
    """
    if min(planes.luma.shape) < 3:
        return {"noise_luma": 0.0, "noise_chroma": 0.0}
    usable = _usable_patches(planes.luma32)
    red = planes.rgb[:, :, 0].astype(np.float32)
    chroma = red - planes.rgb[:, :, 1].astype(np.float32)
    return {
        "noise_luma": _flat_sigma(planes.luma32, usable),
        "noise_chroma": _flat_sigma(chroma, usable) / math.sqrt(2.0),
    }


def _usable_patches(luma: NDArray[np.float32]) -> NDArray[np.bool_]:
    mean = _patch_means(luma)
    usable = (mean > _DARK) & (mean < _LIGHT)
    return usable if usable.mean() >= 0.1 else np.ones_like(usable)


def _flat_sigma(plane: NDArray[np.float32], usable: NDArray[np.bool_]) -> float:
    response = np.abs(cv2.filter2D(plane, cv2.CV_32F, _OPERATOR, borderType=cv2.BORDER_REFLECT))
    sigmas = _patch_means(response)[usable] * _TO_SIGMA
    return float(np.percentile(sigmas, 20))


def _patch_means(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = plane.shape
    size = (max(1, width // PATCH), max(1, height // PATCH))
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), dtype=np.float32)
