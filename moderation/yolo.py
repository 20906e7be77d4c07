"""The arithmetic around a YOLOv8 detector: pixels into its input, its output into boxes.

The geometry follows the `nudenet` package (version 3.4.2), so that the same pixels give the same
detections: padding with black at the right and the bottom to a square, bilinear resizing,
one class per candidate, non-maximum suppression over all classes together at an overlap of 0.45.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from moderation.detection import Image

INPUT_SIDE = 320
MAX_OVERLAP = 0.45
LARGEST_SIDE = 4096

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Candidates:
    """Boxes as corners x0, y0, x1, y1 in pixels (N x 4), scores in 0..1 (N), class ids (N)."""

    boxes: Floats
    scores: Floats
    classes: NDArray[np.intp]


def to_input(image: Image, side: int = INPUT_SIDE) -> Floats:
    """An RGB uint8 H x W x 3 image as 3 x side x side float32 in 0..1.

    Sides above 4096 pixels are reduced first, so that the square of a very long image stays small.
    Raises ValueError for an array of another shape or type.
    """
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or image.size == 0:
        raise ValueError(f"not an RGB uint8 image: shape {image.shape}, dtype {image.dtype}")
    image = _reduced(image)
    height, width = image.shape[:2]
    longest = max(height, width)
    square = cv2.copyMakeBorder(
        image, 0, longest - height, 0, longest - width, cv2.BORDER_CONSTANT, value=(0, 0, 0)
    )
    small = cv2.resize(square, (side, side), interpolation=cv2.INTER_LINEAR)
    channels = np.stack(cv2.split(small))
    return np.divide(channels, np.float32(255.0), dtype=np.float32)


def to_candidates(output: Floats, size: tuple[int, int], floor: float) -> Candidates:
    """The model's output for one image, (4 + classes) x N with boxes as centre and size in input
    pixels, as candidates of at least `floor` in pixels of an image of (width, height) `size`."""
    scores = output[4:].max(axis=0)
    kept = scores >= floor
    x, y, w, h = output[:4, kept]
    width, height = size
    corners = np.stack([x - w / 2, y - h / 2, x + w / 2, y + h / 2], axis=1)
    corners *= np.float32(max(size) / INPUT_SIDE)
    limits = np.array([width, height, width, height], dtype=np.float32)
    boxes = np.clip(corners, 0, limits).astype(np.float32)
    return Candidates(boxes, scores[kept], output[4:, kept].argmax(axis=0))


def suppressed(found: Candidates) -> Candidates:
    """The candidates, best first, less those that overlap a better one (intersection over union
    above 0.45). Equal scores keep the model's order."""
    order = np.argsort(-found.scores, kind="stable")
    kept: list[int] = []
    while order.size:
        best, order = int(order[0]), order[1:]
        kept.append(best)
        order = order[_overlap(found.boxes[best], found.boxes[order]) <= MAX_OVERLAP]
    return Candidates(found.boxes[kept], found.scores[kept], found.classes[kept])


def _overlap(box: Floats, others: Floats) -> Floats:
    """Intersection over union of one box with N others; 0 where both are empty."""
    near = np.maximum(box[:2], others[:, :2])
    far = np.minimum(box[2:], others[:, 2:])
    shared = np.prod(np.maximum(far - near, 0), axis=1)
    union = np.prod(box[2:] - box[:2]) + np.prod(others[:, 2:] - others[:, :2], axis=1) - shared
    return np.asarray(shared / np.maximum(union, np.float32(1e-9)), dtype=np.float32)


def _reduced(image: Image) -> Image:
    height, width = image.shape[:2]
    scale = LARGEST_SIDE / max(height, width)
    if scale >= 1:
        return image
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
