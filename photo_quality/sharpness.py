"""Sharpness: how wide the edges of a photo are, whatever their contrast, noise set aside.

A step edge that was blurred with a Gaussian of sigma b and is then smoothed with one of sigma s
has a squared gradient whose integral across the edge is proportional to 1 / sqrt(b^2 + s^2). The
quotient of that energy at a fine and a coarse s gives b, free of the edge's height. It is the
re-blur idea of Zhuo and Sim, "Defocus map estimation from a single image", Pattern Recognition
44 (2011), on energies in place of peaks, so that the noise's known share can be taken off. Energies
are kept as structure tensors (2 x 2 each), which gives the same answer for every direction.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .percentiles import percentile
from .planes import Planes
from .tiles import tile_means

# Smoothing as a share of the long side; the second is the coarse scale.
_FINE, _COARSE = 0.002, 0.004
_LEAST_SIGMA = 0.6
_TILES = 12
# A tile has detail where its coarse energy stands this far above the noise's, and above quantising.
_OVER_NOISE = 3.0
_LEAST_ENERGY = 0.3
# Difference of softness between directions at which blur begins to be, and is, of motion.
_DIRECTED = (0.35, 0.65)
_SOFTEST = 5.0  # where noise is all that is left of the fine scale

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Tensors:
    """Structure tensors of a grid of tiles, float64 n x 3 (xx, yy, xy), at both scales."""

    fine: FloatArray
    coarse: FloatArray
    fine_sigma: float
    coarse_sigma: float


def measure_sharpness(planes: Planes, noise_sigma: float) -> dict[str, float]:
    """Measure how soft the edges of a photo are.

    Softness is -ln((q - 1) / (c - 1)), where q is the quotient of the gradient energies at the
    fine and the coarse scale and c that of the scales: 0 for a perfect step edge, below 0 for
    fine texture, 0.9 for edges as wide as a Gaussian of 0.3 % of the long side, 1.8 for 0.6 %.

    Args:
        planes: the photo.
        noise_sigma: standard deviation of its noise on luma, grey levels.

    Returns:
        `softness`: that of the sharpest quarter of the tiles that hold detail;
        `softness_across`, `softness_along`: of the softest and the sharpest direction over those
        of these tiles that stand clear of the noise at the fine scale, too;
        `motion_softness`: the former, as far as the two differ (0 where they agree);
        `detail_share`: share of tiles with detail enough to judge by, 0..1. Where it is 0 the
        others are 0 and mean nothing.
    """
    names = ("softness", "softness_across", "softness_along", "motion_softness", "detail_share")
    if min(planes.luma.shape) < 8:
        return dict.fromkeys(names, 0.0)
    luma = planes.medium_luma  # finer edges than its are sharp
    noise_sigma *= max(luma.shape) / planes.long_side  # averaging takes that much off
    tensors = _measure_tensors(luma)
    noise_fine = _noise_energy(noise_sigma, tensors.fine_sigma)
    noise_coarse = _noise_energy(noise_sigma, tensors.coarse_sigma)
    energy = tensors.coarse[:, 0] + tensors.coarse[:, 1]
    detailed = energy > _LEAST_ENERGY + _OVER_NOISE * 2 * noise_coarse
    if not detailed.any():
        return dict.fromkeys(names, 0.0)
    fine = _less_noise(tensors.fine[detailed], noise_fine)
    coarse = _less_noise(tensors.coarse[detailed], noise_coarse)
    quotients = (fine[:, 0] + fine[:, 1]) / (coarse[:, 0] + coarse[:, 1])
    softness = _softness(percentile(quotients, 75))
    across = along = softness
    clear = fine[:, 0] + fine[:, 1] > 2 * noise_fine
    if clear.any():
        across, along = map(_softness, _directional_quotients(fine[clear], coarse[clear]))
    share = float(detailed.mean())
    values = (softness, across, along, _motion_softness(across, along), share)
    return dict(zip(names, values, strict=True))


def _softness(quotient: float) -> float:
    excess = max(quotient - 1.0, 1e-6) / (_COARSE / _FINE - 1.0)
    return min(_SOFTEST, -math.log(excess))


def _motion_softness(across: float, along: float) -> float:
    """Softness of the softest direction, let through as it parts from that of the sharpest."""
    low, high = _DIRECTED
    gate = min(1.0, max(0.0, (across - along - low) / (high - low)))
    return min(across, across * gate)


def _measure_tensors(luma: NDArray[np.uint8]) -> _Tensors:
    fine_sigma = max(_LEAST_SIGMA, _FINE * max(luma.shape))
    coarse_sigma = fine_sigma * _COARSE / _FINE
    fine = _smooth(luma.astype(np.float32), fine_sigma)
    rest = math.sqrt(coarse_sigma**2 - fine_sigma**2)
    coarse = _smooth(fine, rest)
    return _Tensors(_tile_tensors(fine), _tile_tensors(coarse), fine_sigma, coarse_sigma)


def _smooth(plane: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), sigma), dtype=np.float32)


def _tile_tensors(plane: NDArray[np.float32]) -> FloatArray:
    dx = cv2.Scharr(plane, cv2.CV_32F, 1, 0, scale=1 / 32)
    dy = cv2.Scharr(plane, cv2.CV_32F, 0, 1, scale=1 / 32)
    height, width = plane.shape
    tile = max(height, width) / _TILES
    rows, columns = max(1, round(height / tile)), max(1, round(width / tile))
    xy = dx * dy
    xx, yy = np.square(dx, out=dx), np.square(dy, out=dy)
    maps = [tile_means(product, rows, columns).ravel() for product in (xx, yy, xy)]
    return np.stack(maps, axis=1).astype(np.float64)


def _noise_energy(noise_sigma: float, smoothing: float) -> float:
    """Variance of one gradient component of white noise after a Gaussian of that sigma."""
    return noise_sigma**2 / (8 * math.pi * smoothing**4)


def _less_noise(tensors: FloatArray, noise: float) -> FloatArray:
    less = tensors.copy()
    less[:, :2] = np.maximum(less[:, :2] - noise, 1e-6)
    return less


def _directional_quotients(fine: FloatArray, coarse: FloatArray) -> tuple[float, float]:
    """Least and greatest quotient over directions: generalised eigenvalues of the mean tensors."""
    weight = 1.0 / (coarse[:, 0] + coarse[:, 1])
    f = (fine * weight[:, None]).mean(axis=0)
    c = (coarse * weight[:, None]).mean(axis=0)
    det_c = max(c[0] * c[1] - c[2] ** 2, 1e-3)
    # trace and determinant of inverse(C) F
    trace = (c[1] * f[0] + c[0] * f[1] - 2 * c[2] * f[2]) / det_c
    det = max(0.0, (f[0] * f[1] - f[2] ** 2) / det_c)
    root = math.sqrt(max(0.0, trace**2 / 4 - det))
    return max(0.0, trace / 2 - root), trace / 2 + root
