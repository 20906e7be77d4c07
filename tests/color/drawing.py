"""Photos that the colour tests draw."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Rgb = NDArray[np.uint8]
Triple = tuple[int, int, int]


def plain(color: Triple, height: int = 96, width: int = 96) -> Rgb:
    """One flat colour."""
    return np.full((height, width, 3), color, dtype=np.uint8)


def product(color: Triple, ground: Triple, size: int = 160) -> Rgb:
    """A shirt-like product in the middle of a plain ground, with folds and a little noise."""
    photo = plain(ground, size, size).astype(np.float64)
    mask = np.zeros((size, size), dtype=np.uint8)
    body = np.array([[45, 40], [115, 40], [140, 70], [120, 82], [112, 68], [112, 135], [48, 135]])
    sleeve = np.array([[48, 68], [40, 82], [20, 70]])
    outline = np.concatenate([body, sleeve]) * size // 160
    cv2.fillPoly(mask, [outline.astype(np.int32)], 1)
    folds = 1.0 + 0.05 * np.sin(np.arange(size) / 5.0)[None, :, None] - 0.03
    photo = np.where(mask[:, :, None] > 0, np.array(color) * folds, photo)
    noise = np.random.default_rng(7).normal(0.0, 1.2, photo.shape)
    return np.clip(np.rint(photo + noise), 0, 255).astype(np.uint8)


def lit_by(photo: Rgb, gains: tuple[float, float, float]) -> Rgb:
    """The photo under a light with those gains of linear red, green and blue."""
    linear = (photo.astype(np.float64) / 255.0) ** 2.2 * np.array(gains)
    return np.clip(np.rint(linear ** (1 / 2.2) * 255.0), 0, 255).astype(np.uint8)
