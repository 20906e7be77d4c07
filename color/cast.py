"""The colour of the light: estimated from a light ground and the product's highlights, removed.

Both clues are the classic ones: a neutral ground shows the light's colour (grey world, kept to the
ground), and so do highlights (white patch; Finlayson and Trezzi, Shades of gray and colour
constancy, 2004, joins the two). A tint is called light only when its hue is one that lamps or shade
have and the highlights do not contradict it; a pink wall stays a pink wall.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from color.colorspace import Floats
from color.ground import Ground
from color.photo_colors import LightCast
from color.settings import CastSettings

_NEUTRAL = LightCast(0.0, 0.0, 0.0, 0.0)


def estimate_cast(
    lab: NDArray[np.float32],
    ground: Ground,
    weight: NDArray[np.float32],
    settings: CastSettings,
) -> LightCast:
    """The colour of the light in a photo.

    Args:
        lab: the photo, H x W x 3.
        ground: its ground.
        weight: how surely each pixel is product, H x W.
        settings: when to believe the ground.

    Returns:
        The measured cast; `removed` is 0 where it is not believed.
    """
    if len(ground.colors) == 0:
        return _NEUTRAL
    lightness, a, b = (float(value) for value in ground.colors[0])
    strength = float(np.hypot(a, b))
    measured = LightCast(a, b, strength, 0.0)
    if lightness < settings.least_lightness or not _could_be_light(a, b, settings):
        return measured
    highlight = _highlight(lab, weight, settings)
    if highlight is None or np.hypot(*highlight) > settings.excess * strength:
        return LightCast(a, b, strength, settings.most_unconfirmed)
    along = (highlight[0] * a + highlight[1] * b) / strength
    if along < np.hypot(*highlight) * np.cos(np.radians(settings.agreement)):
        return measured
    part = min(1.0, max(0.0, float(along) / strength))
    return LightCast(a, b, strength, settings.most_removed * part)


def relight(lab: Floats, cast: LightCast) -> Floats:
    """Colours (N x 3, Lab) as they would be without the cast.

    von Kries scaling of linear sRGB: the channel gains that make the cast's tint neutral, with the
    luminance kept.
    """
    if cast.removed == 0.0:
        return lab
    tint = np.array([[80.0, cast.a * cast.removed, cast.b * cast.removed]])
    light = np.maximum(_lab_to_linear(tint)[0], 0.05)
    gains = (light @ np.array([0.2126, 0.7152, 0.0722])) / light
    return _linear_to_lab(np.clip(_lab_to_linear(lab) * gains, 0.0, 1.0))


def _could_be_light(a: float, b: float, settings: CastSettings) -> bool:
    if not settings.least_chroma <= np.hypot(a, b) <= settings.most_chroma:
        return False
    hue = float(np.degrees(np.arctan2(b, a))) % 360.0
    ranges = (settings.warm_hues, settings.cool_hues)
    return any(low <= hue <= high for low, high in ranges)


def _highlight(
    lab: NDArray[np.float32], weight: NDArray[np.float32], settings: CastSettings
) -> tuple[float, float] | None:
    """Mean a and b of the product's lightest pixels; None when the product has no light part."""
    weights = weight.ravel().astype(np.float64)
    product = weights > 0.3 * weights.max()
    pixels = lab.reshape(-1, 3)[product].astype(np.float64)
    floor = max(
        settings.least_lightness, float(np.quantile(pixels[:, 0], 1 - settings.highlight_share))
    )
    light = pixels[pixels[:, 0] >= floor]
    if len(light) < 0.2 * settings.highlight_share * len(pixels):
        return None
    return float(light[:, 1].mean()), float(light[:, 2].mean())


def _lab_to_linear(lab: Floats) -> Floats:
    """Linear sRGB, N x 3 (0..1 inside the gamut)."""
    pixels = lab.reshape(-1, 1, 3).astype(np.float32)
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_LAB2LRGB), dtype=np.float64).reshape(-1, 3)


def _linear_to_lab(linear: Floats) -> Floats:
    pixels = linear.reshape(-1, 1, 3).astype(np.float32)
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_LRGB2LAB), dtype=np.float64).reshape(-1, 3)
