"""Colour cast: the colour of what should be white or grey."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from .percentiles import percentile
from .planes import Planes

_DARKEST = 25.0  # CIELAB L below which colour is mostly noise
_LEAST_PIXELS = 20
_LOGARITHMS = np.log(np.arange(1.0, 257.0))  # of each level and one


def measure_cast(planes: Planes) -> dict[str, float]:
    """Measure the colour of the light, on the reduced copy.

    Two estimates, both as the distance from grey in (ln R/G, ln B/G): `white_cast`, of the 98th
    percentile of each channel (the white-patch estimate: Land, "The retinex theory of color
    vision", 1977), and `neutral_cast`, of the 5 % of pixels that are nearest to grey. A coloured
    product or ground raises one of them; a lamp raises both, so `color_cast` is their geometric
    mean. `cast_warmth` is ln R/B of the white-patch estimate: above 0 warm, below 0 cold.
    """
    channels = cv2.split(planes.small_rgb)
    red, green, blue = (math.log(percentile(channel, 98) + 1.0) for channel in channels)
    white_cast = math.hypot(red - green, blue - green)
    neutral_cast = percentile(_lit(planes, _from_gray(planes.small_rgb)), 5)
    return {
        "white_cast": white_cast,
        "neutral_cast": neutral_cast,
        "color_cast": math.sqrt(white_cast * neutral_cast),
        "cast_warmth": red - blue,
    }


def _lit(planes: Planes, values: NDArray[np.float64]) -> NDArray[np.float64]:
    lit = planes.small_lab[:, :, 0] > _DARKEST
    return values[lit] if lit.sum() >= _LEAST_PIXELS else values


def _from_gray(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    red, green, blue = cv2.split(cv2.LUT(rgb, _LOGARITHMS))
    return np.asarray(np.hypot(red - green, blue - green))
