"""PDQ: a perceptual hash of 256 bits that survives resizing, recompression and small edits.

"The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm"
(Facebook, 2019). Computed by the package `pdqhash`, which binds the authors' own code. As in the
authors' program, an image larger than 512 pixels on a side is first reduced to 512 x 512.
"""

import importlib.util
import re
from dataclasses import dataclass

import numpy as np

from moderation.detection import Image
from moderation.errors import DetectorError

BITS = 256
LARGEST_SIDE = 512
LEAST_QUALITY = 50
"""A hash of a lower quality (its authors say: 49 or less) says too little to be matched."""

MOST_DISTANCE = 31
"""Two hashes that differ in at most so many bits are taken to be of one picture (ibid.)."""

_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class PdqHash:
    """A hash as 64 lower-case hex digits, and its quality of 0..100: how much detail it rests on.

    Raises ValueError for anything else.
    """

    hex: str
    quality: int

    def __post_init__(self) -> None:
        if not _HEX.fullmatch(self.hex):
            raise ValueError(f"a PDQ hash is 64 lower-case hex digits, not '{self.hex}'")
        if not 0 <= self.quality <= 100:
            raise ValueError(f"the quality of a PDQ hash is 0..100, not {self.quality}")

    @property
    def usable(self) -> bool:
        """Whether the picture had detail enough for its hash to be matched."""
        return self.quality >= LEAST_QUALITY

    def distance(self, other: "PdqHash") -> int:
        """The Hamming distance: the number of the 256 bits that differ."""
        return (int(self.hex, 16) ^ int(other.hex, 16)).bit_count()


def pdq_installed() -> bool:
    """Whether the package `pdqhash` is there: the extra `hashes`."""
    return importlib.util.find_spec("pdqhash") is not None


def compute_pdq(pixels: Image) -> PdqHash:
    """The hash of an RGB uint8 H x W x 3 image of any size.

    Raises ValueError for something that is no such image, DetectorError where the package
    `pdqhash` is not installed.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.size == 0:
        raise ValueError(f"not an RGB uint8 image: shape {pixels.shape}, dtype {pixels.dtype}")
    if not pdq_installed():
        raise DetectorError("the package pdqhash is not installed; it is the extra `hashes`")
    import pdqhash

    bits, quality = pdqhash.compute(_reduced(pixels))
    packed = np.packbits(np.asarray(bits, dtype=np.uint8))
    return PdqHash(packed.tobytes().hex(), max(0, min(100, int(quality))))


def _reduced(pixels: Image) -> Image:
    if max(pixels.shape[:2]) <= LARGEST_SIDE:
        return np.ascontiguousarray(pixels)
    import cv2

    size = (LARGEST_SIDE, LARGEST_SIDE)
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
