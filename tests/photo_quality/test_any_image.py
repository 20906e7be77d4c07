"""Whatever the image: an answer, finite, in range, and the same each time."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from photo_quality import PhotoQuality, QualityAnalyzer, assess_listing

Photo = NDArray[np.uint8]
SHAPES = st.tuples(st.integers(1, 40), st.integers(1, 40), st.just(3))


def check(result: PhotoQuality) -> None:
    assert 0 <= result.score <= 100
    assert all(math.isfinite(value) for value in result.measures.values())
    assert all(0 <= value <= 1 for value in result.scores.values())
    assert len(result.phash) == 16
    for issue in result.issues:
        assert 0.5 < issue.score <= 1
        assert issue.advice.endswith(".")


@settings(max_examples=60, deadline=None)
@given(image=hnp.arrays(np.uint8, SHAPES))
def test_any_pixels_give_a_finite_answer(image: Photo) -> None:
    check(QualityAnalyzer().analyze(image))


@settings(max_examples=30, deadline=None)
@given(
    height=st.integers(1, 300),
    width=st.integers(1, 300),
    seed=st.integers(0, 2**32 - 1),
    low=st.integers(0, 255),
    span=st.integers(1, 256),
)
def test_noise_of_any_size_and_level_gives_a_finite_answer(
    height: int, width: int, seed: int, low: int, span: int
) -> None:
    top = min(256, low + span)
    image = np.random.default_rng(seed).integers(low, top, (height, width, 3), dtype=np.uint8)
    check(QualityAnalyzer().analyze(image))


@pytest.mark.parametrize("level", [0, 1, 128, 254, 255])
@pytest.mark.parametrize("size", [(1, 1), (1, 768), (768, 1), (5, 700), (64, 64), (600, 600)])
def test_constant_images_give_a_finite_answer(
    analyzer: QualityAnalyzer, size: tuple[int, int], level: int
) -> None:
    result = analyzer.analyze(np.full((*size, 3), level, dtype=np.uint8))
    check(result)
    assert "placeholder" in {issue.code for issue in result.issues}
    assert result.score <= 10


def test_the_same_image_gives_the_same_answer(
    analyzer: QualityAnalyzer, photos: dict[str, Photo]
) -> None:
    for photo in photos.values():
        assert analyzer.analyze(photo) == QualityAnalyzer().analyze(photo.copy())


def test_the_image_is_left_as_it_was(analyzer: QualityAnalyzer, photos: dict[str, Photo]) -> None:
    frozen = photos["astronaut"].copy()
    frozen.setflags(write=False)
    analyzer.analyze(frozen)
    analyzer.analyze(frozen[::-1, ::-1])


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((4, 4, 3), np.float32),
        np.zeros((0, 4, 3), np.uint8),
    ],
)
def test_what_is_not_an_rgb_image_is_refused(
    analyzer: QualityAnalyzer, image: NDArray[np.generic]
) -> None:
    with pytest.raises(ValueError, match="H x W x 3"):
        analyzer.analyze(image)  # type: ignore[arg-type]


def test_an_impossible_size_is_refused(analyzer: QualityAnalyzer, photos: dict[str, Photo]) -> None:
    with pytest.raises(ValueError, match="0 x 10"):
        analyzer.analyze(photos["coffee"], width=0, height=10)


@settings(max_examples=20, deadline=None)
@given(levels=st.lists(st.none() | st.integers(0, 255), max_size=5))
def test_any_listing_gives_an_answer(levels: list[int | None]) -> None:
    analyzer = QualityAnalyzer()
    photos = [
        None if level is None else analyzer.analyze(np.full((20, 20, 3), level, np.uint8))
        for level in levels
    ]
    listing = assess_listing(photos)
    readable = [index for index, photo in enumerate(photos) if photo is not None]
    assert 0 <= listing.score <= 100
    assert (listing.cover in readable) if readable else listing.cover is None
