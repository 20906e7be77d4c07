"""The perceptual hash."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from photo_quality import hamming_distance, perceptual_hash

HASHES = st.integers(0, 2**64 - 1).map(lambda value: f"{value:016x}")


def test_resized_compressed_and_brightened_copies_are_near(
    photos: dict[str, NDArray[np.uint8]],
) -> None:
    for photo in photos.values():
        small = cv2.resize(photo, None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA)
        brighter = np.clip(photo * 1.1 + 5, 0, 255).astype(np.uint8)
        original = perceptual_hash(photo)
        assert hamming_distance(original, perceptual_hash(small)) <= 4
        assert hamming_distance(original, perceptual_hash(brighter)) <= 6


def test_different_photos_are_far(photos: dict[str, NDArray[np.uint8]]) -> None:
    hashes = [perceptual_hash(photo) for photo in photos.values()]
    pairs = [(a, b) for i, a in enumerate(hashes) for b in hashes[:i]]
    assert min(hamming_distance(a, b) for a, b in pairs) >= 16


@given(a=HASHES, b=HASHES)
def test_the_distance_is_a_metric_on_bits(a: str, b: str) -> None:
    assert hamming_distance(a, a) == 0
    assert (
        hamming_distance(a, b) == hamming_distance(b, a) == bin(int(a, 16) ^ int(b, 16)).count("1")
    )


def test_what_is_not_a_hash_is_refused() -> None:
    with pytest.raises(ValueError, match="16 hexadecimal digits"):
        hamming_distance("abc", "0" * 16)
