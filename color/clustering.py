"""Weighted k-means in Lab that gives the same answer every time: no random starts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from color.colorspace import Floats

_ROUNDS = 8
_STILL, _STILL_PART = 1e-3, 1e-5  # Lab units, and part of a centre's value
_LEAST = (0.0, -160.0, -160.0)  # Lab
_CELL = (5.0, 4.0, 4.0)  # Lab units


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
    weighted = cell_weights * cells
    centers = _starts(cells, cell_weights, most, apart)
    nearest = _nearest(cells, centers)
    for _ in range(_ROUNDS):
        moved = _means(weighted, cell_weights, nearest, centers)
        if (np.abs(moved - centers) <= _STILL + _STILL_PART * np.abs(centers)).all():
            break
        centers = moved
        nearest = _nearest(cells, centers)
    return centers, nearest[cell_of]


def _grid(points: Floats, weights: Floats) -> tuple[Floats, Floats, NDArray[np.intp]]:
    """Mean (3 x C) and weight (C) of the points in each occupied cell of 5 x 4 x 4 Lab units, and
    the index of each point's cell (N)."""
    axes = np.ascontiguousarray(points.T)
    codes, size = np.zeros(len(points), dtype=np.intp), 1
    for values, least, side in zip(axes, _LEAST, _CELL, strict=True):
        steps = np.floor((values - least) / side).astype(np.intp)
        low, high = int(steps.min()), int(steps.max())
        codes, size = codes * (high - low + 1) + (steps - low), size * (high - low + 1)
    cell_of = _renumbered(codes, size)
    total = np.bincount(cell_of, weights)
    safe = np.maximum(total, 1e-12)
    means = np.stack([np.bincount(cell_of, weights * values) / safe for values in axes])
    return means, np.asarray(total, dtype=np.float64), cell_of


def _renumbered(codes: NDArray[np.intp], size: int) -> NDArray[np.intp]:
    """Codes from 0 to `size` - 1 as numbers from 0 without a gap, in the same order."""
    there = np.zeros(size, dtype=bool)
    there[codes] = True
    return np.asarray((np.cumsum(there) - 1)[codes])


def _starts(cells: Floats, weights: Floats, most: int, apart: float) -> Floats:
    chosen = [int(np.argmax(np.round(weights, 6)))]
    gap = ((cells - cells[:, chosen]) ** 2).sum(axis=0)
    while len(chosen) < most:
        gain = weights * gap
        gain[gap < apart**2] = 0.0
        best = int(np.argmax(np.round(gain, 6)))
        if gain[best] <= 0:
            break
        chosen.append(best)
        np.minimum(gap, ((cells - cells[:, best, None]) ** 2).sum(axis=0), out=gap)
    return cells[:, chosen].T


def _nearest(cells: Floats, centers: Floats) -> NDArray[np.intp]:
    """The centre (of K x 3) that is nearest to each of C cells (3 x C)."""
    squared = ((cells[:, None] - centers.T[:, :, None]) ** 2).sum(axis=0)
    return np.asarray(np.argmin(squared, axis=0), dtype=np.intp)


def _means(weighted: Floats, weights: Floats, nearest: NDArray[np.intp], centers: Floats) -> Floats:
    """Weighted mean of each group; a group left empty keeps its centre."""
    count = len(centers)
    total = np.bincount(nearest, weights, minlength=count)
    sums = np.stack([np.bincount(nearest, values, minlength=count) for values in weighted], axis=1)
    return np.where(total[:, None] > 0, sums / np.maximum(total, 1e-12)[:, None], centers)
