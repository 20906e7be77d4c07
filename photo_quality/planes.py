"""The copies of a photo that the measures share, made once a photo."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

SMALL_SIDE = 96
MEDIUM_SIDE = 448


@dataclass(frozen=True, slots=True)
class Planes:
    """A photo at working size and its reduced copy.

    Attributes:
        rgb: the photo, uint8 H x W x 3.
        luma: ITU-R BT.601 luma, uint8 H x W, 0..255.
        medium_rgb: area-averaged copy, longest side at most 448 px, uint8.
        medium_luma: its luma, uint8.
        small_rgb: area-averaged copy, longest side at most 96 px, uint8 h x w x 3.
        small_lab: CIELAB of the reduced copy, float32 h x w x 3 (L 0..100, a and b in CIE units).
    """

    rgb: NDArray[np.uint8]
    luma: NDArray[np.uint8]
    medium_rgb: NDArray[np.uint8]
    medium_luma: NDArray[np.uint8]
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
    medium = reduce_to(rgb, MEDIUM_SIDE)
    medium_luma = np.asarray(cv2.cvtColor(medium, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    small = reduce_to(medium, SMALL_SIDE)
    lab = cv2.cvtColor(small.astype(np.float32) / np.float32(255.0), cv2.COLOR_RGB2Lab)
    return Planes(rgb, luma, medium, medium_luma, small, np.asarray(lab, dtype=np.float32))


def reduce_to(image: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """The image area-averaged until its longest side is at most `side`; as it is if it is so."""
    height, width = image.shape[:2]
    scale = side / max(height, width)
    if scale >= 1.0:
        return image
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
