"""What lies under transparent pixels, when it is a picture of its own.

A cut-out product mostly has one flat colour, or nothing, under its transparent ground: that hides
nothing. A photo whose alpha was turned down has a whole picture there, which another viewer shows.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

_TRANSPARENT_BELOW = 128  # alpha, of 255: less than half covered
_VISIBLE_STEP = 32  # levels of 255 in any channel that anyone sees side by side
_LEAST_SHARE = 0.002  # of the photo: about 28 x 28 pixels of a photo of 768 x 512


@dataclass(frozen=True)
class HiddenMeasures:
    """Shares of the photo's pixels, each 0..1, counted where it is mostly transparent.

    Attributes:
        different: where what lies under differs visibly from what is shown.
        detailed: where what lies under differs visibly from its own median colour.
    """

    different: float
    detailed: float


def measure_hidden(
    shown: NDArray[np.uint8], under: NDArray[np.uint8], alpha: NDArray[np.uint8]
) -> HiddenMeasures:
    """Compare what is shown with what lies under it.

    Args:
        shown, under: H x W x 3 sRGB, composited on white and with transparency ignored.
        alpha: H x W, 255 for opaque. Rims one pixel wide, as anti-aliased edges have, are left
            out.
    """
    mask = Image.fromarray(np.where(alpha < _TRANSPARENT_BELOW, 255, 0).astype(np.uint8))
    inside = np.asarray(mask.filter(ImageFilter.MinFilter(3))) > 0
    if not inside.any():
        return HiddenMeasures(0.0, 0.0)
    hidden = under[inside].astype(np.int16)
    different = _visibly_apart(hidden, shown[inside].astype(np.int16))
    detailed = _visibly_apart(hidden, np.median(hidden, axis=0).astype(np.int16))
    return HiddenMeasures(different / alpha.size, detailed / alpha.size)


def is_hidden(measures: HiddenMeasures) -> bool:
    """Whether a picture lies under the transparent pixels."""
    return min(measures.different, measures.detailed) >= _LEAST_SHARE


def _visibly_apart(one: NDArray[np.int16], other: NDArray[np.int16]) -> int:
    """How many of the N x 3 colours in `one` differ visibly from those in `other`."""
    return int(np.count_nonzero((np.abs(one - other) > _VISIBLE_STEP).any(axis=1)))
