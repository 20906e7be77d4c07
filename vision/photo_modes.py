"""Any of Pillow's pixel layouts, brought to 8 bits a channel with the transparency taken apart."""

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

# What a strip becomes: colour in mode L, RGB, CMYK or LAB, and alpha in mode L or None.
ColorAndAlpha = tuple[Image.Image, Image.Image | None]

_EIGHT_BIT = {"L", "RGB", "CMYK", "LAB"}
_WITH_ALPHA = {"RGBA", "RGBa", "LA", "PA"}
_SIXTEEN_BIT = {"I;16", "I;16L", "I;16B", "I;16N"}


def splitter_for(
    image: Image.Image, strips: Callable[[], Iterable[Image.Image]]
) -> Callable[[Image.Image], ColorAndAlpha]:
    """The function that takes a strip of `image` apart. `strips` yields the strips of the whole
    image: integers of 32 bits and floating-point numbers are scaled by the range found in them.
    """
    if image.mode in _SIXTEEN_BIT:
        return _split_sixteen_bit
    if image.mode in ("I", "F"):
        low, high = _scale_of(*_finite_range(strips()))
        return lambda strip: (_stretch(np.asarray(strip), low, high), None)
    return _split_eight_bit


def _split_eight_bit(strip: Image.Image) -> ColorAndAlpha:
    _match_transparent_color(strip)
    if strip.mode == "La":
        strip = strip.convert("LA")
    if strip.mode in _WITH_ALPHA or "transparency" in strip.info or _has_alpha_palette(strip):
        rgba = strip.convert("RGBA")
        return rgba.convert("RGB"), rgba.getchannel("A")
    if strip.mode in _EIGHT_BIT:
        return strip, None
    return strip.convert("L" if strip.mode == "1" else "RGB"), None


def _has_alpha_palette(strip: Image.Image) -> bool:
    return strip.mode == "P" and strip.palette is not None and strip.palette.mode == "RGBA"


def _match_transparent_color(strip: Image.Image) -> None:
    """Make the strip's transparent colour fit its pixels, or forget it where it cannot apply."""
    color = strip.info.get("transparency")
    if strip.mode == "RGB" and isinstance(color, tuple) and len(color) == 3:
        if max(color) > 255:  # of 16-bit samples, of which Pillow keeps the high byte
            strip.info["transparency"] = tuple(value >> 8 for value in color)
        return
    fits = (strip.mode in ("1", "L") and isinstance(color, int)) or (
        strip.mode == "P" and isinstance(color, int | bytes)
    )
    if not fits:
        strip.info.pop("transparency", None)


def _split_sixteen_bit(strip: Image.Image) -> ColorAndAlpha:
    samples = np.asarray(strip).astype(np.uint32)
    grey = Image.fromarray(((samples + 128) // 257).astype(np.uint8))
    transparent = strip.info.get("transparency")
    if not isinstance(transparent, int):
        return grey, None
    return grey, Image.fromarray(np.where(samples == transparent, 0, 255).astype(np.uint8))


def _finite_range(strips: Iterable[Image.Image]) -> tuple[float, float]:
    low, high = np.inf, -np.inf
    for strip in strips:
        samples = np.asarray(strip)
        finite = samples[np.isfinite(samples)]
        if finite.size:
            low, high = min(low, float(finite.min())), max(high, float(finite.max()))
    return (low, high) if low <= high else (0.0, 0.0)


def _scale_of(low: float, high: float) -> tuple[float, float]:
    """The values that mean black and white, where the file says neither: 0 and the first of 1,
    255 and 65535 that covers the samples; their own range where none does or some are negative.
    """
    if low < 0 or high > 65535:
        return low, high
    return 0.0, next(white for white in (1.0, 255.0, 65535.0) if high <= white)


def _stretch(samples: NDArray[np.generic], low: float, high: float) -> Image.Image:
    span = max(high - low, np.finfo(np.float64).tiny)
    shares = (np.clip(samples.astype(np.float64), low, high) - low) / span
    return Image.fromarray(np.rint(np.nan_to_num(shares) * 255).astype(np.uint8))
