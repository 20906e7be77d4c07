"""Exposure and contrast: where the tones of a photo lie."""

import cv2
import numpy as np
from numpy.typing import NDArray

from .planes import Planes

_CLIPPED = 253
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
        `highlights`: 98th percentile of luma, `shadows`: 5th;
        `tonal_range`: white point less black point;
        `luma_deviation`: standard deviation of luma;
        `studio_ground`: 1 where three sides of the rim or more are evenly white, else 0;
        `clipped_share`: share of pixels with a channel at its limit (two where the ground is a
        white studio's, which is left out), 0..1;
        `overexposure`: the clipped share times the level of the shadows (0..1): light that is
        lost both above and below, which a lamp in the picture or a white wall is not.
    """
    luma = np.asarray(cv2.cvtColor(planes.small_rgb, cv2.COLOR_RGB2GRAY))
    black, shadows, highlights, white = np.percentile(luma, [1, 5, 98, 99])
    studio = _is_studio(planes.small_rgb)
    clipped, ground = _clipped(planes.small_rgb, studio)
    judged = ~ground
    share = float(clipped[judged].mean()) if judged.any() else 0.0
    if studio and judged.any():
        shadows = np.percentile(luma[judged], 5)
    return {
        "black_point": float(black),
        "white_point": float(white),
        "highlights": float(highlights),
        "shadows": float(shadows),
        "tonal_range": float(white - black),
        "luma_deviation": float(luma.std()),
        "studio_ground": float(studio),
        "clipped_share": share,
        "overexposure": share * float(shadows) / 255.0,
    }


def _is_studio(rgb: NDArray[np.uint8]) -> bool:
    level = rgb.min(axis=2).astype(np.int16)
    sides = [level[0], level[-1], level[:, 0], level[:, -1]]
    lightest = sorted(sides, key=lambda side: float(side.mean()))[1:]
    even = np.median(np.concatenate(lightest))
    plain = [(side >= _STUDIO_WHITE) & (np.abs(side - even) <= _EVEN) for side in lightest]
    return min(float(side.mean()) for side in plain) >= _STUDIO_RIM and level.min() < _STUDIO_WHITE


def _clipped(rgb: NDArray[np.uint8], studio: bool) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Clipped pixels, and those that are the studio ground.

    On a studio ground two channels must be clipped: there, product colours at the limit of one
    channel are common and right.
    """
    if not studio:
        return rgb.max(axis=2) >= _CLIPPED, np.zeros(rgb.shape[:2], dtype=bool)
    return np.median(rgb, axis=2) >= _CLIPPED, _studio_ground(rgb)


def _studio_ground(rgb: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """White pixels that are joined to the rim, or seen through a handle or between legs."""
    white = rgb.min(axis=2) >= _STUDIO_WHITE
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
