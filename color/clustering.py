"""Weighted k-means in Lab that gives the same answer every time: no random starts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from color.colorspace import Floats

_ROUNDS = 8


def cluster(
    points: Floats, weights: Floats, most: int, apart: float = 4.0
) -> tuple[Floats, NDArray[np.intp]]:
    """Group weighted points (N x 3, Lab) around at most `most` centres.

    The first centre is the heaviest cell of a coarse grid; each next one is the cell with the most
    weight times squared distance from the centres so far (k-means++ without the dice, Arthur and
    Vassilvitskii 2007), while it lies at least `apart` from all of them. Lloyd's rounds follow.

    Returns:
        The centres (K x 3, K at least 1) and the index of each point's centre (N).
    """
    cells, cell_weights, cell_of = _grid(points, weights)
    centers = _starts(cells, cell_weights, most, apart)
    for _ in range(_ROUNDS):
        nearest = _nearest(cells, centers)
        moved = _means(cells, cell_weights, nearest, centers)
        if np.allclose(moved, centers, atol=1e-3):
            break
        centers = moved
    return centers, _nearest(cells, centers)[cell_of]


def _grid(points: Floats, weights: Floats) -> tuple[Floats, Floats, NDArray[np.intp]]:
    """Mean and weight of the points in each occupied cell of 5 x 4 x 4 Lab units."""
    steps = np.floor((points + np.array([0.0, 160.0, 160.0])) / np.array([5.0, 4.0, 4.0]))
    codes = (steps @ np.array([10000.0, 100.0, 1.0])).astype(np.int64)
    _, cell_of = np.unique(codes, return_inverse=True)
    total = np.bincount(cell_of, weights)
    safe = np.maximum(total, 1e-12)
    means = np.stack(
        [np.bincount(cell_of, weights * points[:, axis]) / safe for axis in range(3)], axis=1
    )
    return means, np.asarray(total, dtype=np.float64), cell_of


def _starts(cells: Floats, weights: Floats, most: int, apart: float) -> Floats:
    chosen = [int(np.argmax(np.round(weights, 6)))]
    gap = _squared(cells, cells[chosen])[:, 0]
    while len(chosen) < most:
        gain = np.where(gap >= apart**2, weights * gap, 0.0)
        best = int(np.argmax(np.round(gain, 6)))
        if gain[best] <= 0:
            break
        chosen.append(best)
        gap = np.minimum(gap, _squared(cells, cells[[best]])[:, 0])
    return cells[chosen]


def _nearest(cells: Floats, centers: Floats) -> NDArray[np.intp]:
    return np.asarray(np.argmin(_squared(cells, centers), axis=1), dtype=np.intp)


def _squared(points: Floats, centers: Floats) -> Floats:
    gaps = (points[:, axis, None] - centers[None, :, axis] for axis in range(3))
    return np.asarray(sum(gap**2 for gap in gaps))


def _means(cells: Floats, weights: Floats, nearest: NDArray[np.intp], centers: Floats) -> Floats:
    """Weighted mean of each group; a group left empty keeps its centre."""
    count = len(centers)
    total = np.bincount(nearest, weights, minlength=count)
    sums = np.stack(
        [np.bincount(nearest, weights * cells[:, axis], minlength=count) for axis in range(3)],
        axis=1,
    )
    return np.where(total[:, None] > 0, sums / np.maximum(total, 1e-12)[:, None], centers)
