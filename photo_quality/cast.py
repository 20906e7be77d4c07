"""Colour cast: the colour of what should be white or grey."""

import numpy as np
from numpy.typing import NDArray

from .planes import Planes

_DARKEST = 25.0  # CIELAB L below which colour is mostly noise
_LEAST_PIXELS = 20


def measure_cast(planes: Planes) -> dict[str, float]:
    """Measure the colour of the light, on the reduced copy.

    Two estimates, both as the distance from grey in (ln R/G, ln B/G): `white_cast`, of the 98th
    percentile of each channel (the white-patch estimate: Land, "The retinex theory of color
    vision", 1977), and `neutral_cast`, of the 5 % of pixels that are nearest to grey. A coloured
    product or ground raises one of them; a lamp raises both, so `color_cast` is their geometric
    mean. `cast_warmth` is ln R/B of the white-patch estimate: above 0 warm, below 0 cold.
    """
    rgb = planes.small_rgb.reshape(-1, 3).astype(np.float64) + 1.0
    white = np.percentile(rgb, 98, axis=0)
    white_cast = float(_from_gray(white[None, :])[0])
    neutral_cast = float(np.percentile(_from_gray(_lit(planes, rgb)), 5))
    return {
        "white_cast": white_cast,
        "neutral_cast": neutral_cast,
        "color_cast": float(np.sqrt(white_cast * neutral_cast)),
        "cast_warmth": float(np.log(white[0] / white[2])),
    }


def _lit(planes: Planes, rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    lit = planes.small_lab[:, :, 0].ravel() > _DARKEST
    return rgb[lit] if lit.sum() >= _LEAST_PIXELS else rgb


def _from_gray(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.hypot(np.log(rgb[:, 0] / rgb[:, 1]), np.log(rgb[:, 2] / rgb[:, 1]))
