"""Measuring: pixels to numbers."""

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from .border import measure_border
from .cast import measure_cast
from .chrome import measure_chrome
from .compression import measure_compression
from .exposure import measure_exposure
from .framing import measure_framing
from .noise import measure_noise
from .overlays import OverlayNetwork, load_network, measure_overlays
from .planes import Planes, make_planes
from .seams import measure_seams
from .sharpness import measure_sharpness
from .subject import find_subject
from .upscaling import measure_upscaling

Measures = Mapping[str, float]


def measure(
    image: NDArray[np.uint8],
    *,
    width: int | None = None,
    height: int | None = None,
    network: OverlayNetwork | None = None,
) -> dict[str, float]:
    """Measure a photo; every value is finite.

    Args:
        image: upright RGB at working size (768 px or less on the longest side), uint8 H x W x 3.
        width: width of the photo itself, in pixels; that of `image` if not given.
        height: height of the photo itself, in pixels; that of `image` if not given.
        network: what sees words and watermarks; read from the package's data if not given.

    Returns:
        Raw measures by name, described in the functions of this package that make them.

    Raises:
        ValueError: the array has another shape or type, is empty, or a size is below 1.
    """
    return measure_planes(make_planes(image), width, height, network or load_network())


def measure_planes(
    planes: Planes, width: int | None, height: int | None, network: OverlayNetwork
) -> dict[str, float]:
    """Measure a photo of which the copies are made; the rest is as for `measure`."""
    full_width = planes.luma.shape[1] if width is None else width
    full_height = planes.luma.shape[0] if height is None else height
    if full_width < 1 or full_height < 1:
        raise ValueError(f"expected a size of 1 x 1 at least, got {full_width} x {full_height}")
    noise = measure_noise(planes)
    sharpness = measure_sharpness(planes, noise["noise_luma"])
    scale = planes.long_side / max(full_width, full_height)
    return {
        **_measure_size(full_width, full_height),
        **noise,
        **sharpness,
        **measure_compression(planes, scale),
        **measure_upscaling(planes, sharpness["softness"]),
        **measure_exposure(planes),
        **measure_cast(planes),
        **measure_framing(planes, find_subject(planes)),
        **measure_border(planes),
        **measure_seams(planes),
        **measure_chrome(planes),
        **measure_overlays(planes, network),
        **_measure_mean_color(planes),
    }


def _measure_size(width: int, height: int) -> dict[str, float]:
    short, long = sorted((width, height))
    return {"short_side": float(short), "aspect_ratio": long / short}


def _measure_mean_color(planes: Planes) -> dict[str, float]:
    """Mean CIELAB colour, by which duplicates are told from the same thing in another colour."""
    lightness, a, b, _ = cv2.mean(planes.small_lab)
    return {"mean_lightness": float(lightness), "mean_a": float(a), "mean_b": float(b)}
