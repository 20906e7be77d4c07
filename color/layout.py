"""Measure: how the product's colours lie in it, and how it lies in the photo."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from color.colorspace import Floats

BANDS = 5
"""Parts of equal height that the product is divided into, from top to bottom."""


@dataclass(frozen=True)
class GroupLayout:
    """How each of the K groups of pixels lies in the product; skin counts as product here.

    Attributes:
        y: mean height in the photo, 0 (top) to 1.
        x: mean distance from the middle line, 0 to 0.5 of the width.
        y_spread: standard deviation of the height.
        x_spread: standard deviation of the place across the photo, in widths.
        coherence: the part of its pixels' neighbours that are of the same group, 0..1.
        border: the part of it that lies on the photo's border, 0..1.
        height: mean height in the product, 0 (its top) to 1.
        middle: how near its pixels lie to the product's middle, 0..1.
        bands: the part of each band of the product that it covers, K x BANDS, 0..1.
    """

    y: Floats
    x: Floats
    y_spread: Floats
    x_spread: Floats
    coherence: Floats
    border: Floats
    height: Floats
    middle: Floats
    bands: Floats


@dataclass(frozen=True)
class ProductLayout:
    """How the product lies in the photo.

    Attributes:
        box: top, bottom, left and right edge of its inner 96%, 0..1 of the photo's sides (4).
        skin: the part of each band that looks like skin, 0..1 (BANDS).
        mass: the part of the product in each band, summing to 1 (BANDS).
    """

    box: Floats
    skin: Floats
    mass: Floats


def measure_layout(
    group_of: NDArray[np.intp],
    count: int,
    subject: NDArray[np.float32],
    skin: NDArray[np.float32],
) -> tuple[GroupLayout, ProductLayout]:
    """The layout of a photo's groups and of its product.

    Args:
        group_of: each pixel's group, 0 to `count` - 1 (H x W).
        count: how many groups there are.
        subject: how surely each pixel is not ground, 0..1 (H x W).
        skin: how much each pixel looks like skin, 0..1 (H x W).
    """
    height, width = subject.shape
    labels = group_of.ravel()
    weights = subject.ravel().astype(np.float64)
    total = np.maximum(np.bincount(labels, weights, minlength=count), 1e-12)

    def mean(values: Floats) -> Floats:
        return np.asarray(np.bincount(labels, weights * values.ravel(), minlength=count) / total)

    y = (np.arange(height) + 0.5) / height
    across = (np.arange(width) + 0.5) / width - 0.5
    x = np.abs(across)
    box = _box(subject)
    inside = np.clip((y - box[0]) / max(box[1] - box[0], 1e-3), 0.0, 0.999)
    nearness = np.exp(-0.5 * ((inside - 0.5) / 0.2) ** 2)[:, None] * np.exp(-0.5 * (x / 0.15) ** 2)
    in_rows = _in_lines(group_of, count, weights, np.arange(height)[:, None], height)
    in_columns = _in_lines(group_of, count, weights, np.arange(width), width)
    bands, masses, skins = _bands(inside, in_rows, (subject * skin).sum(axis=1, dtype=np.float64))
    of_rows, of_columns = in_rows / total[:, None], in_columns / total[:, None]
    mean_y = of_rows @ y
    groups = GroupLayout(
        y=mean_y,
        x=of_columns @ x,
        y_spread=_deviation(of_rows @ (y * y), mean_y),
        x_spread=_deviation(of_columns @ (x * x), of_columns @ across),
        coherence=mean(_alike(group_of)),
        border=mean(_border(height, width)),
        height=of_rows @ inside,
        middle=mean(nearness),
        bands=bands,
    )
    return groups, ProductLayout(box, skins, masses)


def _in_lines(
    group_of: NDArray[np.intp], count: int, weights: Floats, line: NDArray[np.intp], lines: int
) -> Floats:
    """The weight of each group in each row, or column, of the photo (K x lines)."""
    cells = (group_of * lines + line).ravel()
    found = np.bincount(cells, weights, minlength=count * lines)
    return np.asarray(found.reshape(count, lines), dtype=np.float64)


def _deviation(mean_of_squares: Floats, mean: Floats) -> Floats:
    return np.asarray(np.sqrt(np.maximum(mean_of_squares - mean**2, 0.0)))


def _box(subject: NDArray[np.float32]) -> Floats:
    height, width = subject.shape
    rows, columns = (np.cumsum(subject.sum(axis=axis, dtype=np.float64)) for axis in (1, 0))
    edges = []
    for sums, length in ((rows, height), (columns, width)):
        parts = sums / max(float(sums[-1]), 1e-9)
        edges += [np.searchsorted(parts, edge) / length for edge in (0.02, 0.98)]
    return np.array(edges, dtype=np.float64)


def _bands(inside: Floats, in_rows: Floats, skin: Floats) -> tuple[Floats, Floats, Floats]:
    """What each group covers of each band (K x BANDS), the bands' masses and their skin (BANDS).

    Args:
        inside: the height of each row in the product, 0..1 (H).
        in_rows: the weight of each group in each row (K x H).
        skin: the weight of what looks like skin in each row (H).
    """
    band = np.eye(BANDS)[(inside * BANDS).astype(np.intp)]
    found = in_rows @ band
    mass = found.sum(axis=0)
    safe = np.maximum(mass, 1e-9)
    total = max(float(mass.sum()), 1e-9)
    return found / safe, mass / total, skin @ band / safe


def _alike(group_of: NDArray[np.intp]) -> Floats:
    """The part of each pixel's four neighbours that are of its group (H x W)."""
    alike = np.zeros(group_of.shape)
    near = np.zeros(group_of.shape)
    for one, other in (
        ((slice(None), slice(1, None)), (slice(None), slice(None, -1))),
        ((slice(1, None), slice(None)), (slice(None, -1), slice(None))),
    ):
        same = group_of[one] == group_of[other]
        for place in (one, other):
            alike[place] += same
            near[place] += 1
    return np.asarray(alike / np.maximum(near, 1.0))


def _border(height: int, width: int) -> Floats:
    border = np.zeros((height, width))
    border[[0, -1]] = 1.0
    border[:, [0, -1]] = 1.0
    return border
