"""Drawn products of two colours, for `fit_families.py`: where shares are plain, names follow them.

Labelled photos alone teach that a garment worn with another is the upper or the lower one, but
hardly ever what a product half red and half blue is called.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from color.colorspace import Floats, Rgb

_GROUNDS = ((255, 255, 255), (245, 244, 240), (205, 205, 205), (120, 124, 128), (40, 40, 42))
_SHIRT = np.array(
    [
        [-0.5, -1],
        [0.5, -1],
        [1, -0.4],
        [0.7, -0.2],
        [0.6, -0.4],
        [0.6, 1],
        [-0.6, 1],
        [-0.6, -0.4],
        [-0.7, -0.2],
        [-1, -0.4],
    ]
)
"""A shirt's corners, in halves of its width and height from its middle."""
_NEAREST = 60.0
"""A product's colour keeps this far from its ground's and from the other's, in RGB units."""


@dataclass(frozen=True)
class Drawn:
    """A drawn product: RGB pixels, and the part of it that each family covers (13, sum 1)."""

    photo: Rgb
    families: Floats


def drawn_products(
    colors: Rgb, families: NDArray[np.int64], count: int, seed: int = 0
) -> Iterator[Drawn]:
    """So many products of two colours, each of another family.

    Args:
        colors: colours to draw with, N x 3 sRGB.
        families: the family of each, 0 to 12 (N).
        count: how many to draw.
        seed: other seeds draw others.
    """
    rng = np.random.default_rng(seed)
    known = np.unique(families)
    while count > 0:
        first, second = rng.choice(known, 2, replace=False)
        picked = np.array(
            [colors[rng.choice(np.flatnonzero(families == family))] for family in (first, second)]
        )
        ground = np.array(_GROUNDS[rng.integers(len(_GROUNDS))])
        if _nearest(picked, ground) < _NEAREST:
            continue
        yield _drawn(picked, (int(first), int(second)), ground, rng)
        count -= 1


def _nearest(picked: Rgb, ground: NDArray[np.int64]) -> float:
    wide = [picked[0].astype(float), picked[1].astype(float), ground.astype(float)]
    pairs = ((0, 1), (0, 2), (1, 2))
    return min(float(np.linalg.norm(wide[one] - wide[other])) for one, other in pairs)


def _drawn(
    picked: Rgb, families: tuple[int, int], ground: NDArray[np.int64], rng: np.random.Generator
) -> Drawn:
    height, width = ((80, 60), (112, 84), (112, 112), (84, 112))[rng.integers(4)]
    body = _body(height, width, rng)
    share = rng.uniform(0.5, 0.85)
    larger = _part(body, share, rng)
    photo = np.empty((height, width, 3))
    photo[:] = ground
    photo[body] = picked[1]
    photo[larger] = picked[0]
    folds = rng.uniform(0.0, 0.08) * np.sin(np.arange(width) / rng.uniform(2.0, 8.0))
    photo = np.where(body[:, :, None], photo * (1.0 + folds[None, :, None]), photo)
    photo += rng.normal(0.0, 1.5, photo.shape)
    covered = np.zeros(13)
    covered[families[0]] = larger.sum() / body.sum()
    covered[families[1]] = 1.0 - covered[families[0]]
    return Drawn(np.clip(np.rint(photo), 0, 255).astype(np.uint8), covered)


def _body(height: int, width: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """The outline of a product: an ellipse, a box, or a shirt."""
    mask = np.zeros((height, width), dtype=np.uint8)
    half_height, half_width = rng.uniform(0.25, 0.46) * height, rng.uniform(0.2, 0.46) * width
    y, x = height / 2, width / 2
    kind = rng.integers(3)
    if kind == 0:
        axes = (int(half_width), int(half_height))
        cv2.ellipse(mask, (int(x), int(y)), axes, 0.0, 0.0, 360.0, (1,), -1)
    elif kind == 1:
        top, left = int(y - half_height), int(x - half_width)
        mask[top : int(y + half_height), left : int(x + half_width)] = 1
    else:
        points = _SHIRT * (half_width, half_height) + (x, y)
        cv2.fillPoly(mask, [points.astype(np.int32)], (1,))
    return mask > 0


def _part(body: NDArray[np.bool_], share: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    """A part of the body that covers about `share` of it: one side, or the inner or outer part."""
    height, width = body.shape
    y, x = np.mgrid[:height, :width]
    angle = rng.choice([0.0, 0.5, 1.0, 1.5, rng.uniform(0, 2)]) * np.pi
    order = x * np.cos(angle) + y * np.sin(angle)
    if rng.random() < 0.4:
        order = rng.choice([-1.0, 1.0]) * np.hypot(x - width / 2, y - height / 2)
    if rng.random() < 0.15:
        order = np.sin(order / rng.uniform(2.0, 5.0))
    return np.asarray(body & (order <= np.quantile(order[body], share)))
