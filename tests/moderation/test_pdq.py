from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image as PillowImage

from moderation import PdqHash, compute_pdq
from moderation.pdq import MOST_DISTANCE
from tests.moderation.pictures import Image, photo

PHOTOS = ("astronaut", "chelsea", "coffee", "rocket", "camera")


def _recompressed(pixels: Image) -> Image:
    file = BytesIO()
    PillowImage.fromarray(pixels).save(file, "JPEG", quality=40)
    return np.asarray(PillowImage.open(file))


def _smaller(pixels: Image) -> Image:
    small = PillowImage.fromarray(pixels).resize(
        (pixels.shape[1] // 2, pixels.shape[0] // 2), PillowImage.Resampling.LANCZOS
    )
    return np.asarray(small)


@pytest.mark.parametrize("name", PHOTOS)
def test_a_recompressed_or_smaller_copy_is_the_same_picture(name: str) -> None:
    original = compute_pdq(photo(name))
    assert original.usable
    for copy in (_recompressed(photo(name)), _smaller(photo(name))):
        assert original.distance(compute_pdq(copy)) <= MOST_DISTANCE


def test_different_photos_are_far_apart() -> None:
    hashes = [compute_pdq(photo(name)) for name in PHOTOS]
    for index, one in enumerate(hashes):
        for other in hashes[index + 1 :]:
            assert one.distance(other) > 2 * MOST_DISTANCE


def test_a_picture_without_detail_has_a_hash_that_is_not_used() -> None:
    flat = compute_pdq(np.full((200, 300, 3), 128, np.uint8))
    assert flat.quality == 0
    assert not flat.usable


def test_the_least_quality_that_is_used_is_50() -> None:
    assert not PdqHash("0" * 64, 49).usable
    assert PdqHash("0" * 64, 50).usable


def test_the_distance_counts_the_bits_that_differ() -> None:
    assert PdqHash("0" * 64, 90).distance(PdqHash("0" * 62 + "f1", 90)) == 5
    assert PdqHash("f" * 64, 90).distance(PdqHash("0" * 64, 90)) == 256


@pytest.mark.parametrize(("text", "quality"), [("0" * 63, 90), ("A" * 64, 90), ("0" * 64, 101)])
def test_what_is_no_hash_is_refused(text: str, quality: int) -> None:
    with pytest.raises(ValueError, match="PDQ hash"):
        PdqHash(text, quality)


@pytest.mark.parametrize(
    "wrong", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3)), np.zeros((0, 4, 3), np.uint8)]
)
def test_what_is_no_rgb_image_is_refused(wrong: Image) -> None:
    with pytest.raises(ValueError, match="RGB uint8"):
        compute_pdq(wrong)


@settings(max_examples=40)
@given(
    arrays.arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40), st.just(3)))
    | st.sampled_from([np.zeros((1, 1500, 3), np.uint8), np.full((1500, 2, 3), 255, np.uint8)])
)
def test_any_image_has_a_hash_and_always_the_same(pixels: Image) -> None:
    assert compute_pdq(pixels) == compute_pdq(pixels.copy())
