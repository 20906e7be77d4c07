"""sRGB to CIELAB and back, CIEDE2000, and the small copy on which everything is measured."""

from __future__ import annotations

from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray
from skimage.color import deltaE_ciede2000

Rgb: TypeAlias = NDArray[np.uint8]
Floats: TypeAlias = NDArray[np.float64]


def working_copy(image: Rgb, longest_side: int) -> Rgb:
    """The photo shrunk by area averaging until its longest side fits; never enlarged.

    Args:
        image: RGB, uint8, H x W x 3.
        longest_side: pixels.

    Raises:
        ValueError: the array is not a non-empty RGB uint8 image.
    """
    check_image(image)
    height, width = image.shape[:2]
    scale = longest_side / max(height, width)
    if scale >= 1:
        return np.ascontiguousarray(image)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    shrunk: Any = cv2.resize(np.ascontiguousarray(image), size, interpolation=cv2.INTER_AREA)
    return np.asarray(shrunk, dtype=np.uint8)


def check_image(image: Rgb) -> None:
    """Refuse what is not a non-empty RGB uint8 H x W x 3 array.

    Raises:
        ValueError: says what was given instead.
    """
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8 or image.size == 0:
        raise ValueError(
            f"an RGB uint8 array of H x W x 3 is needed, not {image.dtype} {image.shape}"
        )


def rgb_to_lab(image: Rgb) -> NDArray[np.float32]:
    """CIELAB under D65 of sRGB pixels: L 0..100, a and b about -128..127 (H x W x 3, float32)."""
    lab: Any = cv2.cvtColor(image.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB)
    return np.asarray(lab, dtype=np.float32)


def lab_to_rgb(lab: Floats) -> Rgb:
    """The nearest displayable sRGB colours (N x 3, uint8) of Lab colours (N x 3)."""
    pixels = np.asarray(lab, dtype=np.float32).reshape(-1, 1, 3)
    rgb: Any = cv2.cvtColor(pixels, cv2.COLOR_LAB2RGB)
    scaled = np.rint(np.asarray(rgb, dtype=np.float64).reshape(-1, 3) * 255)
    return np.asarray(np.clip(scaled, 0, 255), dtype=np.uint8)


def lab_to_hex(lab: ArrayLike) -> str:
    """One Lab colour (3 values) as `#rrggbb`, clipped to sRGB."""
    red, green, blue = (
        int(value) for value in lab_to_rgb(np.asarray(lab, dtype=np.float64)[None])[0]
    )
    return f"#{red:02x}{green:02x}{blue:02x}"


def hex_to_lab(colors: list[str]) -> Floats:
    """Lab (N x 3, float64) of colours written `#rrggbb`.

    Raises:
        ValueError: a colour is not written that way.
    """
    for color in colors:
        if len(color) != 7 or color[0] != "#":
            raise ValueError(f"a colour is written #rrggbb, not {color!r}")
    rgb = np.array([list(bytes.fromhex(color[1:])) for color in colors], dtype=np.uint8)
    return rgb_to_lab(rgb.reshape(-1, 1, 3)).reshape(-1, 3).astype(np.float64)


def ciede2000(first: Floats, second: Floats) -> Floats:
    """CIEDE2000 difference of broadcastable Lab arrays (last axis 3).

    Sharma, Wu, Dalal: The CIEDE2000 color-difference formula, Color Research and Application, 2005.
    """
    difference: Any = deltaE_ciede2000(first, second)  # type: ignore[no-untyped-call]
    return np.asarray(difference, dtype=np.float64)
