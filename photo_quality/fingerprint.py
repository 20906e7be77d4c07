"""Perceptual hash: a fingerprint that near-duplicates share."""

import cv2
import numpy as np
from numpy.typing import NDArray

from .tiles import mean_bytes

_SIDE = 32
_KEPT = 8
_BITS = _KEPT * _KEPT
# Coefficients below this are rounding, not picture.
_RESOLUTION = 0.5


def perceptual_hash(image: NDArray[np.uint8]) -> str:
    """Compute the 64-bit DCT perceptual hash of a photo.

    The luma is reduced to 32 x 32; of its discrete cosine transform, each of the 8 x 8 lowest
    coefficients gives 1 where it is above their median (Zauner, "Implementation and Benchmarking
    of Perceptual Image Hash Functions", 2010).

    Args:
        image: RGB, uint8 H x W x 3.

    Returns:
        16 hexadecimal digits, row by row from the lowest frequency.
    """
    return hash_luma(np.asarray(cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_RGB2GRAY)))


def hash_luma(gray: NDArray[np.uint8]) -> str:
    """The same hash from luma, uint8 H x W."""
    if min(gray.shape) >= _SIDE:
        small = mean_bytes(gray, _SIDE, _SIDE).astype(np.float64)
    else:  # it must be enlarged
        small = cv2.resize(gray, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA).astype(np.float64)
    low = np.round(cv2.dct(small)[:_KEPT, :_KEPT] / _RESOLUTION)
    bits = (low > np.median(low)).ravel()
    number = int("".join("1" if bit else "0" for bit in bits), 2)
    return f"{number:0{_BITS // 4}x}"


def hamming_distance(a: str, b: str) -> int:
    """Count the bits, 0..64, in which two perceptual hashes differ.

    Raises:
        ValueError: a hash is not 16 hexadecimal digits.
    """
    for value in (a, b):
        if len(value) != _BITS // 4:
            raise ValueError(f"expected {_BITS // 4} hexadecimal digits, got {value!r}")
    return (int(a, 16) ^ int(b, 16)).bit_count()
