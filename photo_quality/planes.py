"""The copies of a photo that the measures share, made once a photo."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

SMALL_SIDE = 96


@dataclass(frozen=True, slots=True)
class Planes:
    """A photo at working size and its reduced copy.

    Attributes:
        rgb: the photo, uint8 H x W x 3.
        luma: ITU-R BT.601 luma, uint8 H x W, 0..255.
        luma32: the same as float32.
        small_rgb: area-averaged copy, longest side at most 96 px, uint8 h x w x 3.
        small_lab: CIELAB of the reduced copy, float32 h x w x 3 (L 0..100, a and b in CIE units).
    """

    rgb: NDArray[np.uint8]
    luma: NDArray[np.uint8]
    luma32: NDArray[np.float32]
    small_rgb: NDArray[np.uint8]
    small_lab: NDArray[np.float32]

    @property
    def long_side(self) -> int:
        """The longest side of the photo at working size, in pixels."""
        return int(max(self.luma.shape))


def make_planes(image: NDArray[np.uint8]) -> Planes:
    """Prepare a photo for the measures.

    Args:
        image: upright RGB photo, uint8 H x W x 3, H and W at least 1.

    Raises:
        ValueError: the array has another shape or type, or is empty.
    """
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8 or image.size == 0:
        raise ValueError(
            f"expected a uint8 array of H x W x 3, got {image.dtype} of shape {image.shape}"
        )
    rgb = np.ascontiguousarray(image)
    luma = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    small = _reduce(rgb)
    lab = cv2.cvtColor(small.astype(np.float32) / np.float32(255.0), cv2.COLOR_RGB2Lab)
    return Planes(rgb, luma, luma.astype(np.float32), small, np.asarray(lab, dtype=np.float32))


def _reduce(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = rgb.shape[:2]
    scale = min(1.0, SMALL_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
