"""Where the product is: a model of the ground from the photo's border, and a prior for the centre.

The border of the photo is grouped into a few colours. A colour seen on several sides is ground.
Pixels of ground colour that hang together with the border are ground for certain; enclosed ones
(the hole in a handbag's handle, but also a white print on a white ground) only in part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from color.clustering import cluster
from color.colorspace import Floats
from color.settings import GroundSettings


@dataclass(frozen=True)
class Ground:
    """What lies behind the product.

    Attributes:
        colors: Lab of the ground's colours, K x 3.
        tolerance: for each colour, the distance in Lab within which a pixel is taken for ground, K.
        share: the part of the border these colours cover, 0..1.
        spread: root mean square distance in Lab of those pixels of the border from their mean.
    """

    colors: Floats
    tolerance: Floats
    share: float
    spread: float

    def plain(self, settings: GroundSettings) -> bool:
        """One quiet colour nearly all the way round: a studio ground."""
        quiet = self.spread <= settings.plain_spread
        return len(self.colors) > 0 and self.share >= settings.plain_share and quiet


def measure_ground(lab: NDArray[np.float32], settings: GroundSettings) -> Ground:
    """The ground's colours, from the border ring of a photo (H x W x 3, Lab)."""
    height, width = lab.shape[:2]
    ring, sides = _ring(height, width, settings.ring)
    pixels = lab[ring].astype(np.float64)
    centers, labels = cluster(pixels, np.ones(len(pixels)), settings.ring_colors)
    kept, tolerances = [], []
    covered = np.zeros(len(pixels), dtype=bool)
    for index in _on_several_sides(labels, sides[ring], len(centers), settings):
        center, mine = centers[index], labels == index
        spread = _spread(pixels[mine], center)
        kept.append(center)
        tolerances.append(
            min(max(settings.spreads * spread, settings.least_tolerance), settings.most_tolerance)
        )
        covered |= mine
    if not kept:
        return Ground(np.zeros((0, 3)), np.zeros(0), 0.0, 0.0)
    seen = pixels[covered]
    return Ground(
        np.array(kept),
        np.array(tolerances),
        float(covered.mean()),
        _spread(seen, seen.mean(axis=0)),
    )


def _spread(pixels: Floats, center: Floats) -> float:
    """Root mean square distance of pixels (N x 3) from a colour (3)."""
    return float(np.sqrt(((pixels - center) ** 2).sum(axis=1).mean()))


def subject_probability(
    lab: NDArray[np.float32], ground: Ground, settings: GroundSettings
) -> NDArray[np.float32]:
    """How surely each pixel is not ground, 0..1 (H x W)."""
    height, width = lab.shape[:2]
    if len(ground.colors) == 0:
        return np.ones((height, width), dtype=np.float32)
    nearest = _nearest_ground(lab, ground)
    if not ground.plain(settings):
        nearest = nearest * _tightening(nearest, settings)
    ratio = np.clip((nearest - 1.0) / settings.softness, -20.0, 20.0)
    soft = 1.0 / (1.0 + np.exp(-ratio))
    outside = _joined_to_border(nearest < 1.0)
    enclosed = (nearest < 1.0) & ~outside
    soft = np.where(outside, 0.0, soft)
    flat = nearest < settings.enclosed_flat
    return np.where(
        enclosed, np.where(flat, settings.enclosed_flat_weight, settings.enclosed_weight), soft
    ).astype(np.float32)


def center_prior(height: int, width: int, settings: GroundSettings) -> NDArray[np.float32]:
    """Weight of each pixel from where it lies: sellers put the product in the middle (H x W)."""
    y = (np.arange(height, dtype=np.float32) + 0.5) / height - 0.5
    x = (np.arange(width, dtype=np.float32) + 0.5) / width - 0.5
    squared = (y[:, None] / settings.prior_height) ** 2 + (x[None, :] / settings.prior_width) ** 2
    return (np.exp(-0.5 * squared) + settings.prior_floor).astype(np.float32)


def _tightening(nearest: NDArray[np.float32], settings: GroundSettings) -> np.float32:
    """How much to tighten the tolerances of a busy ground that swallows nearly all of the photo."""
    factor = np.float32(1.0)
    for _ in range(settings.tightenings):
        if float((nearest * factor >= 1.0).mean()) >= settings.busy_least_subject:
            break
        factor = factor * np.float32(settings.tightening)
    return factor


def _nearest_ground(lab: NDArray[np.float32], ground: Ground) -> NDArray[np.float32]:
    """Distance from the nearest ground colour, in that colour's tolerances (H x W)."""
    nearest = np.full(lab.shape[:2], np.inf, dtype=np.float32)
    for color, tolerance in zip(ground.colors.astype(np.float32), ground.tolerance, strict=True):
        squared = sum((lab[:, :, axis] - color[axis]) ** 2 for axis in range(3))
        np.minimum(nearest, squared / np.float32(tolerance**2), out=nearest)
    return np.sqrt(nearest)


def _ring(height: int, width: int, part: float) -> tuple[NDArray[np.bool_], NDArray[np.int8]]:
    thick = max(1, round(part * min(height, width)))
    sides = np.full((height, width), -1, dtype=np.int8)
    sides[-thick:, :] = 1
    sides[:thick, :] = 0
    middle = slice(thick, max(thick, height - thick))
    sides[middle, :thick] = 2
    sides[middle, -thick:] = 3
    return sides >= 0, sides


def _on_several_sides(
    labels: NDArray[np.intp], side_of: NDArray[np.int8], count: int, settings: GroundSettings
) -> NDArray[np.intp]:
    """Which of `count` groups of the ring's pixels are common, and seen on several sides."""
    found = np.bincount(labels * 4 + side_of, minlength=count * 4).reshape(count, 4)
    shares = found / np.maximum(found.sum(axis=0), 1)
    common = found.sum(axis=1) / len(labels) >= settings.least_ring_share
    sides = (shares >= settings.side_share).sum(axis=1)
    return np.flatnonzero(common & (sides >= settings.least_sides))


def _joined_to_border(like_ground: NDArray[np.bool_]) -> NDArray[np.bool_]:
    labels: Any
    count, labels = cv2.connectedComponents(like_ground.astype(np.uint8), connectivity=4)
    labels = np.asarray(labels)
    touching = np.zeros(count, dtype=bool)
    for edge in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        touching[edge] = True
    touching[0] = False  # what is not like the ground
    return np.asarray(touching[labels])
