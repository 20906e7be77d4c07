"""Small real detectors for the tests of those who run them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from moderation import Detection

Image = NDArray[np.uint8]


class RedBoxDetector:
    """Finds the box of red pixels, and calls it by a label of NudeNet that no policy lets pass."""

    name = "nudenet-320n"
    version = "red"

    def detect(self, images: Sequence[Image]) -> list[tuple[Detection, ...]]:
        return [self._one(image) for image in images]

    def _one(self, image: Image) -> tuple[Detection, ...]:
        red = (image[..., 0] > 200) & (image[..., 1] < 60) & (image[..., 2] < 60)
        rows, columns = np.nonzero(red)
        if not rows.size:
            return ()
        x, y = int(columns.min()), int(rows.min())
        box = (x, y, int(columns.max()) - x + 1, int(rows.max()) - y + 1)
        return (Detection("FEMALE_BREAST_EXPOSED", 0.9, box, self.name),)


class RaisingDetector:
    """Raises on every batch that holds an image whose first pixel is black."""

    name = "raising"
    version = "1"

    def detect(self, images: Sequence[Image]) -> list[tuple[Detection, ...]]:
        if any(not image[0, 0].any() for image in images):
            raise RuntimeError("a black corner")
        return [() for _ in images]
