"""Worse photos are named and never score higher."""

import io
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from photo_quality import PhotoQuality, QualityAnalyzer

Photo = NDArray[np.uint8]
NAMES = ("astronaut", "chelsea", "coffee", "rocket")


def to_bytes(values: NDArray[np.floating]) -> Photo:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def blur(photo: Photo, sigma: float) -> Photo:
    return cv2.GaussianBlur(photo, (0, 0), sigma) if sigma else photo


def move(photo: Photo, length: float) -> Photo:
    size = max(1, int(length))
    return cv2.filter2D(photo, -1, np.full((1, size), 1 / size, np.float32))


def add_noise(photo: Photo, sigma: float) -> Photo:
    return to_bytes(photo + np.random.default_rng(7).normal(0, 1, photo.shape) * sigma)


def compress(photo: Photo, quality: float) -> Photo:
    buffer = io.BytesIO()
    Image.fromarray(photo).save(buffer, "JPEG", quality=int(quality))
    return np.asarray(Image.open(buffer).convert("RGB"))


def flatten(photo: Photo, factor: float) -> Photo:
    return to_bytes((photo - 128.0) * factor + 128)


def expose(photo: Photo, factor: float) -> Photo:
    return to_bytes(photo * factor)


def overexpose(photo: Photo, strength: float) -> Photo:
    return to_bytes(photo * (1 + 0.9 * strength) + 40 * strength)


def tint(photo: Photo, strength: float) -> Photo:
    return to_bytes(photo * (1 + strength * np.array([0.25, 0.0, -0.4])))


DEGRADATIONS: list[tuple[str, Callable[[Photo, float], Photo], tuple[float, ...]]] = [
    ("blurry", blur, (0, 1.5, 2.5, 3.5, 5)),
    ("motion_blur", move, (1, 7, 15, 25)),
    ("too_dark", expose, (1, 0.5, 0.35, 0.22, 0.1)),
    ("too_bright", overexpose, (0, 0.5, 1.0, 1.5, 2.0)),
    ("noisy", add_noise, (0, 8, 15, 22, 35)),
    ("compressed", compress, (95, 40, 15, 8, 4)),
    ("low_contrast", flatten, (1, 0.6, 0.3, 0.2)),
    ("color_cast", tint, (0, 0.5, 1.0, 1.3)),
]

each_photo = pytest.mark.parametrize("name", NAMES)
each_degradation = pytest.mark.parametrize(
    ("code", "degrade", "steps"), DEGRADATIONS, ids=[d[0] for d in DEGRADATIONS]
)


def codes(result: PhotoQuality) -> set[str]:
    return {issue.code for issue in result.issues}


@each_photo
@each_degradation
def test_more_degradation_never_scores_higher(
    analyzer: QualityAnalyzer,
    photos: dict[str, Photo],
    name: str,
    code: str,
    degrade: Callable[[Photo, float], Photo],
    steps: tuple[float, ...],
) -> None:
    results = [analyzer.analyze(degrade(photos[name], step)) for step in steps]
    scores = [result.score for result in results]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] < scores[0]


@each_photo
@each_degradation
def test_a_bad_photo_is_named_and_the_good_one_is_not(
    analyzer: QualityAnalyzer,
    photos: dict[str, Photo],
    name: str,
    code: str,
    degrade: Callable[[Photo, float], Photo],
    steps: tuple[float, ...],
) -> None:
    assert code not in codes(analyzer.analyze(photos[name]))
    assert code in codes(analyzer.analyze(degrade(photos[name], steps[-1])))


@pytest.mark.parametrize("name", NAMES)
def test_enlarged_photos_are_named(
    analyzer: QualityAnalyzer, photos: dict[str, Photo], name: str
) -> None:
    photo = photos[name]
    height, width = photo.shape[:2]
    small = cv2.resize(photo, (width // 6, height // 6), interpolation=cv2.INTER_AREA)
    large = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    assert "upscaled" not in codes(analyzer.analyze(photo))
    assert "upscaled" in codes(analyzer.analyze(large))


@pytest.mark.parametrize("name", NAMES)
def test_blur_under_noise_is_not_sharp(
    analyzer: QualityAnalyzer, photos: dict[str, Photo], name: str
) -> None:
    both = analyzer.analyze(add_noise(blur(photos[name], 3.5), 12))
    assert both.scores["blurry"] > 0.9


def test_noise_alone_is_not_blur(analyzer: QualityAnalyzer, photos: dict[str, Photo]) -> None:
    for photo in photos.values():
        assert "blurry" not in codes(analyzer.analyze(add_noise(photo, 15)))


def test_a_sharp_plain_white_mug_on_white_is_a_good_photo(
    analyzer: QualityAnalyzer, mug: Photo
) -> None:
    result = analyzer.analyze(mug)
    assert codes(result) == set()
    assert result.score >= 80


def test_the_same_mug_out_of_focus_is_blurred(analyzer: QualityAnalyzer, mug: Photo) -> None:
    assert "blurry" in codes(analyzer.analyze(blur(mug, 4)))


def test_a_black_product_on_white_is_neither_dark_nor_bright(
    analyzer: QualityAnalyzer, mug: Photo
) -> None:
    black = np.where(mug < 250, mug // 12, mug).astype(np.uint8)
    assert codes(analyzer.analyze(black)).isdisjoint({"too_dark", "too_bright", "low_contrast"})
