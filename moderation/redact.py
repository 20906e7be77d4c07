"""Redacted copies: what was flagged, blurred beyond recognition."""

from collections.abc import Iterable

import numpy as np

from moderation.detection import Box, Image, clip_box

MARGIN = 0.1
"""By how much of its width and height a box is enlarged at each side: boxes sit tight."""

CELLS = 4
"""What remains of a box: so many patches of one colour a side, drawn smoothly. Nothing finer can
be had back from them."""


def redact(pixels: Image, boxes: Iterable[Box | None]) -> Image:
    """A copy of an RGB uint8 H x W x 3 image with the boxes blurred, and nothing else changed.

    A box is (x, y, width, height) in pixels of the image, clipped to it; None is the whole image.
    Raises ValueError for something that is no such image.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.size == 0:
        raise ValueError(f"not an RGB uint8 image: shape {pixels.shape}, dtype {pixels.dtype}")
    copy = pixels.copy()
    height, width = pixels.shape[:2]
    for box in boxes:
        x, y, w, h = enlarged(box, (width, height))
        copy[y : y + h, x : x + w] = _blurred(pixels[y : y + h, x : x + w])
    return copy


def enlarged(box: Box | None, size: tuple[int, int]) -> Box:
    """The box with its margin, inside an image of (width, height) `size`."""
    if box is None:
        return (0, 0, *size)
    x, y, w, h = box
    dx, dy = max(1.0, MARGIN * w), max(1.0, MARGIN * h)
    return clip_box((x - dx, y - dy, x + w + dx, y + h + dy), size)


def _blurred(part: Image) -> Image:
    import cv2

    height, width = part.shape[:2]
    few = (min(CELLS, width), min(CELLS, height))
    coarse = cv2.resize(part, few, interpolation=cv2.INTER_AREA)
    smooth = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(smooth, dtype=np.uint8)
