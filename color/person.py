"""Skin and hair of whoever wears the product: neither is the product."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from color.settings import PersonSettings


def skin_likelihood(lab: NDArray[np.float32], settings: PersonSettings) -> NDArray[np.float32]:
    """How much each pixel's chromaticity looks like skin in good light, 0..1 (H x W).

    Human skin of every tone keeps a narrow hue angle in CIELAB; lightness and chroma vary with
    tone and light (Weatherall and Coombs, Skin color measurements in terms of CIELAB color space
    values, J. Invest. Dermatology 1992).
    """
    lightness, a, b = lab[:, :, 0], lab[:, :, 1], lab[:, :, 2]
    hue = np.degrees(np.arctan2(b, a))
    chroma = np.hypot(a, b)
    score = (
        _bump(hue, settings.hue, settings.hue_width)
        * _bump(chroma, settings.chroma, settings.chroma_width)
        * _bump(lightness, settings.lightness, settings.lightness_width)
    )
    return np.asarray(score, dtype=np.float32)


def product_factor(
    lab: NDArray[np.float32],
    skin: NDArray[np.float32],
    subject: NDArray[np.float32],
    settings: PersonSettings,
) -> tuple[NDArray[np.float32], float]:
    """What is left of each pixel's weight once skin and hair are taken out.

    Skin is taken out only where it looks like a person: it must be a part of the subject, neither a
    speck nor nearly all of it (a beige bag is its own colour). `skin` is the skin likelihood.

    Returns:
        The factor for each pixel, 0..1 (H x W), and the share of the subject that is skin.
    """
    total = float(subject.sum())
    share = float((skin * subject).sum()) / total if total > 0 else 0.0
    factor = np.ones_like(skin)
    if not settings.least_share <= share <= settings.most_share:
        return factor, share
    factor -= settings.strength * skin
    factor *= 1.0 - settings.strength * _hair(lab, skin, subject, settings)
    return factor, share


def _hair(
    lab: NDArray[np.float32],
    skin: NDArray[np.float32],
    subject: NDArray[np.float32],
    settings: PersonSettings,
) -> NDArray[np.float32]:
    """Dark subject pixels in the top of the photo beside a face, 0..1 (H x W)."""
    height, width = skin.shape
    top = max(1, round(settings.hair_top * height))
    hair = np.zeros_like(skin)
    face = (skin[:top] > settings.face_skin) & (subject[:top] > 0.5)
    if face.mean() < 0.02:
        return hair
    reach = max(3, round(settings.hair_reach * width)) | 1
    near = cv2.dilate(face.astype(np.uint8), np.ones((reach, reach), np.uint8)) > 0
    dark = lab[:top, :, 0] < settings.hair_lightness
    hair[:top] = (near & dark).astype(np.float32)
    return hair


def _bump(values: NDArray[np.float32], middle: float, width: float) -> NDArray[np.float32]:
    """A flat-topped bell: 1 at the middle, one half at a width away, falling fast beyond."""
    return np.asarray(1.0 / (1.0 + (np.abs(values - middle) / width) ** 6), dtype=np.float32)
