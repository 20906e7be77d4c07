"""Means over a grid of tiles, as products of matrices: a good deal faster than filtering."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_SIZES_KEPT = 64


def tile_means(plane: NDArray[np.float32], rows: int, columns: int) -> NDArray[np.float32]:
    """Mean of each tile where H x W pixels are cut into rows x columns tiles of one size.

    A pixel that lies in two tiles counts in each by the part of it that does, as it does for
    OpenCV's `INTER_AREA`.
    """
    height, width = plane.shape
    return np.asarray(_parts(height, rows) @ plane @ _parts(width, columns).T)


@lru_cache(maxsize=_SIZES_KEPT)
def _parts(length: int, tiles: int) -> NDArray[np.float32]:
    """The weight of each pixel along a side in each tile, tiles x length; rows sum to 1."""
    tile = length / tiles
    first = np.arange(tiles)[:, None] * tile
    pixel = np.arange(length)
    inside = np.minimum(first + tile, pixel + 1) - np.maximum(first, pixel)
    return np.asarray(np.maximum(inside, 0.0) / tile, dtype=np.float32)
