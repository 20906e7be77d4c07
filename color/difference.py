"""CIEDE2000: how different two colours look.

Sharma, Wu, Dalal: The CIEDE2000 color-difference formula, Color Research and Application, 2005.
The few colours of a photo are compared many times, so there is no step here but the formula's own;
the numbers are those of `skimage.color.deltaE_ciede2000`, to the last bits.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]

_HALF_SATURATED = 25.0**7  # chroma to the seventh at which its corrections are half as great


def ciede2000(first: Floats, second: Floats) -> Floats:
    """CIEDE2000 difference of broadcastable Lab arrays (last axis 3).

    The names are those of the paper, less the primes.
    """
    l_1, a_1, b_1 = first[..., 0], first[..., 1], first[..., 2]
    l_2, a_2, b_2 = second[..., 0], second[..., 1], second[..., 2]
    g = 0.5 * (1 - _saturation(0.5 * (np.hypot(a_1, b_1) + np.hypot(a_2, b_2))))
    c_1, h_1 = _chroma_and_hue(a_1 * (1 + g), b_1)
    c_2, h_2 = _chroma_and_hue(a_2 * (1 + g), b_2)
    l_mean, c_mean = 0.5 * (l_1 + l_2), 0.5 * (c_1 + c_2)
    h_step, h_mean = _hues(h_1, h_2, c_1 * c_2)
    off_middle = (l_mean - 50) ** 2
    t = (
        1
        - 0.17 * np.cos(h_mean - np.deg2rad(30))
        + 0.24 * np.cos(2 * h_mean)
        + 0.32 * np.cos(3 * h_mean + np.deg2rad(6))
        - 0.20 * np.cos(4 * h_mean - np.deg2rad(63))
    )
    in_lightness = (l_2 - l_1) / (1 + 0.015 * off_middle / np.sqrt(20 + off_middle))
    in_chroma = (c_2 - c_1) / (1 + 0.045 * c_mean)
    in_hue = 2 * np.sqrt(c_1 * c_2) * np.sin(h_step / 2) / (1 + 0.015 * c_mean * t)
    turned = np.deg2rad(30) * np.exp(-(((np.rad2deg(h_mean) - 275) / 25) ** 2))
    rotation = -np.sin(2 * turned) * 2 * _saturation(c_mean) * in_chroma * in_hue
    squared = in_lightness**2 + in_chroma**2 + in_hue**2 + rotation
    return np.asarray(np.sqrt(np.maximum(squared, 0)), dtype=np.float64)


def _saturation(chroma: Floats) -> Floats:
    """From 0 for greys towards 1."""
    power = chroma**7
    return np.asarray(np.sqrt(power / (power + _HALF_SATURATED)))


def _chroma_and_hue(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """Chroma, and the hue in radians, 0 to 2 pi."""
    hue = np.arctan2(b, a)
    return np.hypot(a, b), np.where(hue < 0, hue + 2 * np.pi, hue)


def _hues(h_1: Floats, h_2: Floats, chromas: Floats) -> tuple[Floats, Floats]:
    """The step from one hue to the other the short way round, and the hue midway on it.

    `chromas` is the product of both: where it is 0 there is no hue on one side, the step is 0, and
    the sum of both stands for their mean.
    """
    step, total = h_2 - h_1, h_1 + h_2
    far = np.abs(step) > np.pi
    short = np.where(far, step - np.copysign(2 * np.pi, step), step)
    around = np.where(far, total + np.where(total < 2 * np.pi, 2 * np.pi, -2 * np.pi), total)
    gray = chromas == 0.0
    return np.where(gray, 0.0, short), np.where(gray, total, 0.5 * around)
