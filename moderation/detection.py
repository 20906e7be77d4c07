"""What a detector is, and what it says of one image."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Detection:
    """One thing that a detector saw in one image, before any policy.

    `label` is the detector's own; `score` lies in 0..1; `box` is (x, y, width, height) in pixels
    of the image given, inside it, width and height at least 1, or None where the detector speaks
    of the whole image; `detector` is the detector's name; `note` is a sentence on what it rests on,
    where there is more to say. Raises ValueError for anything else.
    """

    label: str
    score: float
    box: Box | None
    detector: str
    note: str = ""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.score) and 0.0 <= self.score <= 1.0):
            raise ValueError(f"the score of {self.label} is {self.score}, not within 0..1")
        if self.box is not None and (min(self.box[:2]) < 0 or min(self.box[2:]) < 1):
            raise ValueError(f"the box of {self.label} is {self.box}, not x, y >= 0 and w, h >= 1")

    def scaled(self, size: tuple[int, int], full_size: tuple[int, int]) -> "Detection":
        """The detection in another size of its image, clipped to it; sizes are (width, height)."""
        if self.box is None:
            return self
        x, y, w, h = self.box
        sx, sy = full_size[0] / size[0], full_size[1] / size[1]
        return replace(self, box=clip_box((x * sx, y * sy, (x + w) * sx, (y + h) * sy), full_size))


class Named(Protocol):
    """What every detector has: `name` is the key under which the taxonomy maps its labels,
    `version` identifies its weights (or lists)."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...


@runtime_checkable
class Detector(Named, Protocol):
    """Anything that finds things in images and names them with its own labels."""

    def detect(self, images: Sequence[Image]) -> list[tuple[Detection, ...]]:
        """One tuple per RGB uint8 H x W x 3 image, in the order given; any exception may be
        raised, and `look` turns it into a recorded failure."""
        ...


def clip_box(corners: tuple[float, float, float, float], size: tuple[int, int]) -> Box:
    """Corners x0, y0, x1, y1 in pixels, wherever they lie, as (x, y, w, h) inside an image of
    (width, height) `size`, width and height at least 1."""
    x0, y0, x1, y1 = corners
    width, height = size
    left = min(max(int(x0), 0), width - 1)
    top = min(max(int(y0), 0), height - 1)
    right = min(max(int(x1), left + 1), width)
    bottom = min(max(int(y1), top + 1), height)
    return left, top, right - left, bottom - top


def reference(detector: Named) -> str:
    """How a record names the detector: `name@version`."""
    return f"{detector.name}@{detector.version}"
