"""Exposure and contrast: where the tones of a photo lie."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from .percentiles import percentile, percentiles
from .planes import Planes

_CLIPPED = 253
_LIGHT = 225
_FEW = 0.01  # share of the product's pixels so light below which there is little to say
_STUDIO_WEIGHT = 0.42
_STUDIO_WHITE = 250
_STUDIO_RIM = 0.97
_EVEN = 2  # grey levels; carpet and cloth that light has bleached are less even
_LEAST_HOLE = 6  # pixels of the reduced copy
# White that is enclosed by the product counts as ground seen through it where what surrounds it
# is darker than this; blown highlights fade into their surroundings instead.
_FADING = 240


def measure_exposure(planes: Planes) -> dict[str, float]:
    """Measure tones on the reduced copy, so that single pixels of noise do not count.

    Returns:
        `black_point`, `white_point`: 1st and 99th percentile of luma, 0..255;
        `highlights`: 98th percentile of luma, `shadows`: 5th (of the product alone on a white
        studio ground);
        `tonal_range`: white point less black point;
        `luma_deviation`: standard deviation of luma;
        `studio_ground`: 1 where three sides of the rim or more are evenly white, else 0;
        `clipped_share`: share of pixels with a channel at its limit, 0..1; on a white studio
        ground, of the product's light tones (225 and more) the share at the limit;
        `overexposure`: the geometric mean of the clipped share and the level of the shadows
        (0..1): light that is lost both above and below, which a lamp in the picture or a white
        wall is not. On a white studio ground 0.42 of that, to be held against the same
        threshold: a white product has most of its light tones below the limit, a bleached one
        has them at it.
    """
    luma = np.asarray(cv2.cvtColor(planes.small_rgb, cv2.COLOR_RGB2GRAY))
    black, shadows, highlights, white = percentiles(luma, (1, 5, 98, 99))
    studio = _is_studio(planes.small_rgb)
    if studio:
        ground = _studio_ground(planes.small_rgb)
        share = _bleached(planes.medium_rgb, ground)
        shadows = percentile(luma[~ground], 5)  # not all ground: some pixel is not white
    else:
        share = float((_greatest(planes.small_rgb) >= _CLIPPED).mean())
    lost = math.sqrt(share * float(shadows) / 255.0)
    return {
        "black_point": float(black),
        "white_point": float(white),
        "highlights": float(highlights),
        "shadows": float(shadows),
        "tonal_range": float(white - black),
        "luma_deviation": float(luma.std()),
        "studio_ground": float(studio),
        "clipped_share": share,
        "overexposure": lost * _STUDIO_WEIGHT if studio else lost,
    }


def _least(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The least of each pixel's channels; NumPy takes many times as long over so short an axis."""
    red, green, blue = cv2.split(rgb)
    return np.asarray(cv2.min(cv2.min(red, green), blue), dtype=np.uint8)


def _greatest(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    red, green, blue = cv2.split(rgb)
    return np.asarray(cv2.max(cv2.max(red, green), blue), dtype=np.uint8)


def _is_studio(rgb: NDArray[np.uint8]) -> bool:
    level = _least(rgb).astype(np.int16)
    sides = [level[0], level[-1], level[:, 0], level[:, -1]]
    lightest = sorted(sides, key=lambda side: float(side.mean()))[1:]
    even = np.median(np.concatenate(lightest))
    plain = [(side >= _STUDIO_WHITE) & (np.abs(side - even) <= _EVEN) for side in lightest]
    return min(float(side.mean()) for side in plain) >= _STUDIO_RIM and level.min() < _STUDIO_WHITE


def _bleached(rgb: NDArray[np.uint8], ground: NDArray[np.bool_]) -> float:
    """Share of the product's light tones that are at the limit in two channels or more.

    Product colours at the limit of one channel are common and right there.

    Args:
        rgb: the medium copy, uint8 H x W x 3.
        ground: the studio ground on the reduced copy, bool h x w.
    """
    height, width = rgb.shape[:2]
    large = cv2.resize(ground.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST)
    product = cv2.dilate(large, np.ones((5, 5), dtype=np.uint8)) == 0
    red, green, blue = cv2.split(rgb)
    low, high = cv2.min(red, green), cv2.max(red, green)
    tones = cv2.max(low, cv2.min(high, blue))[product]  # the middle one of the channels
    light, clipped = int((tones >= _LIGHT).sum()), int((tones >= _CLIPPED).sum())
    return clipped / (light + _FEW * tones.size) if light else 0.0


def _studio_ground(rgb: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """White pixels that are joined to the rim, or seen through a handle or between legs."""
    white = _least(rgb) >= _STUDIO_WHITE
    padded = np.pad(white, 1, constant_values=True).astype(np.uint8)
    _, joined = cv2.connectedComponents(padded, connectivity=4)
    ground = np.asarray(joined[1:-1, 1:-1] == joined[0, 0])
    enclosed = (white & ~ground).astype(np.uint8)
    _, holes, stats, _ = cv2.connectedComponentsWithStats(enclosed, connectivity=4)
    luma = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY))
    for label in np.flatnonzero(stats[1:, cv2.CC_STAT_AREA] >= _LEAST_HOLE) + 1:
        hole = holes == label
        if np.median(luma[_surroundings(hole)]) < _FADING:
            ground |= hole
    return ground


def _surroundings(hole: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The ring from one to three pixels around a hole (the first is a mixture of both)."""
    near = cv2.dilate(hole.astype(np.uint8), np.ones((3, 3), dtype=np.uint8)).astype(bool)
    far = cv2.dilate(hole.astype(np.uint8), np.ones((7, 7), dtype=np.uint8)).astype(bool)
    return np.asarray(far & ~near)
