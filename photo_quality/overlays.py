"""Words and watermarks laid over a photo.

A small convolutional network (`overlay_network`), fitted on words and watermarks drawn over photos,
says for each cell of 16 x 16 pixels how surely there are strokes of opaque letters, and of a veil
that lets the photo through.
"""

import numpy as np
from numpy.typing import NDArray

from .overlay_network import CELL, OverlayNetwork, load_network
from .planes import MEDIUM_SIDE, Planes

__all__ = ["SIDE", "OverlayNetwork", "load_network", "measure_overlays"]

SIDE = MEDIUM_SIDE  # longest side of the copy that is looked at, pixels
_STRONGEST = 8  # cells whose mean is the measure
_SURER, _UNSURE = 2.0, 1.0  # log odds: of a veil over words, and the most that words are then


def measure_overlays(planes: Planes, network: OverlayNetwork) -> dict[str, float]:
    """Measure how surely something is laid over the photo.

    Returns:
        `overlay_words`, `overlay_veil`: mean log odds of the 8 cells that look most like opaque
        letters, and most like a veil (-20..20; both -20 where the photo is too small). The strokes
        of a strong watermark look like letters too: where a veil is surer by more than 2, words
        are no surer than 1.
    """
    if min(planes.medium_rgb.shape[:2]) < CELL:
        return {"overlay_words": -20.0, "overlay_veil": -20.0}
    words, veil = (_strongest(odds) for odds in network.look(planes.medium_rgb))
    if veil - words > _SURER:
        words = min(words, _UNSURE)
    return {"overlay_words": words, "overlay_veil": veil}


def _strongest(odds: NDArray[np.float32]) -> float:
    flat = np.clip(odds.ravel(), -20.0, 20.0)
    count = min(_STRONGEST, flat.size)
    return float(np.partition(flat, flat.size - count)[flat.size - count :].mean(dtype=np.float64))
